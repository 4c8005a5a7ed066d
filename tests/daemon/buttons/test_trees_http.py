"""Decision trees over a real socket: their list, the way back, a new revision in the middle, and what people get."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from edge.cli.demo.origin import DemoOrigin
from edge.publish.compile import Prepared
from edge.publish.source import SnippetSource
from edge.records import Automation
from edge.records.trees import TreeOption
from tests.daemon.api.test_feedback_http import Desk
from tests.daemon.conftest import RunningPop, running_publisher
from tests.pen import DROP, Pen
from tests.waiting import until

PATH = f"/v1/trees/{DROP}/my-order"


@pytest.fixture
async def desk(pen: Pen, tmp_path: Path, origin: DemoOrigin) -> AsyncIterator[Desk]:
    """A PoP that can be restarted, below `tmp_path`."""
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    (tmp_path / "webhook.secret").write_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")
    async with running_publisher(home) as publisher_url:
        yield Desk(tmp_path, publisher_url, origin)


async def press(pop: RunningPop, *choices: int, told: dict[str, Any] | None = None) -> dict[str, Any]:
    """The response to the last of these buttons, from the beginning or from what was told."""
    told = told or (await pop.post({}, path=PATH))[1]
    for choice in choices:
        told = (await pop.post({"token": told["token"], "choice": choice}, path=PATH))[1]
    return told


async def back(pop: RunningPop, told: dict[str, Any], **fields: Any) -> tuple[int, dict[str, Any]]:
    """Status and document of a step back."""
    status, document, _ = await pop.post({"token": told["token"], "back": True, **fields}, path=PATH)
    return status, document


async def publish(pop: RunningPop, pen: Pen, home: Path, prepared: Prepared) -> None:
    """Publish the next revision, and wait until the PoP has it."""
    revision = await asyncio.to_thread(pen.publish, home, prepared)

    async def is_there() -> bool:
        return f'"revision":{revision},'.encode() in (await pop.get(f"/v1/islands/{DROP}"))[1]

    await until(is_there, f"revision {revision}")


def with_snippet(prepared: Prepared, name: str, change: Callable[[SnippetSource], SnippetSource]) -> Prepared:
    """The drop with one snippet changed."""
    snippets = tuple(change(one) if one.id == name else one for one in prepared.source.snippets)
    return replace(prepared, source=replace(prepared.source, snippets=snippets))


def with_other_tree(prepared: Prepared) -> Prepared:
    """The drop with other buttons in its tree's first step."""
    (tree,) = prepared.source.trees
    first = replace(tree.steps[0], say="What now?", options=(TreeOption(label="Sizes", to="sizes"),))
    kept = tuple(step for step in tree.steps if step.id == "sizes")
    return replace(prepared, source=replace(prepared.source, trees=(replace(tree, steps=(first, *kept)),)))


async def test_trees_are_listed(desk: Desk, pen: Pen) -> None:
    """With what a page shows before somebody begins; not those of an island that is taken back."""
    async with desk.running() as pop:
        status, body, _ = await pop.get(f"/v1/trees/{DROP}")
        await asyncio.to_thread(pen.withdraw, desk.config.folder / "home")

        async def is_gone() -> bool:
            return 410 == (await pop.get(f"/v1/trees/{DROP}"))[0]

        await until(is_gone, "the island taken back")
        unknown = (await pop.get("/v1/trees/nobody/nothing"))[0]

    first = b'{"tree":"my-order","say":"Is it about an order you have placed?","labels":["Yes","Not yet"]}'
    assert (200, b'{"island":"northwind/hoodie-drop","revision":1,"trees":[' + first + b"]}") == (status, body)
    assert 404 == unknown


async def test_back_and_another_way(desk: Desk) -> None:
    """To the step before, with its buttons; from the first step there is no way back."""
    async with desk.running() as pop:
        first = await press(pop)
        second = await press(pop, 0, told=first)
        again = (await back(pop, second))[1]
        other = await press(pop, 1, 0, told=again)
        refused = [await back(pop, first), await back(pop, second, choice=0), await back(pop, {"token": ""})]

    assert (False, True, False) == (first["can_go_back"], second["can_go_back"], again["can_go_back"])
    assert (first["step"], first["labels"]) == (again["step"], again["labels"])
    assert ("answer", "sizes") == (other["outcome"], other["step"])
    assert [422, 422, 422] == [status for status, _ in refused]
    assert "this is the first step, expected a choice" == refused[0][1]["detail"]
    assert "step has back without a token or with a choice, expected a token alone" == refused[1][1]["detail"]


async def test_people_get_the_whole_way(desk: Desk) -> None:
    """Every step and button, the first one first; a step that was taken back is not among them."""
    async with desk.running() as pop:
        astray = await press(pop, 1)
        ended = await press(pop, 0, 2, told=(await back(pop, astray))[1])
        await pop.until_at_origin({ended["ticket"]})

    assert [
        {"say": "Is it about an order you have placed?", "label": "Yes"},
        {"say": "What is it about?", "label": "Something arrived wrong"},
    ] == desk.origin.tickets[ended["ticket"]]["path"]


async def test_new_revision_in_the_middle(desk: Desk, pen: Pen) -> None:
    """The viewer goes on in the old tree, back and forth; who begins now is in the new one."""
    async with desk.running() as pop:
        middle = await press(pop, 0)
        await publish(pop, pen, desk.config.folder / "home", with_other_tree(pen.prepared))
        begun, returned = await press(pop), (await back(pop, middle))[1]
        ended = await press(pop, 0, 0, told=returned)

    assert (["Sizes"], 2) == (begun["labels"], begun["revision"])
    assert (["Yes", "Not yet"], 1) == (returned["labels"], returned["revision"])
    assert ("answer", "where", 2) == (ended["outcome"], ended["step"], ended["provenance"]["revision"])


async def test_end_is_that_of_the_new_revision(desk: Desk, pen: Pen) -> None:
    """Its answer as it is now; and people, if machines may not give it any more."""
    home = desk.config.folder / "home"
    corrected = with_snippet(pen.prepared, "order-status", lambda one: replace(one, answer="Look at your mail."))
    checked = with_snippet(corrected, "change-address", lambda one: replace(one, automation=Automation.REVIEW))
    async with desk.running() as pop:
        middle = await press(pop, 0)
        await publish(pop, pen, home, replace(checked, source=replace(checked.source, trees=())))
        answered, escalated = await press(pop, 0, told=middle), await press(pop, 1, told=middle)

    assert ("answer", "Look at your mail.") == (answered["outcome"], answered["answer"])
    assert ("escalate", pen.prepared.source.default_lane) == (escalated["outcome"], escalated["lane"])


async def test_old_tree_ends_in_a_lane_that_is_gone(desk: Desk, pen: Pen) -> None:
    """The people of the default lane get the ticket: nobody looks into the old one any more."""
    (tree,) = pen.prepared.source.trees
    steps = tuple(replace(step, lane="gone") if step.lane else step for step in tree.steps)
    home, source = desk.config.folder / "home", pen.prepared.source
    async with desk.running() as pop:
        await publish(
            pop, pen, home, replace(pen.prepared, source=replace(source, trees=(replace(tree, steps=steps),)))
        )
        middle = await press(pop, 0)
        known = await press(pop, 2, told=middle)
        await publish(pop, pen, home, pen.prepared)
        gone = await press(pop, 2, told=middle)

    assert ("gone", source.default_lane) == (known["lane"], gone["lane"])


async def test_old_tree_is_not_walked_for_ever(desk: Desk, pen: Pen) -> None:
    """Back and forth in a tree that is not in force ends with its hour."""
    async with desk.running() as pop:
        old = await press(pop, 0)
        await publish(pop, pen, desk.config.folder / "home", with_other_tree(pen.prepared))
        desk.wall.ahead = timedelta(minutes=50)
        old = await press(pop, 0, told=(await back(pop, old))[1])
        desk.wall.ahead = timedelta(minutes=61)
        status, document = await back(pop, old)

    assert (403, "token_invalid") == (status, document["reason"])


async def test_restart_in_the_middle(desk: Desk, pen: Pen) -> None:
    """The tree in force is walked on; one that was replaced meanwhile is forgotten, and begins again."""
    async with desk.running() as pop:
        middle = await press(pop, 0)
    async with desk.running() as pop:
        ended = await press(pop, 0, told=middle)
        await publish(pop, pen, desk.config.folder / "home", with_other_tree(pen.prepared))
    async with desk.running() as pop:
        status, document = await back(pop, middle)

    assert "answer" == ended["outcome"]
    assert (403, "token_invalid") == (status, document["reason"])
    assert document["detail"].startswith("token was made for revision 1, the island is revision 2, expected ")


async def test_script_reaches_people_alone(desk: Desk, pen: Pen) -> None:
    """It is in the ticket, with the answer that no machine sends, and in nothing that a viewer gets."""
    steps = "Look at the courier's photo."
    async with desk.running() as pop:
        scripted = with_snippet(pen.prepared, "wrong-item", lambda one: replace(one, script=steps))
        await publish(pop, pen, desk.config.folder / "home", scripted)
        question = next(one.examples[0] for one in scripted.source.snippets if one.id == "wrong-item")
        asked = (await pop.post({"island": str(DROP), "text": question}))[1]
        await pop.until_at_origin({asked["ticket"]})
        island = (await pop.get(f"/v1/islands/{DROP}"))[1]
        snippet = (await pop.get(f"/v1/islands/{DROP}/snippets/wrong-item"))[1]

    (first, *_) = desk.origin.tickets[asked["ticket"]]["candidates"]
    answer = next(one.answer.strip() for one in scripted.source.snippets if one.id == "wrong-item")
    assert ("wrong-item", "review", answer, steps) == (
        first["provenance"]["snippet"], first["automation"], first["answer"], first["script"],
    )  # fmt: skip
    assert not any(steps.encode() in seen for seen in (str(asked).encode(), island, snippet))
