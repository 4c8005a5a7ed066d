"""Tickets of messages in another language, over a real socket: what people read of them, whichever way they came."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import edge.daemon.languages
from edge.cli.demo.origin import DemoOrigin
from edge.daemon.languages import SecondModel
from edge.triage import KINDS, HarmAcross, HarmWeights
from tests.daemon.conftest import NO_LIMITS, RunningPop, pop_config, running_pop, running_publisher
from tests.daemon.languages.test_languages import Toy
from tests.daemon.languages.test_locales_http import in_german
from tests.pen import DROP, Pen
from tests.waiting import until

FOREIGN = "kann ich das auch nicht morgen noch kaufen oder nur heute"
TOKEN = "t" * 24


class Translating(Toy):
    """A model to which the foreign question is the same as `meant`."""

    def __init__(self, meant: str) -> None:
        super().__init__()
        self._meant = meant

    def encode(self, text: str) -> NDArray[np.float32]:
        """Counts of letters."""
        return super().encode(self._meant if text == FOREIGN else text)


def open_model(meant: str) -> SecondModel:
    """The model, with a guard that finds no harm."""
    none = np.array([0, *[-20] * (len(KINDS) - 1)], "<f4").tobytes()
    weights = np.zeros((len(KINDS), 32), "<f4").tobytes()
    return SecondModel(Translating(meant), HarmAcross(HarmWeights(encoder="", weights=weights, bias=none)))


@pytest.fixture
async def pop(
    pen: Pen, tmp_path: Path, origin: DemoOrigin, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[RunningPop]:
    """A PoP with a second model, and the sample drop in English and German."""
    monkeypatch.setattr(edge.daemon.languages, "open_languages", lambda: open_model(pen.example))
    tokens = tmp_path / "desk.tokens"
    tokens.write_text(f"northwind {TOKEN}\n")
    tokens.chmod(0o600)
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    await asyncio.to_thread(pen.publish, home, in_german(pen.prepared))
    async with running_publisher(home) as publisher_url:
        config = pop_config(
            tmp_path, publisher_url=publisher_url, origin_url=origin.url, limits=NO_LIMITS,
            triage={"languages": "multilingual"}, people={"desk_tokens_file": tokens.name},
        )  # fmt: skip
        async with running_pop(config, origin) as running:
            await running.until_served()
            yield running


async def post(pop: RunningPop, text: str, locale: str) -> dict[str, Any]:
    """The ticket of a posted message, as origin has it."""
    body = {"island": str(DROP), "channel": "mail", "id": f"{locale} {text}", "text": text, "locale": locale}
    async with pop.http.post(pop.url + "/v1/tickets", json=body, headers={"Authorization": f"Bearer {TOKEN}"}) as reply:
        ticket: str = (await reply.json())["ticket"]
    return await at_origin(pop, ticket)


async def at_origin(pop: RunningPop, ticket: str) -> dict[str, Any]:
    """The ticket, as origin has it."""
    await pop.until_at_origin({ticket})
    found: dict[str, Any] = pop.origin.tickets[ticket]
    return found


async def until_offered(pop: RunningPop) -> dict[str, Any]:
    """What is offered for the foreign question once the second model has read the island."""
    last: dict[str, Any] = {}

    async def is_offered() -> bool:
        nonlocal last
        _, last, _ = await pop.post({"island": str(DROP), "text": FOREIGN})
        return bool(last["options"])

    await until(is_offered, "an offer in another language")
    return last


async def test_posted_message_in_another_language(pop: RunningPop, pen: Pen) -> None:
    """People read the approved answer in its language, and which one that is."""
    ticket = await post(pop, pen.example, "de-AT")
    first, *_ = ticket["candidates"]

    assert {"locale": "en", "wanted": "de-AT"} == ticket["language_note"]
    assert f"Antwort auf {first['provenance']['snippet']}." == first["translation"]["answer"]


async def test_posted_message_that_the_second_model_reads(pop: RunningPop) -> None:
    """It suggests to people what a viewer with the same words is offered."""
    offer = await until_offered(pop)
    ticket = await post(pop, FOREIGN, "")

    assert [one["snippet"] for one in offer["options"]] == [
        one["provenance"]["snippet"] for one in ticket["candidates"][: len(offer["options"])]
    ]
    assert {"locale": "en", "wanted": "de"} == ticket["language_note"]


async def test_refused_offer_in_another_language(pop: RunningPop) -> None:
    """People read the rest of what the second model finds, and not what the first one takes the words for."""
    offer = await until_offered(pop)
    suggested = (await post(pop, FOREIGN, ""))["candidates"]
    refused = {one["snippet"] for one in offer["options"]}
    _, answer, _ = await pop.post({"receipt": offer["receipt"], "snippet": None, "text": FOREIGN}, path="/v1/choice")
    ticket = await at_origin(pop, answer["ticket"])

    assert [one for one in suggested if one["provenance"]["snippet"] not in refused] == ticket["candidates"]
