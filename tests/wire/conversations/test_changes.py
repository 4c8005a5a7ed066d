"""What changed at a desk: asked for as a list, from where the last list ended."""

import pytest

from tests.wire.conversations.test_looks import looks_at
from tests.wire.desks.fake_desks import ChatwootDesk, ZammadDesk


@pytest.mark.parametrize("kind", [ChatwootDesk, ZammadDesk])
async def test_what_changed(kind: type[ChatwootDesk] | type[ZammadDesk]) -> None:
    """The first list says only until when; the next ones name what people did since."""
    desk = kind()
    async with looks_at(desk) as looks:
        if isinstance(desk, ChatwootDesk):
            desk.conversations |= {n: {"id": n, "contact_id": 1, "status": "open", "messages": []} for n in (2, 3, 4)}
        else:
            desk.tickets |= {number: {"id": number, "skerry_ticket": f"t{number}"} for number in (2, 3, 4)}
        desk.say(1, "before")
        first = await looks.changed(0.0)
        for number in (2, 3, 4):
            desk.say(number, "after")
        second = await looks.changed(first.newest)
        third = await looks.changed(second.newest)

    assert {} == first.at
    assert {2, 3, 4} == {one for one, at in second.at.items() if at > first.newest}
    assert second.newest == max(second.at.values()) > first.newest
    assert second.newest == third.newest


async def test_more_changes_at_once_than_one_question_reads() -> None:
    """Somebody changes hundreds of tickets in one go. A later change is named all the same."""
    desk, at = ZammadDesk(), "2026-09-01T12:00:00.000Z"
    async with looks_at(desk) as looks:
        desk.tickets |= {
            number: {"id": number, "skerry_ticket": f"t{number}", "updated_at": at} for number in range(2, 503)
        }
        first = await looks.changed(0.0)
        desk.say(1, "after")
        second = await looks.changed(first.newest)

    assert 1 in second.at
    assert second.newest == second.at[1] > first.newest
