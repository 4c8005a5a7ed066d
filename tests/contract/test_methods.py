"""A method that a path does not take: 405, and `Allow` says what it takes."""

import asyncio
from pathlib import Path

from tests.contract.servers import Served, description, served_desk, served_pop, served_publisher
from tests.pen import Pen

METHODS = ("TRACE", "PATCH", "DELETE", "FOO", "PLAY")


async def refused(served: Served) -> list[tuple[str, str, str]]:
    """Path, method and answer of each that is not as it should be."""
    strange = []
    for path, item in (await description(served))["paths"].items():
        taken = {method.upper() for method in item if method != "parameters"}
        for method in METHODS:
            head = await asked(served, method, path.replace("{", "").replace("}", ""))
            allow = [line.partition(":")[2] for line in head.split("\r\n") if line.lower().startswith("allow:")]
            named = {one.strip() for line in allow for one in line.split(",")}
            if " 405 " not in head.partition("\r\n")[0] or named - {"HEAD"} != taken:
                strange.append((path, method, head))
    return strange


async def asked(served: Served, method: str, path: str) -> str:
    """The head of the answer."""
    host, _, port = served.url.removeprefix("http://").rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n".encode())
    async with asyncio.timeout(20):
        head = await reader.readuntil(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    return head.decode()


async def test_pop(pen: Pen, tmp_path: Path) -> None:
    """Every path of a PoP."""
    async with served_pop(tmp_path, pen) as served:
        assert [] == await refused(served)


async def test_desk(tmp_path: Path) -> None:
    """Every path of a desk, without a token."""
    async with served_desk(tmp_path) as served:
        assert [] == await refused(served)


async def test_publisher(pen: Pen, tmp_path: Path) -> None:
    """Every path of a publisher, without a token."""
    async with served_publisher(tmp_path, pen) as served:
        assert [] == await refused(served)
