"""Zammad's merged and long tickets: nobody gets another viewer's words, and no length keeps a reply back."""

import pytest

from tests.wire.conversations.test_looks import looks_at
from tests.wire.desks.fake_desks import ZammadDesk


@pytest.mark.parametrize("is_hidden", [False, True], ids=["ticket of ours", "ticket of a group that we may not see"])
async def test_articles_that_came_by_a_merge(is_hidden: bool) -> None:
    """What is older than the merge is doubtful; what is written after it is not."""
    desk = ZammadDesk()
    async with looks_at(desk) as looks:
        desk.tickets[2] = {"id": 2, "skerry_ticket": "another"}
        desk.say(2, "Your order goes to Elm Street.")
        desk.merge(2, 1)
        desk.hidden = {2} if is_hidden else set()
        first = await looks.look(1, 0)
        desk.say(1, "We look at it.")
        assert first is not None
        second = await looks.look(1, first.newest)

    assert second is not None
    assert ((), (1,), (2,)) == (first.replies, first.doubtful, first.merged)
    assert (["We look at it."], ()) == ([one.text for one in second.replies], second.doubtful)


async def test_merged_ticket_without_an_article() -> None:
    """Zammad leaves one there. Without it, all that was read may be from before; the next reply is not."""
    desk = ZammadDesk()
    async with looks_at(desk) as looks:
        desk.tickets[2] = {"id": 2, "skerry_ticket": "another"}
        desk.say(2, "Your order goes to Elm Street.")
        desk.merge(2, 1)
        desk.articles = [one for one in desk.articles if one["ticket_id"] != 2]
        first = await looks.look(1, 0)
        desk.say(1, "We look at it.")
        desk.articles[-1]["id"] = 3
        assert first is not None
        second = await looks.look(1, first.newest)

    assert second is not None
    assert ((), (1,)) == (first.replies, first.doubtful)
    assert (["We look at it."], ()) == ([one.text for one in second.replies], second.doubtful)


async def test_first_reply_in_a_ticket_with_a_link_that_we_may_not_follow() -> None:
    """The link is noticed with the viewer's own article, so it costs no reply."""
    desk = ZammadDesk()
    async with looks_at(desk) as looks:
        desk.tickets[2] = {"id": 2, "skerry_ticket": "another"}
        desk.links, desk.hidden = [(2, 1)], {2}
        desk.say(1, "Where is my order?", sender="Customer")
        first = await looks.look(1, 0)
        desk.say(1, "Tomorrow.")
        assert first is not None
        second = await looks.look(1, first.newest)

    assert second is not None
    assert (["Tomorrow."], ()) == ([one.text for one in second.replies], second.doubtful)


async def test_linked_ticket_that_was_not_merged() -> None:
    """Agents link tickets for other reasons, too, and delete some."""
    desk = ZammadDesk()
    async with looks_at(desk) as looks:
        desk.tickets[2] = {"id": 2, "skerry_ticket": "another"}
        desk.links += [(2, 1), (9, 1)]
        desk.say(1, "Tomorrow.")
        found = await looks.look(1, 0)

    assert found is not None
    assert (["Tomorrow."], ()) == ([one.text for one in found.replies], found.doubtful)


async def test_ticket_with_megabytes_of_articles() -> None:
    """A look reads what is new, some at a time."""
    desk = ZammadDesk()
    async with looks_at(desk) as looks:
        for _ in range(12):
            desk.say(1, "x" * 400_000, internal=True)
        for number in range(450):
            desk.say(1, f"reply {number}")
        texts, newest = [], 0
        for _ in range(4):
            found = await looks.look(1, newest)
            assert found is not None
            texts += [one.text for one in found.replies]
            newest = found.newest

    assert [f"reply {number}" for number in range(450)] == texts
