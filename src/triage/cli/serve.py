"""`triage serve` and `triage work`: one API process, one process of background duties."""

import asyncio
import gc
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click
import structlog
import uvicorn
import uvloop

from triage.app import at_the_edge, correct_clock, create_app
from triage.cli.store import data_option, database, keys_of, settings_from
from triage.journal.service import sessions
from triage.kit.clock import CorrectedClock
from triage.kit.db import create_engine, disposing
from triage.settings import Settings
from triage.vault.keys import Keys
from triage.worker import repeat
from triage.worker import work as do_work

GRACE_SECONDS = 10
DUTY_CONNECTIONS = 5
COLLECT_AFTER = 50_000  # objects more than were freed

log = structlog.get_logger()

port_option = click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Port to listen on (default 8400; 0: any that is free, told when it is listened on).",
)


@click.command()
@data_option
@click.option("--host", help="Address to listen on (default 127.0.0.1).")
@port_option
def serve(data: Path | None, host: str | None, port: int | None) -> None:
    """Serve the API; run as many of these as you like."""
    given = settings_from(data=data, host=host, port=port)
    keys = keys_of(given, make=False)
    with listen(given) as listener, database(given) as settings:
        run_until_stopped(partial(serve_api, listener=listener), settings, keys)


@click.command()
@data_option
def work(data: Path | None) -> None:
    """Run the background duties: numbering the journal, deadlines, expired leases."""
    given = settings_from(data=data)
    keys = keys_of(given, make=False)
    with database(given) as settings:
        run_until_stopped(run_duties, settings, keys)


Service = Callable[[Settings, Keys, asyncio.Event], Coroutine[None, None, None]]


def listen(settings: Settings) -> socket.socket:
    """A socket that takes connections at once; they are answered when the API runs."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        where = f"{settings.host}, port {settings.port}"
        raise click.ClickException(f"cannot listen on {where}: {error.strerror}") from None


def url_of(listener: socket.socket) -> str:
    host, port, *_ = listener.getsockname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run_until_stopped(service: Service, settings: Settings, keys: Keys) -> None:
    """Run a service in an event loop of its own; SIGINT and SIGTERM ask it to end."""

    async def main() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        collect_rarely()
        await service(settings, keys, stop)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


def collect_rarely() -> None:
    """Look for garbage after many new objects, and not among those of the start (docs/profile.md).

    What is made for a request is freed by counting; only rare cycles wait for the collector.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)


async def serve_api(
    settings: Settings, keys: Keys, stop: asyncio.Event, *, listener: socket.socket
) -> None:
    """Serve until `stop` is set; requests in flight are finished."""
    clock = CorrectedClock()
    app = create_app(settings, keys, clock=clock)
    server = _Server(
        uvicorn.Config(
            at_the_edge(app),
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
            lifespan="on",
        )
    )

    async def correct() -> int:
        await correct_clock(clock, app.state.sessions)
        return 0

    async def end() -> None:
        await stop.wait()
        server.should_exit = True

    log.info("api.listening", url=url_of(listener))
    async with asyncio.TaskGroup() as group:
        group.create_task(repeat("clock", correct, 60, stop))
        group.create_task(end())
        try:
            await server.serve(sockets=[listener])
        finally:
            stop.set()


async def run_duties(settings: Settings, keys: Keys, stop: asyncio.Event) -> None:
    """Run the duties until `stop` is set."""
    engine = create_engine(
        settings.database_url, pool_size=DUTY_CONNECTIONS, behind_pooler=settings.database_pooler
    )
    async with disposing(engine):
        await do_work(settings, keys, sessions(engine), CorrectedClock(), stop)


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to `run_until_stopped`: uvicorn would raise them again at the end."""
        yield
