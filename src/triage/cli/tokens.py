"""`triage token create`: the host's own way to let people, bots and regulators in; journaled."""

import asyncio
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import click
import sqlalchemy as sa

from triage.access.models import PrincipalRow
from triage.access.principal import ALL_QUEUES, ChannelKind, Grant, Role
from triage.access.tokens import Scopes, issue
from triage.cli.store import data_option, database, settings_from
from triage.fingerprints.sites import platforms
from triage.journal.actor import COMMAND_LINE
from triage.journal.service import sessions
from triage.kit.db import create_engine, database_now, disposing
from triage.kit.errors import Problem
from triage.queues.models import QueueRow
from triage.settings import Settings

PEOPLE = frozenset({Role.REVIEWER, Role.LEAD})
KNOWN_PLATFORMS = {site.platform for site in platforms()} | {"other"}
STAFF_GRANTS = (Grant.REVEAL, Grant.CHILD_SAFETY, Grant.REMOVALS, Grant.EXACT)


def named(_: click.Context, __: click.Parameter, name: str) -> str:
    if not name.strip():
        raise click.BadParameter("is empty")
    return name


def countries(_: click.Context, __: click.Parameter, codes: tuple[str, ...]) -> tuple[str, ...]:
    if not all(re.fullmatch("[A-Z]{2}", code) for code in codes):
        raise click.BadParameter("not two capital letters, such as KR (ISO 3166)")
    return codes


def warn_of(what: str, unknown: set[str]) -> None:
    """A scope may be of something that comes later, but a slip of the pen should show."""
    if unknown:
        click.echo(f"There is no {what} {', '.join(sorted(unknown))} yet.", err=True)


@click.group()
def token() -> None:
    """API tokens."""


@token.command()
@click.option("--role", type=click.Choice([value.value for value in Role]), required=True)
@click.option(
    "--name",
    required=True,
    callback=named,
    help="Who will use it; the same name gets one more token.",
)
@click.option("--channel", help="intake: the channel reports come through (default: the name).")
@click.option(
    "--kind",
    type=click.Choice([value.value for value in ChannelKind]),
    help="intake: what the channel is.",
)
@click.option(
    "--jurisdiction",
    multiple=True,
    metavar="CC",
    callback=countries,
    help="ISO 3166 code, such as KR; may be repeated. People, regulators: only these.",
)
@click.option("--platform", multiple=True, help="platform, regulator: narrows to it; repeatable.")
@click.option(
    "--grant",
    multiple=True,
    type=click.Choice([value.value for value in Grant]),
    help="May be repeated.",
)
@click.option("--queue", multiple=True, help="People: only these queues (default: all).")
@click.option("--json", "as_json", is_flag=True, help='Print {"token": "..."}.')
@data_option
def create(
    role: str,
    name: str,
    channel: str | None,
    kind: str | None,
    jurisdiction: tuple[str, ...],
    platform: tuple[str, ...],
    grant: tuple[str, ...],
    queue: tuple[str, ...],
    data: Path | None,
    *,
    as_json: bool,
) -> None:
    """Make a token and print it; it is never shown again."""
    chosen = Role(role)
    if chosen is not Role.INTAKE and (channel or kind):
        raise click.UsageError("--channel and --kind are for the role intake")
    if chosen is Role.PLATFORM and not platform:
        raise click.UsageError("the role platform needs --platform")
    if chosen is Role.REGULATOR:
        warn_of("platform", set(platform) - KNOWN_PLATFORMS)
    if chosen is Role.REGULATOR and not (jurisdiction or platform):
        click.echo("Not narrowed: this regulator sees all jurisdictions and platforms.", err=True)
    queues = queue or ((ALL_QUEUES,) if chosen in PEOPLE else ())
    scopes = Scopes(
        grants=[Grant(value) for value in grant],
        queues=queues,
        jurisdictions=() if chosen is Role.INTAKE else jurisdiction,
        platforms=platform,
    )
    of_channel = None
    if chosen is Role.INTAKE:
        country = jurisdiction[0] if jurisdiction else None
        of_channel = (channel or name, ChannelKind(kind or ChannelKind.BOT), country)
    with database(settings_from(data=data)) as settings:
        made = asyncio.run(_issue(settings, chosen, name, scopes, of_channel))
    click.echo(json.dumps({"token": made}) if as_json else made)


async def first_tokens(settings: Settings) -> dict[str, str]:
    """One token for each role, when nobody is known yet; by role."""
    engine = create_engine(settings.database_url)
    async with disposing(engine), sessions(engine).begin() as session:
        if await session.scalar(sa.select(sa.select(PrincipalRow.id).exists())):
            return {}
        now = await database_now(session)
        tokens = {}
        for role in Role:
            people = role in PEOPLE
            tokens[role.value] = await issue(
                session,
                COMMAND_LINE,
                role=role,
                name=f"first-{role}",
                scopes=Scopes(
                    grants=STAFF_GRANTS if people else (),
                    queues=(ALL_QUEUES,) if people else (),
                    platforms=("telegram",) if role is Role.PLATFORM else (),
                ),
                now=now,
                channel=("first-bot", ChannelKind.BOT, None) if role is Role.INTAKE else None,
            )
        return tokens


async def _issue(
    settings: Settings,
    role: Role,
    name: str,
    scopes: Scopes,
    channel: tuple[str, ChannelKind, str | None] | None,
) -> str:
    engine = create_engine(settings.database_url)
    try:
        async with disposing(engine), sessions(engine).begin() as session:
            known = set(await session.scalars(sa.select(QueueRow.id))) | {ALL_QUEUES}
            warn_of("queue", set(scopes.queues) - known)
            return await issue(
                session,
                COMMAND_LINE,
                role=role,
                name=name,
                scopes=scopes,
                now=datetime.now(UTC),
                channel=channel,
            )
    except Problem as problem:
        raise click.ClickException(problem.title) from problem
