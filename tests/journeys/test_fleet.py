"""Two PoPs and their publisher: who has what is published, and who has not."""

import asyncio
from pathlib import Path

import pytest
from nacl.signing import SigningKey

from edge.cli.demo import SKERRY, Harness
from edge.records import IslandState
from tests.cli.conftest import ISLAND
from tests.journeys.steps import until_serving, until_state
from tests.pen import DROP, Pen
from tests.waiting import until

pytestmark = pytest.mark.journey

CONFIG = """
[pop]
name = "{name}"
state_dir = "state-{name}"
[http]
port = 0
trusted_ingests = {{ networks = ["127.0.0.0/8"] }}
[publisher]
url = "http://127.0.0.1:{port}"
trusted_root = "home/root.json"
max_reconnect_delay_s = 0.2
[fleet]
interval_s = 0.2
[origin]
url = "http://127.0.0.1:1/tickets"
"""


class Fleet:
    """PoPs next to a harness's publisher, and the commands that their operator runs."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness

    async def start(self, name: str) -> None:
        """Run a PoP whose key the publisher knows."""
        await asyncio.to_thread(self._prepare, name)
        await self.harness._start(name, *SKERRY, "pop", "serve", "--config", str(self.harness.folder / f"{name}.toml"))

    async def skerry(self, *arguments: object) -> tuple[int, str, str]:
        """A command in the publisher's home, to its end: exit status, stdout, stderr."""
        pipe = asyncio.subprocess.PIPE
        words = [*SKERRY, *(str(one) for one in arguments), "--home", str(self.harness.home)]
        process = await asyncio.create_subprocess_exec(*words, stdout=pipe, stderr=pipe)
        out, err = await process.communicate()
        return process.returncode or 0, out.decode(), err.decode()

    def _prepare(self, name: str) -> None:
        folder = self.harness.folder
        (folder / f"{name}.toml").write_text(CONFIG.format(name=name, port=self.harness.publisher_port))
        state = folder / f"state-{name}"
        if state.exists():
            return
        state.mkdir(mode=0o700)
        key = SigningKey.generate()
        (state / "status.key").touch(mode=0o600)
        (state / "status.key").write_text(bytes(key).hex())
        (self.harness.home / "pops").mkdir(exist_ok=True)
        (self.harness.home / "pops" / f"{name}.pub").write_text(bytes(key.verify_key).hex())


@pytest.fixture
async def fleet(harness: Harness) -> Fleet:
    """A publisher and two PoPs that have the drop."""
    fleet = Fleet(harness)
    await harness.start_publisher()
    await fleet.start("ams")
    await fleet.start("fra")
    assert (await fleet.skerry("status", "--wait"))[0] == 0
    return fleet


@pytest.fixture
def island_file(fleet: Fleet) -> Path:
    """A small island of the drop's tenant, to be published in a process of its own."""
    path = fleet.harness.folder / "small.toml"
    path.write_text(ISLAND.replace('tenant = "acme"', f'tenant = "{DROP.tenant}"'))
    return path


async def test_publish_and_withdraw_wait_for_the_fleet(fleet: Fleet, island_file: Path) -> None:
    """Both end well as soon as both PoPs have it."""
    published = await fleet.skerry("island", "publish", island_file, "--wait")
    assert (0, "") == (published[0], published[2])
    assert "\nthe fleet has it: 2 PoPs, " in published[1]

    status, out, _ = await fleet.skerry("status", "--island", f"{DROP.tenant}/drop", "--revision", 1)
    assert 0 == status
    assert f"{DROP.tenant}/drop\trevision 1\t2 of 2" in out

    withdrawn = await fleet.skerry("island", "withdraw", f"{DROP.tenant}/drop", "--why", "a test", "--wait")
    assert (0, "") == (withdrawn[0], withdrawn[2])
    assert "\nthe fleet has it: 2 PoPs, " in withdrawn[1]


async def test_stopped_pop_is_named(fleet: Fleet, island_file: Path) -> None:
    """What one PoP has not taken is in force all the same, but the wait ends with status 3 and that PoP's name."""
    await fleet.harness.kill("fra")
    status, out, err = await fleet.skerry("island", "publish", island_file, "--wait", "--timeout", "500ms")

    assert 3 == status
    assert f"published {DROP.tenant}/drop revision 1" in out
    assert err.startswith(f"fra: {DROP.tenant}/drop revision 1: ")
    assert err.endswith("after 0.5 s, 1 of 2 PoPs do not have it\n")

    async def is_called_silent() -> bool:
        return "fra\tnorthwind/hoodie-drop\tsilent\t" in (await fleet.skerry("status"))[1]

    await until(is_called_silent, "the killed PoP called silent")
    await fleet.start("fra")
    assert 0 == (await fleet.skerry("status", "--wait"))[0]


async def test_fleet_outlives_its_publisher(fleet: Fleet, pen: Pen) -> None:
    """Killed and started again, the publisher still knows its fleet, which catches up; meanwhile PoPs only log."""
    await fleet.harness.kill("publisher")
    await asyncio.to_thread(pen.publish, fleet.harness.home)
    status, out, _ = await fleet.skerry("status")
    assert 3 == status
    assert f"ams\t{DROP}\tbehind\t" in out

    await fleet.harness.start_publisher()
    assert 0 == (await fleet.skerry("status", "--wait"))[0]
    assert 1 == (await fleet.harness.log("ams")).count("status is not accepted by the publisher")


async def test_unknown_pop_is_refused_and_serves(fleet: Fleet, pen: Pen) -> None:
    """It says once what to run at the publisher; what it serves depends on nothing of this."""
    harness = fleet.harness
    await harness.start_pop()
    await until_serving(harness, 1)

    async def has_said_so() -> bool:
        return "run: skerry publisher pops add demo-pop --key " in await harness.log("pop")

    await until(has_said_so, "the command to run in the log")
    assert "demo-pop" not in (await fleet.skerry("status"))[1]
    await asyncio.to_thread(pen.withdraw, harness.home)
    await until_state(harness, IslandState.WITHDRAWN)
