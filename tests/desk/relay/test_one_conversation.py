"""A right that was taken away for one conversation stops the relay of that one alone."""

from pathlib import Path

import pytest
from aiohttp import web

from tests.desk.desk import body, tid
from tests.desk.relay.relayed import relayed
from tests.waiting import until


@pytest.mark.parametrize("kind", ["chatwoot", "zammad"])
@pytest.mark.parametrize("status", [401, 403])
async def test_one_conversation_is_refused(home: Path, kind: str, status: int) -> None:
    """Replies in the others arrive, and tickets are handed on: the token is good."""
    async with relayed(home, kind) as world:
        refused: set[int] = set()

        async def refuse(request: web.Request) -> web.Response | None:
            is_refused = int(request.match_info.get("id", 0)) in refused
            return web.json_response({"error": "not authorized"}, status=status) if is_refused else None

        world.behind.fault = refuse
        for number in range(1, 9):
            await world.pop.post("/v1/tickets", body(number, session=f"v{number}"))
            await world.until_seen(number)
        refused |= set(range(1, 8))
        world.behind.say(8, "Tomorrow.")

        async def is_answered() -> bool:
            await world.fetch()
            return any(one.reply for one in world.received)

        await until(is_answered, "the reply in the one that is not refused")
        await world.pop.post("/v1/tickets", body(9, session="v9"))
        await world.until_seen(9)

    assert [tid(8)] == [one.ticket for one in world.received if one.reply]
