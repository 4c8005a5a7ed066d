"""One typed value in a decision tree, over a real socket: what is asked for, what people get, and where it is not."""

import base64
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from edge.publish.compile import Prepared
from edge.records.trees import TreeOption, TreeStep, TypedQuestion, ValueKind
from tests.daemon.api.test_feedback_http import Desk
from tests.daemon.buttons.test_trees_http import PATH, back, desk, press, publish, with_other_tree
from tests.daemon.conftest import RunningPop
from tests.daemon.test_canary_words import Heard, heard
from tests.pen import DROP, Pen

__all__ = ["desk", "heard"]

CANARY = "pelargonium"
MAIL = f"{CANARY}@shop.example"
NOT_OURS = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"

ORDER = TypedQuestion(name="order", personal=False, hint="NW- and six digits", pattern="NW-[0-9]{6}", to="sure")
ADDRESS = TypedQuestion(
    name="mail", personal=True, hint="your mail address", pattern=r"[a-z]{1,30}@[a-z\.]{3,30}", to="sure"
)
PHOTO = TypedQuestion(name="photo", personal=False, hint="take a photo", kind=ValueKind.DIGEST, to="people")
STEPS = (
    TreeStep(
        id="start",
        say="What do you have?",
        options=(
            TreeOption(label="An order", to="order"),
            TreeOption(label="A mail address", to="mail"),
            TreeOption(label="A photo", to="photo"),
        ),
    ),
    TreeStep(id="order", say="Which order?", ask=ORDER),
    TreeStep(id="mail", say="Which address?", ask=ADDRESS),
    TreeStep(id="photo", say="Show it.", ask=PHOTO),
    TreeStep(id="sure", say="Is that right?", options=(TreeOption(label="Yes", to="people"),)),
    TreeStep(id="people", lane="shipping"),
)


def asking(prepared: Prepared) -> Prepared:
    """The drop with a tree that asks for a value on each way."""
    (tree,) = prepared.source.trees
    return replace(prepared, source=replace(prepared.source, trees=(replace(tree, steps=STEPS),)))


async def typed(pop: RunningPop, told: dict[str, Any], value: str, **fields: Any) -> tuple[int, dict[str, Any]]:
    """Status and document after a value was typed."""
    status, document, _ = await pop.post({"token": told["token"], "value": value, **fields}, path=PATH)
    return status, document


@pytest.fixture
def home(desk: Desk) -> Path:
    """The publisher's home."""
    return desk.config.folder / "home"


async def test_value_that_is_not_personal(desk: Desk, pen: Pen, home: Path) -> None:
    """It is asked for with its form, and people read it on the way and as a value."""
    async with desk.running() as pop:
        await publish(pop, pen, home, asking(pen.prepared))
        asked = await press(pop, 0)
        sure = (await typed(pop, asked, " NW-123456 "))[1]
        ended = await press(pop, 0, told=sure)
        await pop.until_at_origin({ended["ticket"]})
    ticket = desk.origin.tickets[ended["ticket"]]

    assert ("clarify", "Which order?", [], False) == (
        asked["outcome"], asked["say"], asked["labels"], asked["is_wrong_value"],
    )  # fmt: skip
    assert {
        "name": "order", "kind": "text", "hint": "NW- and six digits", "pattern": "NW-[0-9]{6}", "personal": False,
    } == asked["asks"]  # fmt: skip
    assert (["Yes"], None) == (sure["labels"], sure["asks"])
    assert {"name": "order", "value": "NW-123456", "personal": False, "kind": "text"} == ticket["typed"]
    assert ["An order", "NW-123456", "Yes"] == [step["label"] for step in ticket["path"]]


async def test_wrong_value(desk: Desk, pen: Pen, home: Path) -> None:
    """The same step comes again, with the same place in the tree; and what was typed is not quoted."""
    async with desk.running() as pop:
        await publish(pop, pen, home, asking(pen.prepared))
        asked = told = await press(pop, 0)
        for value in ("NW-12345", "NW-1234567", "x" * 65, "NW-١٢٣٤٥٦", "NW-123456\n"):
            status, told = await typed(pop, told, value)
            assert (200, True) == (status, told.pop("is_wrong_value")), value
            assert {**asked, "token": told["token"], "leaf": told["leaf"]} == {**told, "is_wrong_value": False}
        right = await typed(pop, told, "NW-123456")

    assert (200, "sure") == (right[0], right[1]["step"])


async def test_back_from_a_value(desk: Desk, pen: Pen, home: Path) -> None:
    """It is forgotten behind the step that asked for it, and kept before."""
    async with desk.running() as pop:
        await publish(pop, pen, home, asking(pen.prepared))
        sure = (await typed(pop, await press(pop, 1), MAIL))[1]
        again = (await back(pop, sure))[1]
        first = (await back(pop, again))[1]
        ended = await press(pop, 0, told=(await typed(pop, await press(pop, 0, told=first), "NW-000001"))[1])
        await pop.until_at_origin({ended["ticket"]})

    assert ("mail", "start") == (again["step"], first["step"])
    assert "NW-000001" == desk.origin.tickets[ended["ticket"]]["typed"]["value"]
    assert CANARY not in str(desk.origin.tickets)


async def test_digest(desk: Desk, pen: Pen, home: Path) -> None:
    """That of a file which the tenant's page took, in the form of RFC 9530; no file is taken."""
    async with desk.running() as pop:
        await publish(pop, pen, home, asking(pen.prepared))
        asked = await press(pop, 2)
        wrong = (await typed(pop, asked, "sha-256=abc"))[1]
        ended = (await typed(pop, asked, NOT_OURS))[1]
        await pop.until_at_origin({ended["ticket"]})

    assert ("digest", True) == (asked["asks"]["kind"], wrong["is_wrong_value"])
    assert {"name": "photo", "value": NOT_OURS, "personal": False, "kind": "digest"} == desk.origin.tickets[
        ended["ticket"]
    ]["typed"]


async def test_refused(desk: Desk, pen: Pen, home: Path) -> None:
    """A button where a value is asked for, a value where none is, both, and a value that is no text."""
    async with desk.running() as pop:
        await publish(pop, pen, home, asking(pen.prepared))
        first, asked = await press(pop), await press(pop, 0)
        refused = [
            (await pop.post({"token": asked["token"], "choice": 0}, path=PATH))[:2],
            await typed(pop, asked, "NW-123456", choice=0),
            await typed(pop, first, "NW-123456"),
            await typed(pop, first, "NW-123456", choice=0),
            await typed(pop, asked, "NW-123456", back=True),
            await typed(pop, asked, "x" * 257),
        ]

    assert [422] * 5 + [400] == [status for status, _ in refused]
    details = [document["detail"] for _, document in refused]
    assert ["this step asks for a value, expected 'value' and no 'choice'"] * 2 == details[:2]
    assert ["this step asks for no value, expected a 'choice' alone"] * 2 == details[2:4]
    assert not any("NW-1" in detail for detail in details)


async def test_value_survives_a_restart_and_a_revision(desk: Desk, pen: Pen, home: Path) -> None:
    """It is in the viewer's token; who is in the middle goes on in the old tree."""
    async with desk.running() as pop:
        await publish(pop, pen, home, asking(pen.prepared))
        sure = (await typed(pop, await press(pop, 0), "NW-123456"))[1]
    async with desk.running() as pop:
        # Once more in the old tree, so that this PoP remembers it.
        sure = (await typed(pop, (await back(pop, sure))[1], "NW-123456"))[1]
        await publish(pop, pen, home, with_other_tree(pen.prepared))
        ended = await press(pop, 0, told=sure)
        await pop.until_at_origin({ended["ticket"]})

    assert "NW-123456" == desk.origin.tickets[ended["ticket"]]["typed"]["value"]


async def test_personal_value_is_in_the_ticket_alone(desk: Desk, pen: Pen, home: Path, heard: Heard) -> None:
    """In no log, metric, response, token or file but the ticket; not in its text, path or transcript either."""
    session = {"session": "v-1"}
    async with desk.running() as pop:
        await publish(pop, pen, home, asking(pen.prepared))
        wrong = (await typed(pop, await press(pop, 1), f"{CANARY} {CANARY}", **session))[1]
        sure = (await typed(pop, await press(pop, 1), MAIL, **session))[1]
        ended, again = [
            (await pop.post({"token": sure["token"], "choice": 0, **session}, path=PATH))[1] for _ in range(2)
        ]
        later = (await pop.post({"island": str(DROP), "text": "do gulls dream of it", **session}))[1]
        await pop.until_at_origin({ended["ticket"], later["ticket"]})
        shown = [(await pop.get(path))[1] for path in ("/metrics", "/statusz", f"/v1/islands/{DROP}", "/v1/stats")]
        tickets = dict(pop.origin.tickets)
    state = desk.config.folder / "state"
    files = {str(path): path.read_bytes() for path in state.rglob("*") if path.is_file() and "outbox" not in path.parts}
    token = base64.urlsafe_b64decode(sure["token"] + "=" * (-len(sure["token"]) % 4))

    ticket = tickets[ended["ticket"]]
    assert {"name": "mail", "value": MAIL, "personal": True, "kind": "text"} == ticket.pop("typed")
    assert "[mail]" == ticket["path"][1]["label"]
    others = [ticket, tickets[later["ticket"]], wrong, sure, ended, again, later, heard.text]
    assert not [one for one in others if CANARY in str(one)]
    assert not [name for name, content in files.items() if CANARY.encode() in content]
    assert not [content for content in (*shown, token) if CANARY.encode() in content]
