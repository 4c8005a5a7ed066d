"""nginx as the peer of a PoP: one worker that serves one file with the headers of a PoP's response."""

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.waiting import until_true

_CONFIG = """\
{user}worker_processes 1;
daemon off;
pid {folder}/pid;
error_log stderr;
events {{ worker_connections 1024; }}
http {{
    access_log {access_log};
    sendfile {sendfile};
    tcp_nodelay on;
    keepalive_requests 1000000000;
    open_file_cache max=10 inactive=60s;
{maps}
    default_type application/json;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        server_tokens off;
        location / {{
            root {folder}/files;
{headers}
        }}
    }}
}}
"""
_ITS_OWN = {"date", "content-length", "content-type", "etag"}
"""Headers that nginx sends by itself."""


def nginx_path() -> str | None:
    """The program, also where the shell of a user who is not root does not look for it."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


@asynccontextmanager
async def running_nginx(
    program: str,
    port: int,
    path: str,
    *,
    headers: Mapping[str, str],
    not_in_304: set[str],
    body: bytes,
    sendfile: str,
    access_log: str,
) -> AsyncIterator[int]:
    """A server on core 0 that answers a GET of `path` with these headers and this body. Gives its worker's process.

    Those of `not_in_304` are left out of a 304. `access_log`: `on` or `off`.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        served = folder / "files" / path.lstrip("/")
        served.parent.mkdir(parents=True)
        served.write_bytes(body)
        added = {name: value for name, value in headers.items() if name.lower() not in _ITS_OWN}
        maps = []
        for number, header in enumerate(sorted(not_in_304 & added.keys())):
            # A header with an empty value is not sent.
            maps.append(f"    map $status $value_{number} {{ 304 ''; default '{added[header]}'; }}")
            added[header] = f"$value_{number}"
        lines = [f"            add_header {name} '{value}' always;" for name, value in added.items()]
        # Its workers change to another user, who may not read a folder of root's.
        user = "user root;\n" if os.geteuid() == 0 else ""
        config = folder / "nginx.conf"
        log = f"{folder}/access.log" if access_log == "on" else "off"
        config.write_text(
            _CONFIG.format(
                user=user,
                folder=folder,
                port=port,
                headers="\n".join(lines),
                maps="\n".join(maps),
                sendfile=sendfile,
                access_log=log,
            )
        )
        process = await asyncio.create_subprocess_exec(
            "taskset", "-c", "0", program, "-p", name, "-e", "stderr", "-c", str(config)
        )
        try:
            await until_open(port)
            yield await _worker_of(process.pid)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()


async def _worker_of(process: int) -> int:
    """The worker that nginx's first process starts, some milliseconds after it listens."""
    children = Path(f"/proc/{process}/task/{process}/children")
    await until_true(lambda: bool(children.read_text()), "nginx's worker")
    return int((await asyncio.to_thread(children.read_text)).split()[0])


async def until_open(port: int) -> None:
    """Wait until something listens on the port."""
    async with asyncio.timeout(10):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
