"""A forward proxy, as a company has one at its border: CONNECT and absolute-form, with a login if it has one."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit


class ForwardProxy:
    """Knows `hosts`, names that nobody else knows, with the ports on this machine that they mean."""

    def __init__(self, hosts: dict[str, int], *, login: str = "") -> None:
        self.url, self._hosts = "", hosts
        self._login = f"Basic {base64.b64encode(login.encode()).decode()}" if login else ""
        self.asked: list[tuple[str, str]] = []
        """Method and host of every request that was let through."""
        self.heads: list[bytes] = []
        """Heads of all requests, as they arrived."""
        self._writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self._writers.append(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            self.heads.append(head)
            first, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
            method, target, _ = first.split(" ")
            fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            host = target.rpartition(":")[0] if method == "CONNECT" else urlsplit(target).hostname or ""
            if self._login and fields.get("proxy-authorization") != self._login:
                await _refuse(writer, b"407 Proxy Authentication Required")
            elif host not in self._hosts:
                await _refuse(writer, b"502 Bad Gateway")
            else:
                self.asked.append((method, host))
                up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._hosts[host])
                self._writers.append(up_writer)
                if method == "CONNECT":
                    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                else:
                    path = target.split("/", 3)[3]
                    kept = [line for line in lines if not line.lower().startswith(("proxy-", "connection:"))]
                    up_writer.write(
                        "\r\n".join([f"{method} /{path} HTTP/1.1", *kept, "Connection: close\r\n\r\n"]).encode()
                    )
                await asyncio.gather(_pump(reader, up_writer), _pump(up_reader, writer))
        writer.close()

    async def close(self) -> None:
        """End every connection."""
        for writer in self._writers:
            writer.transport.abort()
        for writer in self._writers:
            with suppress(ConnectionError):
                await writer.wait_closed()


async def _refuse(writer: asyncio.StreamWriter, status: bytes) -> None:
    writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    await writer.drain()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def https_front(port: int, certificate: Path, key: Path) -> AsyncIterator[int]:
    """A port that speaks TLS and passes everything on to another port of this machine."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", port)
        writers.extend((writer, up_writer))
        await asyncio.gather(_pump(reader, up_writer), _pump(up_reader, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for writer in writers:
        writer.transport.abort()


@asynccontextmanager
async def forward_proxy(hosts: dict[str, int], *, login: str = "") -> AsyncIterator[ForwardProxy]:
    """A running proxy."""
    proxy = ForwardProxy(hosts, login=login)
    tasks: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.create_task(proxy.serve(reader, writer)))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with server:
        proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield proxy
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await proxy.close()
