"""A PoP that serves the sample drop with its `[consent]`, and viewers with sessions of their own."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.cli.demo.origin import DemoOrigin
from tests.daemon.conftest import RunningPop, pop_config, running_pop, running_publisher
from tests.pen import DROP, Pen

HELP = {"purpose": "help", "version": 1}
IMPROVE = {"purpose": "improve", "version": 1}
ODD = "my cousin's parrot ate the receipt, who pays for the vet"
"""A question that no snippet answers."""


class Viewer:
    """One viewer with a signed session."""

    def __init__(self, pop: RunningPop, session: str) -> None:
        self.pop, self.session = pop, session

    async def post(self, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
        """Status and document of a POST about the drop."""
        document = msgspec.json.encode({"island": str(DROP), **body})
        headers = {"Authorization": f"Bearer {self.session}"}
        async with self.pop.http.post(self.pop.url + path, data=document, headers=headers) as reply:
            return reply.status, msgspec.json.decode(await reply.read())

    async def ask(self, text: str = ODD, **more: Any) -> dict[str, Any]:
        """The response to a question."""
        return (await self.post("/v1/ask", text=text, **more))[1]

    async def ticket_of(self, response: dict[str, Any]) -> dict[str, Any]:
        """The ticket of a response, as origin has it."""
        await self.pop.until_at_origin({response["ticket"]})
        return self.pop.origin.tickets[response["ticket"]]


async def new_viewer(pop: RunningPop) -> Viewer:
    """A viewer who has asked nothing yet."""
    _, made, _ = await pop.post({"island": str(DROP)}, path="/v1/sessions")
    return Viewer(pop, made["session"])


@pytest.fixture
async def asking_home(pen: Pen, tmp_path: Path) -> Path:
    """A publisher's home with the drop that asks for consent in force, as revision 2."""
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    await asyncio.to_thread(pen.publish, home, pen.asking)
    return home


@pytest.fixture
def configured(tmp_path: Path, origin: DemoOrigin) -> Callable[..., Any]:
    """Makes the configuration of a PoP of the fleet; `name` is its folder."""
    key = tmp_path / "sessions.key"
    key.write_text("0123456789abcdef0123456789abcdef0123456789\n")
    key.chmod(0o600)

    def make(publisher_url: str, name: str = "one", **sections: Any) -> Any:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        return pop_config(
            folder,
            publisher_url=publisher_url,
            origin_url=origin.url,
            islands={"required": [str(DROP)]},
            **{
                "sessions": {"key_file": str(key)},
                "publisher": {"url": publisher_url, "trusted_root": str(tmp_path / "home" / "root.json")},
                **sections,
            },
        )

    return make


@pytest.fixture
async def asking_pop(
    asking_home: Path, configured: Callable[..., Any], origin: DemoOrigin
) -> AsyncIterator[RunningPop]:
    """A running PoP that serves the drop and asks for consent."""
    async with running_publisher(asking_home) as publisher_url, running_pop(configured(publisher_url), origin) as pop:
        await pop.until_served()
        yield pop


@pytest.fixture
async def viewer(asking_pop: RunningPop) -> Viewer:
    """A viewer of that PoP."""
    return await new_viewer(asking_pop)


__all__ = ["HELP", "IMPROVE", "ODD", "Viewer", "new_viewer"]
