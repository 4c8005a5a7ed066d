"""Taps and refusals leave a PoP as counts: the words of who tapped are in no count, no metric and no log."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from edge.cli.demo.origin import DemoOrigin
from edge.records import PopTally
from tests.daemon.api.test_feedback_http import Desk
from tests.daemon.buttons.test_choice_http import TWO, choose, offered
from tests.daemon.conftest import running_publisher
from tests.pen import Pen
from tests.waiting import until

CANARY = "pelargonium"


@pytest.fixture
async def desk(pen: Pen, tmp_path: Path, origin: DemoOrigin) -> AsyncIterator[Desk]:
    """A PoP with the sample drop."""
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    (tmp_path / "webhook.secret").write_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")
    async with running_publisher(home) as publisher_url:
        yield Desk(tmp_path, publisher_url, origin)


async def test_taps_and_refusals_are_counts(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    """Three offers, of which one was taken and one refused. Session and question are in no figure."""
    async with desk.running() as pop:
        for number, picked in enumerate(("change-address", None, "")):
            fields = {"session": f"{CANARY}-{number}", "consent": CANARY}
            offer = await offered(pop, **fields)
            if picked != "":
                await choose(pop, offer, picked, **fields)

        async def counted() -> dict[str, int]:
            """The counts of all cells together."""
            tally = msgspec.json.decode((await pop.get("/v1/stats"))[1], type=PopTally)
            names = ("offered", "offer.taken", "offer.refused")
            return {name: sum(cell.counts.get(name, 0) for cell in tally.cells) for name in names}

        async def are_counted() -> bool:
            return (await counted())["offer.refused"] == 1

        await until(are_counted, "the refusal is counted")
        found = await counted()
        shown = [(await pop.get(path))[1].decode() for path in ("/v1/stats", "/metrics", "/statusz")]

    assert {"offered": 3, "offer.taken": 1, "offer.refused": 1} == found
    for told in (*shown, *capfd.readouterr()):
        assert CANARY not in told
        assert TWO not in told
