FROM python:3.13-slim AS build
WORKDIR /srv/triage
COPY requirements/run.txt requirements/
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md ./
COPY src src
RUN /venv/bin/pip install --no-cache-dir --no-build-isolation --no-deps --editable .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home /srv/triage triage
COPY --from=build /venv /venv
COPY --from=build /srv/triage /srv/triage
COPY migrations /srv/triage/migrations
WORKDIR /srv/triage
USER triage
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 TRIAGE_HOST=0.0.0.0
EXPOSE 8400
ENTRYPOINT ["triage"]
CMD ["serve"]
