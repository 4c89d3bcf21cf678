"""A line to PostgreSQL that hangs up while COMMIT is being answered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from sqlalchemy.engine import URL, make_url

CHUNK = 65_536


@dataclass(slots=True)
class DatabaseLine:
    """While `cuts` is above zero, so many answers to a COMMIT never arrive."""

    upstream: URL
    url: str = ""
    cuts: int = 0

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, requests = await self._open()
        committing = asyncio.Event()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._forward_requests(reader, requests, committing))
                group.create_task(self._forward_answers(answers, writer, committing))
        finally:
            requests.close()
            writer.close()

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host = str(self.upstream.query.get("host") or self.upstream.host)
        port = int(str(self.upstream.query.get("port") or self.upstream.port or 5432))
        if host.startswith("/"):
            return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        return await asyncio.open_connection(host, port)

    async def _forward_requests(
        self, client: asyncio.StreamReader, server: asyncio.StreamWriter, committing: asyncio.Event
    ) -> None:
        with suppress(ConnectionError):
            while data := await client.read(CHUNK):
                if self.cuts and b"COMMIT" in data:
                    self.cuts -= 1
                    committing.set()
                server.write(data)
                await server.drain()
        server.close()

    async def _forward_answers(
        self, server: asyncio.StreamReader, client: asyncio.StreamWriter, committing: asyncio.Event
    ) -> None:
        with suppress(ConnectionError):
            while data := await server.read(CHUNK):
                if committing.is_set():
                    client.transport.abort()
                    return
                client.write(data)
                await client.drain()
        client.close()


@asynccontextmanager
async def line_to_database(url: str) -> AsyncIterator[DatabaseLine]:
    upstream = make_url(url)
    line = DatabaseLine(upstream)
    async with await asyncio.start_server(line.connect, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        address = upstream.set(host="127.0.0.1", port=port, query={})
        line.url = address.render_as_string(hide_password=False)
        yield line
