"""Two PoPs with one name: the second is told, and no printed command locks the first one out."""

import asyncio
import re

import pytest

from edge.cli.demo import SKERRY, Harness
from tests.journeys.test_fleet import CONFIG, Fleet
from tests.waiting import until

pytestmark = pytest.mark.journey


async def test_second_pop_with_the_name_of_the_first(harness: Harness) -> None:
    """Its journal says what to do. The command in it, run as it is, is refused while the first PoP has the name."""
    fleet = Fleet(harness)
    await harness.start_publisher()
    await fleet.start("ams")
    assert 0 == (await fleet.skerry("status", "--wait"))[0]
    config = harness.folder / "second.toml"
    text = CONFIG.format(name="ams", port=harness.publisher_port).replace("state-ams", "state-second")
    await asyncio.to_thread(config.write_text, text)
    await harness._start("second", *SKERRY, "pop", "serve", "--config", str(config))

    async def has_said_so() -> bool:
        return "another PoP has the name 'ams': give this one a name of its own" in await harness.log("second")

    await until(has_said_so, "the second PoP says that its name is taken")
    printed = re.search(
        r"run: skerry (publisher pops add ams --key \w+) --home (\S+?)[\",]", await harness.log("second")
    )
    assert printed is not None
    assert str(harness.home) == printed[2]
    status, _, err = await fleet.skerry(*printed[1].split())
    assert 1 == status
    assert err.startswith("error: another PoP has the name 'ams' and was last heard at ")
    assert 0 == (await fleet.skerry("status", "--wait"))[0]
