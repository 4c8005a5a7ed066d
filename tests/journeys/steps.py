"""What journeys do again and again: ask, and wait for something that takes milliseconds."""

import msgspec

from edge.cli.demo import Harness
from edge.records import AskResponse, IslandState, IslandStatus
from tests.pen import DROP
from tests.waiting import until


async def ask(harness: Harness, text: str, *, session: str = "") -> AskResponse:
    """What the PoP says to a viewer of the drop."""
    question = {"island": str(DROP), "text": text, "session": session}
    async with harness.http.post(harness.pop_url + "/v1/ask", json=question) as reply:
        return msgspec.json.decode(await reply.read(), type=AskResponse)


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
