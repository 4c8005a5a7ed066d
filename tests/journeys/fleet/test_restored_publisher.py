"""A publisher whose home came back from a backup: everybody is told, and one command mends it."""

import asyncio
import shutil
from pathlib import Path

import pytest

from edge.cli.demo import Harness
from tests.cli.conftest import ISLAND
from tests.journeys.test_fleet import Fleet
from tests.pen import DROP, Pen
from tests.waiting import until

pytestmark = pytest.mark.journey


@pytest.fixture
async def fleet(harness: Harness) -> Fleet:
    """A publisher and one PoP that posts its status."""
    fleet = Fleet(harness)
    await harness.start_publisher()
    await fleet.start("ams")
    assert (await fleet.skerry("status", "--wait"))[0] == 0
    return fleet


async def _restore(fleet: Fleet, backup: Path) -> None:
    """The publisher's machine died; its home comes back from `backup`."""
    harness = fleet.harness
    await harness.kill("publisher")
    await asyncio.to_thread(shutil.rmtree, harness.home)
    await asyncio.to_thread(shutil.copytree, backup, harness.home)
    await harness.start_publisher()


async def _until_told(fleet: Fleet) -> str:
    """Wait until the publisher's log says that its fleet is ahead; the log."""

    async def has_said_so() -> bool:
        return "fleet is ahead of this publisher" in await fleet.harness.log("publisher")

    await until(has_said_so, "the publisher says that its fleet is ahead")
    return await fleet.harness.log("publisher")


async def _until_everyone(fleet: Fleet) -> None:
    assert 0 == (await fleet.skerry("status", "--wait"))[0]


async def test_home_of_revision_one_under_a_fleet_on_three(fleet: Fleet, pen: Pen, tmp_path: Path) -> None:
    """The PoP keeps revision 3, everybody is told, publishing is refused until `recover restored`, then it arrives."""
    home, backup = fleet.harness.home, tmp_path / "backup"
    # As `cp` and backups do, without the socket of the running server.
    await asyncio.to_thread(shutil.copytree, home, backup, ignore=shutil.ignore_patterns("*.sock"))
    for _ in (2, 3):
        await asyncio.to_thread(pen.publish, home)
    await _until_everyone(fleet)
    await _restore(fleet, backup)
    log = await _until_told(fleet)

    assert f"run: skerry recover restored --home {home}" in log
    told, out, _ = await fleet.skerry("status")
    assert 3 == told
    assert f"PoP 'ams' has island '{DROP}' revision 3, and here 1 is the last one" in out
    island = fleet.harness.folder / "small.toml"
    await asyncio.to_thread(island.write_text, ISLAND.replace('tenant = "acme"', f'tenant = "{DROP.tenant}"'))
    refused, _, err = await fleet.skerry("island", "publish", island)
    assert (1, True) == (refused, f"run: skerry recover restored --home {home};" in err), err

    mended, out, err = await fleet.skerry("recover", "restored")
    assert (0, "") == (mended, err)
    assert f"{DROP}  PoPs have revision 3, here 1" in out
    assert 4 == await asyncio.to_thread(pen.publish, home)
    await _until_everyone(fleet)
    assert 1 == (await fleet.harness.log("publisher")).count("fleet is ahead of this publisher")
