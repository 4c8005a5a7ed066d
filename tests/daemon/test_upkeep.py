"""`edge.daemon.upkeep` in a whole PoP: what becomes of its state folder while it runs and when it starts."""

import asyncio
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from edge.cli.demo.origin import DemoOrigin
from edge.config import PopConfig
from edge.daemon import run_pop
from edge.daemon.upkeep import OutboxUpkeep
from edge.errors import ConfigError
from edge.host import utc_now
from edge.store.leaves import NewLeaf
from edge.store.merges import NewMerge
from edge.store.outbox import Outbox, Parcel
from tests.daemon.conftest import Run, RunningPop, pop_config, running_pop, running_publisher
from tests.pen import DROP
from tests.store.mounted import fill, mounted
from tests.waiting import until

WORDS = "my daughter of nine paid with my card"


def question(number: int = 0) -> dict[str, str]:
    """A question for people, with words that nobody else writes."""
    return {"island": str(DROP), "text": f"refund me, {WORDS} {number}", "want": "person", "session": f"s-{number}"}


def files_with(words: str, folder: Path) -> list[str]:
    """The files below `folder` whose raw bytes have these words."""
    found = []
    for file in [file for file in folder.rglob("*") if file.is_file()]:
        # A running PoP takes files away and puts them back meanwhile.
        with suppress(FileNotFoundError):
            found += [str(file.relative_to(folder))] if words.encode() in file.read_bytes() else []
    return found


async def test_words_of_delivered_questions(run: Run, tmp_path: Path) -> None:
    """Soon after the last ticket is at origin, no file of the state folder has a viewer's words; nor does one later."""
    state = tmp_path / "state"
    async with run() as pop:
        tickets = {(await pop.post(question(number)))[1]["ticket"] for number in range(20)}
        await pop.until_at_origin(tickets)

        async def are_gone() -> bool:
            return not await asyncio.to_thread(files_with, WORDS, state)

        await until(are_gone, "the words are gone")
        assert any(state.rglob("tickets.db-wal"))
    assert not await asyncio.to_thread(files_with, WORDS, state)


async def ready(pop: RunningPop) -> tuple[int, bool]:
    """Status of `/readyz`, and whether it says that tickets are taken."""
    status, body, _ = await pop.get("/readyz")
    return status, json.loads(body)["takes_tickets"]


async def test_state_folder_that_is_deleted(run: Run, tmp_path: Path) -> None:
    """No ticket is acknowledged any more, `/readyz` says so, and what may be answered is answered."""
    async with run() as pop:
        assert (await ready(pop)) == (200, True)
        await asyncio.to_thread(shutil.rmtree, tmp_path / "state")
        status, problem, _ = await pop.post(question())

        assert (503, "storage") == (status, problem["reason"])

        async def says_so() -> bool:
            return await ready(pop) == (503, False)

        await until(says_so, "/readyz says 503")
        status, answer, _ = await pop.post({"island": str(DROP), "text": "when does it ship?"})
        assert (200, "answer") == (status, answer["outcome"])


def put(state: Path, parcel: Parcel, at: datetime) -> None:
    """Store a parcel in a stopped PoP's outbox by a clock that shows `at`."""
    with Outbox(state, clock=at.timestamp) as outbox:
        outbox.put_many([parcel])


def depth(state: Path) -> int:
    """How many parcels a stopped PoP's outbox has."""
    with Outbox(state) as outbox:
        return outbox.depth()


async def test_outbox_of_another_pop(run: Run, tmp_path: Path, origin: DemoOrigin) -> None:
    """A folder that was restored wrongly is refused by name; not one of its tickets leaves."""
    async with run():
        pass
    owner = tmp_path / "state" / "outbox" / "owner"
    await asyncio.to_thread(owner.write_text, f"{'07' * 32} fra-2\n")
    await asyncio.to_thread(put, tmp_path / "state", Parcel("theirs", b"{}"), utc_now())
    config = pop_config(tmp_path, publisher_url="http://127.0.0.1:1", origin_url=origin.url)

    with pytest.raises(ConfigError, match=f"has tickets of PoP 'fra-2' with key 0707.* run: rm {owner}$"):
        await run_pop(config, stop=asyncio.Event())
    assert await asyncio.to_thread(depth, tmp_path / "state") == 1
    assert not origin.tickets


CLOCKS = {"a year behind": timedelta(days=-400), "a year ahead": timedelta(days=400)}


@pytest.mark.parametrize("ahead", CLOCKS.values(), ids=CLOCKS)
async def test_boot_with_a_wrong_clock(
    home: Path, tmp_path: Path, origin: DemoOrigin, capsys: pytest.CaptureFixture[str], ahead: timedelta
) -> None:
    """A ticket that it stored loses nothing and blocks nothing after a start with the right clock."""
    wrong = utc_now() + ahead
    async with running_publisher(home) as publisher_url:

        def config(origin_url: str) -> PopConfig:
            return pop_config(tmp_path, publisher_url=publisher_url, origin_url=origin_url)

        parcel = Parcel("old", b'{"id":"old"}', due=wrong.timestamp() + 1.0)
        await asyncio.to_thread(put, tmp_path / "state", parcel, wrong)
        async with running_pop(config("http://127.0.0.1:1"), origin) as pop:
            await pop.until_served()
            status, taken, _ = await pop.post(question())
            assert (202, "escalate") == (status, taken["outcome"])
        async with running_pop(config(origin.url), origin) as pop:
            await pop.until_at_origin({taken["ticket"], "old"})
    lines = [line for line in capsys.readouterr().out.splitlines() if "stored by a wrong clock" in line]

    assert len(lines) == 1
    assert lines[0].endswith("tickets=1")


async def test_second_fault_while_the_first_lasts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that is deleted on a full disk has a line of its own; a fault that lasts has no second one."""
    with mounted(tmp_path / "disk") as disk, ThreadPoolExecutor(1) as thread:
        outbox = await asyncio.wrap_future(thread.submit(Outbox, disk))
        upkeep = OutboxUpkeep(outbox, thread, clock=utc_now)
        await upkeep.look()
        await asyncio.to_thread(fill, disk)
        for _ in range(3):
            await upkeep.look()
        await asyncio.to_thread(shutil.rmtree, disk / "outbox")
        for _ in range(3):
            await upkeep.look()
        thread.submit(outbox.close)
    lines = [line for line in capsys.readouterr().out.splitlines() if "cannot be used, no ticket is taken" in line]

    assert len(lines) == 2
    assert "KiB left" in lines[0]
    assert "was deleted while it was in use" in lines[1]


async def test_merges_whose_time_is_over_are_forgotten(tmp_path: Path) -> None:
    """Once an hour, and not at the start, when the clock may be wrong."""
    clock, thread = [0.0], ThreadPoolExecutor(1)
    outbox = await asyncio.wrap_future(thread.submit(Outbox, tmp_path))
    leaf = NewLeaf(b"l" * 32, "acme/drop", b"entry", ticket="m.merge")
    parcel = Parcel("m.merge", b"{}", tenant="acme", leaf=leaf, merge=NewMerge(forwards=False))
    thread.submit(outbox.put_many, [parcel]).result()
    outbox.merges.kept_s = -1.0
    upkeep, found = OutboxUpkeep(outbox, thread, clock=utc_now, steady=lambda: clock[0]), []
    for seconds in (0.0, 3_599.0, 3_600.0):
        clock[0] = seconds
        await upkeep.look()
        found.append(thread.submit(outbox.merges.of, "m.merge").result() is not None)
    thread.submit(outbox.close).result()
    thread.shutdown()

    assert [True, True, False] == found
