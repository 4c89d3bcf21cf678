"""Triage as a process of its own, and a line to it that can be cut."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from races.service import KEYS

from triage.vault.keys import write_keys

PATIENCE = 60  # seconds that a step of a command may take
METRICS_TOKEN = "of-the-scraper"
LISTENING = r'"api\.listening".*"url":"(?P<url>[^"]+)"'


class Command:
    """A command of Triage that runs; what it says is kept."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said: list[str] = []

    def wait_for(self, pattern: str) -> re.Match[str]:
        """The first line from here on that matches; fails when the command ends before."""
        for line in self._lines():
            if match := re.search(pattern, line):
                threading.Thread(target=self._read_on, daemon=True).start()
                return match
        raise AssertionError("".join(self.said))

    def end(self, how: signal.Signals) -> int:
        """Send a signal; returns the exit code."""
        self.process.send_signal(how)
        return self.process.wait(PATIENCE)

    def _lines(self) -> Iterator[str]:
        assert self.process.stdout
        watchdog = threading.Timer(PATIENCE, self.process.kill)
        watchdog.start()
        try:
            for line in self.process.stdout:
                self.said.append(line)
                yield line
        finally:
            watchdog.cancel()

    def _read_on(self) -> None:
        """So that a full pipe never stops the command."""
        assert self.process.stdout
        with suppress(ValueError):  # closed by the end of the test
            self.said.extend(self.process.stdout)


@contextmanager
def triage(*arguments: str, **variables: str) -> Iterator[Command]:
    """Run a command; its process is gone at the end, however that comes."""
    with subprocess.Popen(
        [sys.executable, "-m", "triage.cli.main", *arguments],
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield Command(process)
        finally:
            process.kill()


def environment(**variables: str) -> dict[str, str]:
    """This process's variables without its own settings of Triage."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TRIAGE_")}
    return clean | variables


@contextmanager
def serving(database_url: str, folder: Path) -> Iterator[tuple[Command, str]]:
    """`triage serve` on a database, and its url."""
    with triage("serve", "--port=0", **_settings(database_url, folder)) as command:
        yield command, command.wait_for(LISTENING)["url"]


@contextmanager
def working(database_url: str, folder: Path) -> Iterator[Command]:
    """`triage work` on a database."""
    with triage("work", **_settings(database_url, folder)) as command:
        yield command


def _settings(database_url: str, folder: Path) -> dict[str, str]:
    keys = folder / "keys.json"
    if not keys.exists():
        write_keys(keys, KEYS)
    return {
        "TRIAGE_DATABASE_URL": database_url,
        "TRIAGE_KEYS_FILE": str(keys),
        "TRIAGE_METRICS_TOKEN": METRICS_TOKEN,
    }


@dataclass(slots=True)
class Line:
    """A TCP proxy: with `cuts_answers` it hangs up when the answer comes, and forwards nothing."""

    upstream: tuple[str, int]
    url: str = ""
    cuts_answers: bool = False
    answers_cut: int = 0

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, requests = await asyncio.open_connection(*self.upstream)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._forward_requests(reader, requests))
                group.create_task(self._forward_answers(answers, writer))
        finally:
            requests.close()
            writer.close()

    async def _forward_requests(
        self, client: asyncio.StreamReader, server: asyncio.StreamWriter
    ) -> None:
        with suppress(ConnectionError):
            while data := await client.read(65_536):
                server.write(data)
                await server.drain()
        server.close()

    async def _forward_answers(
        self, server: asyncio.StreamReader, client: asyncio.StreamWriter
    ) -> None:
        with suppress(ConnectionError):
            while data := await server.read(65_536):
                if self.cuts_answers:
                    self.answers_cut += 1
                    client.transport.abort()
                    return
                client.write(data)
                await client.drain()
        client.close()


@asynccontextmanager
async def line_to(url: str) -> AsyncIterator[Line]:
    host, _, port = url.removeprefix("http://").rpartition(":")
    line = Line((host, int(port)))
    async with await asyncio.start_server(line.connect, "127.0.0.1", 0) as server:
        line.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield line
