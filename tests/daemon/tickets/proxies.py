"""Proxies between a viewer and a PoP: nginx as it comes, and one that buffers and closes what is idle."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tests.waiting import until

NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    gzip on;
    gzip_types text/event-stream application/json;
    gzip_proxied any;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass {upstream};
            proxy_read_timeout {idle_s}s;
            {more}
        }}
    }}
}}
"""
"""As it comes: HTTP/1.0 to the PoP, with buffers. It compresses all that it may."""


@asynccontextmanager
async def nginx(folder: Path, upstream: str, *, idle_s: int, more: str = "") -> AsyncIterator[str]:
    """A running nginx before `upstream`, which closes a connection that is idle for `idle_s`; gives its URL.

    `more` is added to its `location`.
    """
    port = _free_port()
    config = folder / "nginx.conf"
    text = NGINX.format(folder=folder, port=port, upstream=upstream, idle_s=idle_s, more=more)
    await asyncio.to_thread(config.write_text, text)
    program = shutil.which("nginx")
    assert program is not None
    process = await asyncio.create_subprocess_exec(program, "-c", str(config), "-e", str(folder / "error.log"))

    async def listens() -> bool:
        assert process.returncode is None, await asyncio.to_thread((folder / "error.log").read_text)
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return True
        return False

    try:
        await until(listens, "nginx listens")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def buffering_proxy(upstream_port: int, *, held_bytes: int) -> AsyncIterator[str]:
    """A proxy that speaks HTTP/1.0 to the PoP, and holds back every `held_bytes` of a response until they are full."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *rest = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
        method, path, _ = first.split(b" ")
        kept = [line for line in rest if not line.lower().startswith((b"connection:", b"keep-alive:"))]
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", upstream_port)
        lines = [b" ".join((method, path, b"HTTP/1.0")), *kept, b"Connection: close", b"", b""]
        up_writer.write(b"\r\n".join(lines))
        while held := await _up_to(up_reader, held_bytes):
            writer.write(held)
            await writer.drain()
        for stream in (writer, up_writer):
            stream.close()
            with suppress(ConnectionError):
                await stream.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"


async def _up_to(reader: asyncio.StreamReader, count: int) -> bytes:
    try:
        return await reader.readexactly(count)
    except asyncio.IncompleteReadError as error:
        return error.partial


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
