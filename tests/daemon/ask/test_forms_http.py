"""What viewers and desks get of one question, and what becomes of one for which a person is wanted."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.cli.demo.origin import DemoOrigin
from edge.records import AskResponse
from tests.daemon.conftest import RunningPop, pop_config, running_pop, running_publisher
from tests.pen import DROP, Pen

OWN, ALIEN, ALL = "northwind-desk-token-000001", "lumen-live-desk-token-00001", "every-desk-token-0000000001"
UNSURE = {"island": str(DROP), "text": "is it blue or rather green like the sea"}
FOR_DESKS = {"candidates", "model"}
FULL = {"tenant": "northwind", "queue_depth": 900, "wait_s": 9_000, "agents": 1}


@pytest.fixture
async def pop(pen: Pen, tmp_path: Path, origin: DemoOrigin) -> AsyncIterator[RunningPop]:
    """A PoP with three desks' tokens."""
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    tokens = tmp_path / "desk.tokens"
    await asyncio.to_thread(tokens.write_text, f"northwind {OWN}\nlumen-live {ALIEN}\n* {ALL}\n")
    await asyncio.to_thread(tokens.chmod, 0o600)
    async with running_publisher(home) as url:
        config = pop_config(
            tmp_path, publisher_url=url, origin_url=origin.url, people={"desk_tokens_file": "desk.tokens"}
        )
        async with running_pop(config, origin) as pop:
            await pop.until_served()
            yield pop


async def ask(pop: RunningPop, body: dict[str, Any], token: str = "") -> dict[str, Any]:
    """The response to one question, with this token."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with pop.http.post(f"{pop.url}/v1/ask", json=body, headers=headers) as reply:
        return dict(await reply.json())


async def test_viewers_and_desks_form(pop: RunningPop) -> None:
    """A desk of the tenant, or of all, gets candidates with examples and the model; everybody else does not."""
    viewer, alien, own, every = [await ask(pop, UNSURE, token) for token in ("", ALIEN, OWN, ALL)]

    assert FOR_DESKS.isdisjoint(viewer)
    assert viewer.keys() == alien.keys()
    assert viewer.keys() | FOR_DESKS == own.keys() == every.keys()
    assert own["candidates"][0]["nearest_example"]
    assert "nearest_example" not in str(viewer)


@pytest.mark.parametrize("text", ["when does it ship?", "refund", "is it blue or rather green like the sea"])
async def test_viewer_s_form_is_a_part_of_the_desk_s(pop: RunningPop, text: str) -> None:
    """Both say the same of the same question. Options keep the author's questions, for the viewer to pick from."""
    body = {"island": str(DROP), "text": text}
    viewer, desk = await ask(pop, body), await ask(pop, body, OWN)
    each_own = {"receipt", "leaf", "elapsed_ms", "ticket", "ticket_token"}

    same = viewer.keys() - each_own
    assert {name: viewer[name] for name in same} == {name: desk[name] for name in same}
    assert msgspec.convert(viewer, AskResponse).candidates is msgspec.UNSET


async def test_person_is_wanted(pop: RunningPop, pen: Pen) -> None:
    """What the machine knows word for word goes to people at once, without triage; then they have the session."""
    body = {"island": str(DROP), "text": pen.example, "session": "v-1"}
    asked = await ask(pop, {**body, "want": "person"})
    after = await ask(pop, body)
    await pop.until_at_origin({asked["ticket"]})
    ticket = pop.origin.tickets[asked["ticket"]]

    assert ("escalate", "asked_for_person", None) == (asked["outcome"], asked["reason"], asked["answer"])
    assert (pen.example, "asked_for_person", []) == (ticket["text"], ticket["reason"], ticket["candidates"])
    assert ("escalate", "human_active") == (after["outcome"], after["reason"])


async def test_person_is_never_held_back(pop: RunningPop) -> None:
    """People cannot keep up: other questions become callbacks, this one gets its place and an honest wait."""
    async with pop.http.put(f"{pop.url}/v1/load", json=FULL, headers={"Authorization": f"Bearer {OWN}"}) as reply:
        assert reply.status == 204
    other = await ask(pop, {"island": str(DROP), "text": "do gulls dream of pelargonium"})
    asked = await ask(pop, {"island": str(DROP), "text": "hello", "want": "person"})

    assert "surge" == other["reason"]
    assert ("asked_for_person", None) == (asked["reason"], asked["callback_token"])
    assert asked["wait_s"] > 0
    assert asked["lane"] != "callback"


async def test_person_is_wanted_by_words_of_harm(pop: RunningPop) -> None:
    """A keyword route still decides the lane and the kind."""
    asked = await ask(pop, {"island": str(DROP), "text": "i want to end it all", "want": "person"})
    await pop.until_at_origin({asked["ticket"]})
    ticket = pop.origin.tickets[asked["ticket"]]

    assert ("asked_for_person", "safety") == (asked["reason"], asked["lane"])
    assert ("safety", "skerry.safety/1") == (ticket["kind"], ticket["schema"])


async def test_nobody_can_be_wanted_but_a_person(pop: RunningPop) -> None:
    """Another word is malformed."""
    found = await ask(pop, {"island": str(DROP), "text": "when does it ship?", "want": "nobody"})

    assert (400, "malformed") == (found["status"], found["reason"])


async def test_bot_cannot_want_a_person(pop: RunningPop) -> None:
    """Its messages are ignored all the same."""
    asked = await ask(pop, {"island": str(DROP), "text": "hi", "author": "bot", "want": "person"})

    assert ("ignore", "not_a_viewer", None) == (asked["outcome"], asked["reason"], asked["ticket"])
