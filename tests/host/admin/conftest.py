"""An admin socket with one route, in this process; and a peer that calls it from a thread."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from edge.errors import ConfigError, Reason, RefusedError, StorageError
from edge.host import json_response
from edge.host.admin import AdminPeer, AdminSocket, call_admin


class Running:
    """A socket that listens, and what its route was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "admin.sock"
        self.bodies: list[bytes] = []
        self.routes = [web.post("/v1/echo", self._echo)]
        self.admin = AdminSocket(folder, self.routes)

    async def _echo(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.bodies.append(body)
        if b"refuse" in body:
            raise RefusedError("found what I refuse, expected something else", reason=Reason.ISLAND_UNKNOWN)
        if b"disk" in body:
            raise StorageError("cannot write /secret/path")
        if b"key" in body:
            raise ConfigError("no key /home/key, restore it with: cp YOUR-COPY /home/key")
        if b"crash" in body:
            raise ValueError("a secret")
        return json_response({"length": len(body)})

    def peer(self, *, timeout_s: float = 10.0) -> AdminPeer:
        """The peer of this folder, as a command names it."""
        return AdminPeer(
            self.folder, kind="PoP", start="skerry pop serve --config pop.toml", typed="skerry x", timeout_s=timeout_s
        )

    async def call(self, document: object, *, path: str = "/v1/echo") -> bytes:
        """Call the route as a command does."""
        return await asyncio.to_thread(call_admin, self.peer(), path, document)


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    """A socket that listens."""
    running = Running(tmp_path)
    await running.admin.listen()
    yield running
    await running.admin.close()
