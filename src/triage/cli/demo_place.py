"""Where the demonstration plays: in a Triage that runs, or one of its own that leaves nothing."""

import asyncio
import socket
import tempfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import click
import httpx2
import sqlalchemy as sa

from triage.access.models import ChannelRow, CredentialRow, PrincipalRow
from triage.access.principal import ALL_QUEUES, ChannelKind, Grant, Role
from triage.access.tokens import Scopes, issue
from triage.cli.serve import listen, run_duties, run_until_stopped, serve_api, url_of
from triage.cli.store import bring_up_to_date, database, keys_of
from triage.journal.actor import COMMAND_LINE
from triage.journal.service import sessions
from triage.kit import embedded
from triage.kit.db import create_engine, database_now, disposing
from triage.reports.models import ReportRow
from triage.settings import Settings
from triage.vault.keys import Keys
from triage.web.logging import configure_logging

PREFIX = "demo-"
REVIEWERS = ("reviewer-1", "reviewer-2", "reviewer-3")
TOKENS_LIVE = timedelta(hours=1)
PATIENCE = 2.0  # seconds that a Triage has to say that it runs

Play = Callable[[str, dict[str, str]], Awaitable[None]]
"""Takes the address of the API and one token for each part in the play."""


def play_at(url: str, settings: Settings, channels: dict[str, ChannelKind], play: Play) -> None:
    """Play at a Triage that runs with the database of these settings."""
    if settings.embedded and embedded.running(settings.data) is None:
        raise click.ClickException(
            f"tokens are made in the database, and none runs in {settings.data}: name the folder "
            "with --data, or the database with TRIAGE_DATABASE_URL"
        )

    async def run(settings: Settings) -> None:
        await play(url, await _make_tokens(settings, channels))

    with database(settings) as ready:
        asyncio.run(run(ready))


def play_alone(channels: dict[str, ChannelKind], play: Play) -> None:
    """Start a database, the API and the duties, play, and stop and remove them all."""
    with tempfile.TemporaryDirectory(prefix="triage-demo-") as folder:
        given = Settings(data=Path(folder), port=0, log_level="error")
        configure_logging(given.log_level, given.log_format)
        with listen(given) as listener, database(given) as settings:
            keys = keys_of(settings, make=True)
            bring_up_to_date(settings)
            service = partial(_serve_and_play, listener=listener, channels=channels, play=play)
            run_until_stopped(service, settings, keys)


def runs(settings: Settings) -> str | None:
    """The address of the Triage that these settings tell of, if it runs and is ready."""
    if settings.embedded and embedded.running(settings.data) is None:
        return None
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    url = f"http://{host}:{settings.port}"
    try:
        answer = httpx2.get(f"{url}/health/ready", timeout=PATIENCE, trust_env=False)
    except httpx2.HTTPError:
        return None
    return url if answer.is_success else None


def holds_other_reports(settings: Settings) -> bool:
    """Whether anything but the demonstration has reported: invented cases cannot be undone."""

    async def look(settings: Settings) -> bool:
        engine = create_engine(settings.database_url)
        others = (
            sa.select(ReportRow.id)
            .join(ChannelRow, ChannelRow.id == ReportRow.channel_id)
            .where(~ChannelRow.name.startswith(PREFIX, autoescape=True))
        )
        async with disposing(engine), sessions(engine)() as session:
            return bool(await session.scalar(sa.select(others.exists())))

    with database(settings) as ready:
        return asyncio.run(look(ready))


async def _serve_and_play(
    settings: Settings,
    keys: Keys,
    stop: asyncio.Event,
    *,
    listener: socket.socket,
    channels: dict[str, ChannelKind],
    play: Play,
) -> None:
    """All in this process; whatever ends the play, API and duties end after it."""

    async def act() -> None:
        await play(url_of(listener), await _make_tokens(settings, channels))

    async with asyncio.TaskGroup() as group:
        group.create_task(serve_api(settings, keys, stop, listener=listener))
        group.create_task(run_duties(settings, keys, stop))
        playing = asyncio.create_task(act())
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({playing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not playing.done():
            playing.cancel()
        stop.set()
    if playing.cancelled():
        raise click.Abort
    playing.result()


async def _make_tokens(settings: Settings, channels: dict[str, ChannelKind]) -> dict[str, str]:
    """Tokens for an hour: one for each channel, three reviewers, a lead and a platform."""
    people = Scopes(
        grants=(Grant.REVEAL, Grant.CHILD_SAFETY, Grant.REMOVALS, Grant.EXACT),
        queues=(ALL_QUEUES,),
    )
    parts: dict[str, tuple[Role, Scopes]] = dict.fromkeys(REVIEWERS, (Role.REVIEWER, people))
    parts["lead"] = (Role.LEAD, people)
    parts["telegram"] = (Role.PLATFORM, Scopes(platforms=("telegram",)))
    parts |= {name: (Role.INTAKE, Scopes(grants=(Grant.SEES_MATCHES,))) for name in channels}
    engine = create_engine(settings.database_url)
    async with disposing(engine), sessions(engine).begin() as session:
        now = await database_now(session)
        tokens = {
            name: await issue(
                session,
                COMMAND_LINE,
                role=role,
                name=PREFIX + name,
                scopes=scopes,
                now=now,
                channel=(PREFIX + name, channels[name], None) if name in channels else None,
            )
            for name, (role, scopes) in parts.items()
        }
        ours = sa.select(PrincipalRow.id).where(
            PrincipalRow.name.startswith(PREFIX, autoescape=True)
        )
        await session.execute(
            sa.update(CredentialRow)
            .where(CredentialRow.principal_id.in_(ours), CredentialRow.expires_at.is_(None))
            .values(expires_at=now + TOKENS_LIVE)
        )
    return tokens
