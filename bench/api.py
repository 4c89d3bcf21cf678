"""`triage` with one operation more: an echo behind the same edge, guard and decoding."""

from datetime import UTC, datetime
from typing import cast

from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

import triage.app
from triage.access import permissions
from triage.access.principal import Principal
from triage.access.replay_routes import IdempotencyKey
from triage.cli.main import main
from triage.intake.schemas import Receipt
from triage.kit.ids import uuid7
from triage.reports.report import Report

ECHO = "/bench/echo"


@post(ECHO, operation_id="echo_report", status_code=201)
async def echo_report(
    data: JSONBody[Report],  # noqa: ARG001 - decoding it is what the echo is for
    principal: NamedDependency[Principal],  # noqa: ARG001 - and knowing the caller
    idempotency_key: IdempotencyKey = None,  # noqa: ARG001 - and reading the header
) -> Receipt:
    """What an answer costs when nothing is done."""
    return Receipt(
        id=uuid7(),
        receipt_code="0000-0000-0000-0",
        received_at=datetime.now(UTC),
        disposition="received",
        validity={},
    )


def add_echo() -> None:
    triage.app.ROUTES.append(echo_report)
    rules = cast("dict[str, permissions.Rule]", permissions.PERMISSIONS)
    rules["echo_report"] = permissions.DOORS


if __name__ == "__main__":
    add_echo()
    main()
