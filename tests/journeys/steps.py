"""What journeys do again and again: ask, and wait for something that takes milliseconds."""

import msgspec

from edge.cli.demo import Harness
from edge.client import PopClient
from edge.records import AskRequest, AskResponse, IslandState, IslandStatus
from tests.pen import DROP
from tests.waiting import until


async def ask(harness: Harness, text: str, *, session: str = "") -> AskResponse:
    """What the PoP says to a viewer of the drop."""
    pop = PopClient(harness.http, harness.pop_url)
    return await pop.ask(AskRequest(island=str(DROP), text=text, session=session))


async def status(harness: Harness) -> IslandStatus:
    """The drop's state on the PoP."""
    return msgspec.convert(await harness.get(f"/v1/islands/{DROP}"), IslandStatus)


async def until_serving(harness: Harness, revision: int) -> None:
    """Wait until the drop is served in this revision."""

    async def is_so() -> bool:
        if str(DROP) not in [one["island"] for one in (await harness.get("/v1/islands"))["islands"]]:
            return False
        found = await status(harness)
        return found.revision == revision and found.state is IslandState.FRESH

    await until(is_so, f"revision {revision} in force")


async def until_state(harness: Harness, state: IslandState) -> None:
    """Wait until the drop is in this state."""

    async def is_so() -> bool:
        return (await status(harness)).state is state

    await until(is_so, f"state {state}")
