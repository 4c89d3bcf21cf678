"""Prometheus metrics of one application, without any global registry."""

import hmac
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field

import structlog
from litestar import Response, Router, get
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

log = structlog.get_logger()

BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Gauge:
    """A value at the time of the scrape, such as the depth of a queue."""

    name: str
    documentation: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


Gauges = Callable[[], Awaitable[Iterable[Gauge]]]


class Metrics:
    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = Counter(
            "triage_requests",
            "Requests answered",
            ["operation", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "triage_request_seconds",
            "Seconds until the answer was complete",
            ["operation"],
            buckets=BUCKETS,
            registry=self._registry,
        )

    def observe(self, operation: str, status: int, seconds: float) -> None:
        self._requests.labels(operation, f"{status // 100}xx").inc()
        self._seconds.labels(operation).observe(seconds)

    def render(self, gauges: Iterable[Gauge] = ()) -> bytes:
        return generate_latest(self._registry) + generate_latest(_Snapshot(gauges))


def holds_metrics_token(connection: ASGIConnection, token: str) -> bool:  # type: ignore[type-arg]
    """Whether the caller showed the token of the settings; an empty token lets nobody in."""
    given = connection.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


@get("/metrics", operation_id="get_metrics", media_type="text/plain")
async def get_metrics(state: State) -> Response[str]:
    """Counters, latencies and gauges in the text format of Prometheus."""
    text = state.metrics.render(await _gauges(state)).decode()
    return Response(text, headers={"Content-Type": CONTENT_TYPE_LATEST})


class _Snapshot:
    """What a registry is to `generate_latest`: something that collects."""

    def __init__(self, gauges: Iterable[Gauge]) -> None:
        self._gauges = gauges

    def collect(self) -> Iterable[Metric]:
        families: dict[str, GaugeMetricFamily] = {}
        for gauge in self._gauges:
            family = families.setdefault(
                gauge.name,
                GaugeMetricFamily(gauge.name, gauge.documentation, labels=sorted(gauge.labels)),
            )
            family.add_metric([value for _, value in sorted(gauge.labels.items())], gauge.value)
        return families.values()


async def _gauges(state: State) -> Iterable[Gauge]:
    gauges: Gauges | None = state.get("gauges")
    if gauges is None:
        return ()
    try:
        return await gauges()
    except Exception as error:
        # Without a database the counters still tell much.
        log.warning("gauges.unread", exc_info=error)
        return ()


router = Router(path="/", route_handlers=[get_metrics], tags=["Operations"])
