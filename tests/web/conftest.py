"""A small application with the real edge, and a client of it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
import structlog
from litestar import Litestar
from litestar.types import ControllerRouterHandler

from triage.web.bodies import JSONRequest
from triage.web.edges import Edge
from triage.web.media_types import MediaTypes
from triage.web.metrics import Metrics
from triage.web.parameters import check_parameters
from triage.web.problems import EXCEPTION_HANDLERS, write_event

Serve = Callable[..., httpx.AsyncClient]


def an_app(*handlers: ControllerRouterHandler, **options: Any) -> Litestar:
    app = Litestar(
        handlers,
        request_class=JSONRequest,
        exception_handlers=EXCEPTION_HANDLERS,
        after_exception=[write_event],
        before_request=check_parameters,
        middleware=[MediaTypes()],
        request_max_body_size=1000,
        openapi_config=None,
        logging_config=None,
        **options,
    )
    app.state.metrics = Metrics()
    return app


@pytest.fixture(name="app")
def app_builder() -> Callable[..., Litestar]:
    return an_app


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """A client of an application that has these handlers; keywords become its state."""
    async with AsyncExitStack() as stack:

        def client_of(*handlers: ControllerRouterHandler, **state: Any) -> httpx.AsyncClient:
            app = an_app(*handlers)
            app.state.update(state)
            transport = httpx.ASGITransport(Edge(app, app.state.metrics.observe))
            client = httpx.AsyncClient(transport=transport, base_url="http://triage.test")
            stack.push_async_callback(client.aclose)
            return client

        yield client_of


@pytest.fixture(autouse=True)
def logged() -> Any:
    """Every log event of the test, as dictionaries."""
    with structlog.testing.capture_logs(
        processors=[structlog.contextvars.merge_contextvars]
    ) as events:
        yield events


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
