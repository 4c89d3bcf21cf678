"""A person, bot or platform of the demonstration: calls the HTTP API with a token of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

TIMEOUT = 30.0  # seconds


class DemoFailed(RuntimeError):
    """An answer that the demonstration cannot go on with; says which."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: httpx2.Headers
    json: Any


class Caller:
    def __init__(self, client: httpx2.AsyncClient, token: str | None = None) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def get(self, path: str, **query: str | int) -> Any:
        return (await self._call("GET", path, query=query)).json

    async def post(self, path: str, body: Any, headers: Mapping[str, str] | None = None) -> Answer:
        return await self._call("POST", path, body=body, headers=headers)

    async def patch(self, path: str, body: Any) -> Any:
        return (await self._call("PATCH", path, body=body)).json

    async def pages(self, path: str, **query: str | int) -> list[Any]:
        """The items of a list, all of its pages."""
        items: list[Any] = []
        cursor: dict[str, str] = {}
        while True:
            page = await self.get(path, limit=100, **query, **cursor)
            items += page["items"]
            if page["next_cursor"] is None:
                return items
            cursor = {"cursor": page["next_cursor"]}

    async def _call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        try:
            response = await self._client.request(
                method,
                path,
                params=query,
                json=body,
                headers={**self._headers, **(headers or {})},
            )
        except httpx2.HTTPError as error:
            raise DemoFailed(f"{self._client.base_url} does not answer: {error!r}") from error
        if response.is_error:
            raise DemoFailed(f"{method} {path}: {response.status_code} {_title(response)}")
        kind = response.headers.get("content-type", "")
        value = response.json() if "json" in kind else response.text
        return Answer(response.status_code, response.headers, value)


def client_of(url: str) -> httpx2.AsyncClient:
    """Straight to the address: a proxy that the environment names is not asked."""
    return httpx2.AsyncClient(base_url=url, timeout=TIMEOUT, trust_env=False)


def _title(response: httpx2.Response) -> str:
    try:
        problem = response.json()
    except ValueError:
        return response.reason_phrase
    if not isinstance(problem, dict):
        return response.reason_phrase
    places = [f"{error['pointer']} {error['detail']}" for error in problem.get("errors") or ()]
    return "; ".join([str(problem.get("title", "")), *places])
