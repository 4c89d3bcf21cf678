"""People whose scopes a test chooses."""

from collections.abc import Sequence
from datetime import UTC, datetime

import httpx
from races.service import Service

from triage.access.principal import ALL_QUEUES, Grant, Role
from triage.access.tokens import Scopes, issue
from triage.journal.actor import COMMAND_LINE


async def a_person(
    service: Service,
    *grants: Grant,
    role: Role = Role.REVIEWER,
    queue: str = ALL_QUEUES,
    jurisdictions: Sequence[str] = (),
    platforms: Sequence[str] = (),
) -> httpx.AsyncClient:
    async with service.sessions.begin() as session:
        token = await issue(
            session,
            COMMAND_LINE,
            role=role,
            name=f"{role}-{queue}-{'-'.join(sorted((*grants, *jurisdictions, *platforms)))}",
            scopes=Scopes(
                grants=grants, queues=[queue], jurisdictions=jurisdictions, platforms=platforms
            ),
            now=datetime.now(UTC),
        )
    return service.caller(token)
