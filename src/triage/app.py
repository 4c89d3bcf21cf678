"""The wiring of the API: settings, database, keys and clock handed to routes; nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import sqlalchemy as sa
from litestar import Litestar, Request
from litestar.datastructures import State
from litestar.di import Provide
from litestar.types import ASGIApp, ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

import triage.access.channel_routes
import triage.access.routes
import triage.followup.routes
import triage.intake.door_routes
import triage.intake.lists.routes
import triage.intake.receipt_routes
import triage.intake.routes
import triage.journal.routes
import triage.queues.routes
import triage.reports.routes
import triage.review.campaign_routes
import triage.review.link_routes
import triage.review.merge_routes
import triage.review.mute_routes
import triage.review.reading_routes
import triage.review.routes
import triage.review.weights_routes
import triage.sla.routes
import triage.statistics.routes
from triage.access.authentication import Authenticator
from triage.access.principal import Principal
from triage.access.quotas import Quotas
from triage.intake.pipeline import Pipeline
from triage.intake.readers import Readers
from triage.journal import attempts
from triage.journal.checkpoint import Signer
from triage.journal.models import JournalPending
from triage.journal.service import sessions as journaled_sessions
from triage.kit.clock import Clock, CorrectedClock
from triage.kit.db import create_engine, database_now
from triage.kit.migrations import head_revision
from triage.queues.queries import depth
from triage.settings import Settings
from triage.vault.keys import Keys
from triage.vault.service import Vault
from triage.web import docs, health, metrics, openapi
from triage.web.bodies import JSONRequest
from triage.web.edges import Edge
from triage.web.guard import guard
from triage.web.media_types import MediaTypes
from triage.web.metrics import Gauge, Metrics
from triage.web.parameters import check_parameters
from triage.web.problems import EXCEPTION_HANDLERS, write_event

MAX_BODY = 1024 * 1024

OF_THE_APP = (
    *("settings", "sessions", "clock", "vault", "pipeline", "quotas"),
    *("parsers", "pictures", "verifier"),
)

ROUTES: list[ControllerRouterHandler] = [
    triage.intake.routes.router,
    triage.intake.door_routes.router,
    triage.intake.receipt_routes.router,
    triage.intake.lists.routes.router,
    triage.review.routes.router,
    triage.review.reading_routes.router,
    triage.review.link_routes.router,
    triage.review.merge_routes.router,
    triage.review.mute_routes.router,
    triage.review.campaign_routes.router,
    triage.review.weights_routes.router,
    triage.queues.routes.router,
    triage.followup.routes.router,
    triage.sla.routes.router,
    triage.statistics.routes.router,
    triage.journal.routes.router,
    triage.access.routes.router,
    triage.access.channel_routes.router,
    triage.reports.routes.router,
    health.router,
    metrics.router,
    openapi.router,
    docs.router,
]


async def provide_session(state: State) -> AsyncIterator[AsyncSession]:
    """One request, one transaction: commit when the handler returns, roll back when it raises."""
    async with state.sessions.begin() as session:
        yield session


def create_app(
    settings: Settings,
    keys: Keys,
    *,
    clock: Clock | None = None,
    sessions: async_sessionmaker[AsyncSession] | None = None,
    readers: Readers | None = None,
) -> Litestar:
    """The API. What is given replaces what the app would make itself, and is not its own."""
    app = Litestar(
        route_handlers=ROUTES,
        dependencies=_dependencies(),
        guards=[guard],
        middleware=[MediaTypes()],
        exception_handlers=EXCEPTION_HANDLERS,
        before_request=check_parameters,  # type: ignore[arg-type]  # it takes our own request class
        after_exception=[write_event],
        lifespan=[_ended_in_order],
        request_class=JSONRequest,
        request_max_body_size=MAX_BODY,
        openapi_config=None,
        logging_config=None,
    )
    equip(app, settings, keys, clock=clock, sessions=sessions, readers=readers)
    return app


def equip(
    app: Litestar,
    settings: Settings,
    keys: Keys,
    *,
    clock: Clock | None = None,
    sessions: async_sessionmaker[AsyncSession] | None = None,
    readers: Readers | None = None,
) -> None:
    """Give the app all that it works with, instead of what it had."""
    vault = Vault(keys)
    used_clock, used_readers = clock or CorrectedClock(), readers or Readers()
    engine = None
    if sessions is None:
        engine = create_engine(
            settings.database_url,
            pool_size=settings.database_pool_size,
            behind_pooler=settings.database_pooler,
        )
        sessions = journaled_sessions(engine)
    store: async_sessionmaker[AsyncSession] = sessions
    pipeline = Pipeline(store, vault, used_clock)
    quotas = Quotas(store, used_clock)

    async def end() -> None:
        await pipeline.drain()
        if readers is None:
            await used_readers.close()
        if engine is not None:
            await engine.dispose()

    async def record(event: attempts.Attempt) -> None:
        await attempts.record(store, event)

    app.state.update(
        {
            "settings": settings,
            "sessions": store,
            "clock": used_clock,
            "vault": vault,
            "pipeline": pipeline,
            "quotas": quotas,
            "parsers": used_readers.parsers,
            "pictures": used_readers.pictures,
            "verifier": Signer(keys.signing_seed).verifier(settings.origin),
            "authenticator": Authenticator(store, used_clock),
            "metrics": Metrics(),
            "gauges": _gauges(store, pipeline),
            "migration_head": head_revision(),
            "write_event": record,
            "end": end,
        }
    )


def at_the_edge(app: Litestar) -> ASGIApp:
    """The app as a server runs it: with request ids, access log and measurement around it."""
    return Edge(app, app.state.metrics.observe)


@asynccontextmanager
async def _ended_in_order(app: Litestar) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await app.state.end()


def _dependencies() -> dict[str, Provide]:
    """What routes may ask for by name."""

    def provide_principal(request: Request[Principal, Any, State]) -> Principal:
        return request.user

    def of_the_app(name: str) -> Provide:
        def provide(state: State) -> Any:
            return state[name]

        return Provide(provide, sync_to_thread=False)

    return {
        "session": Provide(provide_session),
        "principal": Provide(provide_principal, sync_to_thread=False),
    } | {name: of_the_app(name) for name in OF_THE_APP}


async def correct_clock(clock: CorrectedClock, store: async_sessionmaker[AsyncSession]) -> None:
    """Measure the process clock's offset to the database's."""
    async with store() as session:
        clock.correct(await database_now(session))


def _gauges(store: async_sessionmaker[AsyncSession], pipeline: Pipeline) -> Any:
    async def gauges() -> list[Gauge]:
        async with store() as session:
            by_band = await depth(session)
            pending = await session.scalar(sa.select(sa.func.count()).select_from(JournalPending))
        return [
            *(
                Gauge("triage_queue_entries", "Open work by band", count, {"band": name})
                for name, count in by_band.items()
            ),
            Gauge("triage_reports_open", "Reports waiting to be stored", pipeline.open, {}),
            Gauge("triage_journal_pending", "Transactions not numbered yet", pending or 0, {}),
        ]

    return gauges
