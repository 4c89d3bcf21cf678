"""What is measured: a durable PostgreSQL, the API and the worker, each a process of its own."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # it has no types

from bench.costs import cpu_seconds, cpu_seconds_of_tree, resident_mebibytes
from triage.access.principal import ALL_QUEUES, ChannelKind, Grant, Role
from triage.access.tokens import Scopes, issue
from triage.cli.store import DATABASE, bring_up_to_date, database, keys_of
from triage.journal.actor import COMMAND_LINE
from triage.journal.service import sessions
from triage.kit import embedded
from triage.kit.db import create_engine, database_now, disposing
from triage.kit.postmaster import postmaster_of
from triage.kit.roles import OWNER
from triage.settings import Settings
from triage.web.logging import configure_logging

REVIEWERS = 64
API = [sys.executable, "-m", "bench.api", "serve", "--port", "0"]
PATIENCE = 30.0  # seconds until the API listens


@dataclass(frozen=True, slots=True)
class System:
    server: embedded.Server
    port: int
    api: int
    worker: int
    postmaster: int
    intake_token: str
    flood_token: str
    lead_token: str
    reviewer_tokens: list[str]

    @property
    def programs(self) -> Path:
        """Where PostgreSQL's programs are: beside the server that runs."""
        return Path(f"/proc/{self.postmaster}/exe").resolve().parent

    async def connect(self) -> asyncpg.Connection:
        """As the owner of the tables, to fill them and to look at them."""
        return await asyncpg.connect(
            host=str(self.server.socket_dir), user=OWNER, database=DATABASE, timeout=5
        )

    async def written(self) -> int:
        """Bytes of WAL since the server was made."""
        connection = await self.connect()
        try:
            place = "pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"
            return int(await connection.fetchval(f"SELECT {place}"))
        finally:
            await connection.close()

    def api_seconds(self) -> float:
        return cpu_seconds(self.api)

    def worker_seconds(self) -> float:
        return cpu_seconds(self.worker)

    def database_seconds(self) -> float:
        return cpu_seconds_of_tree(self.postmaster)

    def api_mebibytes(self) -> float:
        return resident_mebibytes(self.api)


@contextmanager
def running_system() -> Iterator[System]:
    """All of it in a temporary directory, stopped and gone at the end."""
    configure_logging("warning", "console")
    with tempfile.TemporaryDirectory(prefix="triage-bench-") as folder:
        given = Settings(data=Path(folder))
        with database(given) as settings:
            keys_of(settings, make=True)
            bring_up_to_date(settings)
            tokens = asyncio.run(_make_tokens(settings))
            server = embedded.running(given.data)
            postmaster = postmaster_of(given.data.resolve() / "postgres")
            if server is None or postmaster is None:
                raise RuntimeError("PostgreSQL has ended")
            api_log = given.data / "api.log"
            worker = [sys.executable, "-m", "triage.cli.main", "work"]
            with (
                _process(API, api_log, given.data) as api_process,
                _process(worker, given.data / "worker.log", given.data) as worker_process,
            ):
                yield System(
                    server=server,
                    port=_await_port(api_log, api_process),
                    api=api_process.pid,
                    worker=worker_process.pid,
                    postmaster=postmaster.pid,
                    intake_token=tokens[0],
                    flood_token=tokens[1],
                    lead_token=tokens[2],
                    reviewer_tokens=tokens[3:],
                )


@contextmanager
def second_api(system: System) -> Iterator[int]:
    """One more API process on the same store; its port."""
    data = system.server.data
    log = data / "second-api.log"
    with _process(API, log, data) as process:
        yield _await_port(log, process)


@contextmanager
def another_worker(system: System) -> Iterator[int]:
    """One more worker on the same store; its process id."""
    data = system.server.data
    command = [sys.executable, "-m", "triage.cli.main", "work"]
    with _process(command, data / "another-worker.log", data) as process:
        yield process.pid


@contextmanager
def _process(command: list[str], log: Path, data: Path) -> Iterator["subprocess.Popen[bytes]"]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("TRIAGE_")}
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [*command, "--data", str(data)], env=kept, stdout=output, stderr=output
        ) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()


def _await_port(log: Path, process: "subprocess.Popen[bytes]") -> int:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        for line in log.read_text().splitlines():
            event = json.loads(line) if line.endswith("}") else {}
            if event.get("event") == "api.listening":
                return int(event["url"].rpartition(":")[2])
        time.sleep(0.1)
    raise RuntimeError(f"the API does not listen\n{log.read_text()[-2000:]}")


async def _make_tokens(settings: Settings) -> list[str]:
    """Of a bot, one that sends too much, one lead, and the reviewers."""
    grants = (Grant.REVEAL, Grant.CHILD_SAFETY, Grant.REMOVALS, Grant.EXACT)
    people = Scopes(grants=grants, queues=(ALL_QUEUES,))
    parts = [(Role.INTAKE, name, Scopes()) for name in ("bot", "flood")]
    parts += [(Role.LEAD, "lead", people)]
    parts += [(Role.REVIEWER, f"reviewer-{number}", people) for number in range(REVIEWERS)]
    engine = create_engine(settings.database_url)
    async with disposing(engine), sessions(engine).begin() as session:
        now = await database_now(session)
        return [
            await issue(
                session,
                COMMAND_LINE,
                role=role,
                name=name,
                scopes=scopes,
                now=now,
                channel=(name, ChannelKind.BOT, None) if role is Role.INTAKE else None,
            )
            for role, name, scopes in parts
        ]
