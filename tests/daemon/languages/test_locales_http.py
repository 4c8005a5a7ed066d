"""Answers in the viewer's language, over a real socket: which one is given, how it is signed, and what is noted."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from edge.cli.demo.origin import DemoOrigin
from edge.client import PopClient
from edge.client.belief import Belief
from edge.errors import RefusedError
from edge.publish.compile import Prepared
from edge.publish.source import SnippetLocale
from edge.records import AskRequest, Automation
from edge.records.trees import TreeRequest
from tests.daemon.ask.test_signed_answers_http import tenant_key, verify_by_hand
from tests.daemon.conftest import NO_LIMITS, RunningPop, pop_config, running_pop, running_publisher
from tests.pen import DROP, Pen

TWO = "where can this be sent"
"""A question to which the sample drop has two likely snippets."""

LACKING = "price"
"""The snippet that has no German answer."""


def german(snippet: str) -> SnippetLocale:
    """A snippet's answer in German."""
    return SnippetLocale(
        title=f"Titel von {snippet}",
        answer=f"Antwort auf {snippet}.",
        approved_by="Jana Brandt",
        approved_at=datetime(2026, 9, 20, 10, tzinfo=UTC),
    )


def in_german(prepared: Prepared) -> Prepared:
    """The island with its answers in German, too, but one."""
    snippets = tuple(
        replace(one, locales={"de": german(one.id)}) if one.answer and one.id != LACKING else one
        for one in prepared.source.snippets
    )
    return replace(prepared, source=replace(prepared.source, snippets=snippets))


@pytest.fixture
async def pop(pen: Pen, tmp_path: Path, origin: DemoOrigin) -> AsyncIterator[RunningPop]:
    """A PoP that serves the sample drop in English and German."""
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    await asyncio.to_thread(pen.publish, home, in_german(pen.prepared))
    async with running_publisher(home) as publisher_url:
        config = pop_config(tmp_path, publisher_url=publisher_url, origin_url=origin.url, limits=NO_LIMITS)
        async with running_pop(config, origin) as running:
            await running.until_served()
            yield running


async def ask(pop: RunningPop, text: str, *, accept: str = "", key: str = "", **fields: str) -> dict[str, Any]:
    """The response to a question, with these headers."""
    headers = {name: value for name, value in {"Accept-Language": accept, "Idempotency-Key": key}.items() if value}
    question = {"island": str(DROP), "text": text, **fields}
    async with pop.http.post(pop.url + "/v1/ask", json=question, headers=headers) as reply:
        found: dict[str, Any] = await reply.json()
    return found


def language(response: dict[str, Any]) -> tuple[str, dict[str, str] | None]:
    """The language of an answer, by its signed document, and the note about it."""
    return json.loads(response["signed"]["document"])["locale"], response.get("language_note")


WANTED: dict[str, tuple[dict[str, str], tuple[str, dict[str, str] | None]]] = {
    "nothing": ({}, ("en", None)),
    "by the question": ({"locale": "de-AT"}, ("de", None)),
    "by the browser": ({"accept": "ja;q=0.2, de;q=0.9"}, ("de", None)),
    "by both: the question": ({"locale": "en", "accept": "de"}, ("en", None)),
    "one that is not there": ({"locale": "ja"}, ("en", {"locale": "en", "wanted": "ja"})),
    "one that is not there, and another": ({"locale": "ja", "accept": "de"}, ("de", {"locale": "de", "wanted": "ja"})),
    "no tag": ({"locale": "deutsch!"}, ("en", None)),
}


@pytest.mark.parametrize(("said", "expected"), WANTED.values(), ids=WANTED)
async def test_answer_is_in_the_language_that_is_wanted(
    said: dict[str, str], expected: tuple[str, dict[str, str] | None], pop: RunningPop, pen: Pen
) -> None:
    """Else in the island's own, with a note."""
    assert expected == language(await ask(pop, pen.example, **said))


async def test_answer_in_another_language_is_verified_like_any(pop: RunningPop, pen: Pen) -> None:
    """Its document has its own approver and date, and the tenant's signature; the island's own is as it was."""
    own, found = await ask(pop, pen.example), await ask(pop, pen.example, locale="de")
    document, key = json.loads(found["signed"]["document"]), await tenant_key(pop)
    verify_by_hand(found["signed"], key)
    verify_by_hand(own["signed"], key)
    first = pen.prepared.source.snippets[0]

    assert f"Antwort auf {first.id}." == found["answer"] == document["answer"]
    assert ("Jana Brandt", "2026-09-20T10:00:00Z", "de") == tuple(
        found["provenance"][name] for name in ("approved_by", "approved_at", "locale")
    )
    assert ("de", document["approved_by"]) == (document["locale"], found["provenance"]["approved_by"])
    assert first.answer.strip() == own["answer"]
    assert "locale" not in own["provenance"]


async def test_snippet_that_lacks_the_language(pop: RunningPop, pen: Pen) -> None:
    """Its own answer is given where the others are in German."""
    (lacking,) = (one for one in pen.prepared.source.snippets if one.id == LACKING)
    found = await ask(pop, lacking.examples[0], locale="de")

    assert ("en", {"locale": "en", "wanted": "de"}) == language(found)
    assert LACKING == found["provenance"]["snippet"]


async def test_repeated_request_of_another_browser(pop: RunningPop, pen: Pen) -> None:
    """It has its own answer, and the same ticket."""
    answers = [await ask(pop, pen.example, key="k-1", accept=accept) for accept in ("de", "en", "de")]
    tickets = [await ask(pop, "my gran is on the moon", key="k-2", accept=accept) for accept in ("de", "en")]

    assert ["de", "en", "de"] == [language(one)[0] for one in answers]
    assert answers[0] == answers[2]
    assert 1 == len({one["ticket"] for one in tickets})


async def test_public_chat_is_told_in_each_language(pop: RunningPop, pen: Pen) -> None:
    """An answer that was posted in another language a moment ago says nothing to this viewer."""
    found = [
        (await ask(pop, pen.example, channel="stream:1", locale=locale))["outcome"]
        for locale in ("en", "de", "de", "en", "ja")
    ]

    assert ["answer", "answer", "ignore", "ignore", "ignore"] == found


async def test_offer_and_pick_are_in_one_language(pop: RunningPop) -> None:
    """By the receipt: the choice need not say it again, and cannot change it."""
    offer = await ask(pop, TWO, locale="de")
    picked = offer["options"][0]["snippet"]
    choice = {"receipt": offer["receipt"], "snippet": picked, "text": TWO, "locale": "en"}
    _, answer, _ = await pop.post(choice, path="/v1/choice")
    own = await ask(pop, TWO)

    assert [(f"Titel von {one['snippet']}", "de") for one in offer["options"]] == [
        (one["question"], one["locale"]) for one in offer["options"]
    ]
    assert f"Antwort auf {picked}." == answer["answer"]
    assert all("locale" not in one for one in own["options"])
    assert [one["snippet"] for one in own["options"]] == [one["snippet"] for one in offer["options"]]


async def test_options_that_lack_the_language_are_noted(pop: RunningPop) -> None:
    """They are in the author's words."""
    offer = await ask(pop, TWO, locale="ja")

    assert {"locale": "en", "wanted": "ja"} == offer["language_note"]


async def test_people_have_the_answer_in_both_languages(pop: RunningPop, pen: Pen) -> None:
    """And are told which one the viewer wants."""
    review = next(one for one in pen.prepared.source.snippets if one.automation is Automation.REVIEW)
    asked = await ask(pop, review.examples[0], locale="de-AT")
    await pop.until_at_origin({asked["ticket"]})
    ticket = pop.origin.tickets[asked["ticket"]]
    first, *_ = ticket["candidates"]
    translation = {"locale": "de", "answer": f"Antwort auf {review.id}.", "approved_by": "Jana Brandt"}

    assert (review.id, review.answer.strip()) == (first["provenance"]["snippet"], first["answer"])
    assert {**translation, "approved_at": "2026-09-20T10:00:00Z"} == first["translation"]
    assert {"locale": "en", "wanted": "de-AT"} == ticket["language_note"]


async def test_client_believes_it(pop: RunningPop, pen: Pen) -> None:
    """Its answers, picks and ends of trees, for its document is signed; and no other language than the document's."""
    client, island = PopClient(pop.http, pop.url), str(DROP)
    question = AskRequest(island=island, text=TWO, locale="de")
    answer = await client.ask(AskRequest(island=island, text=pen.example, locale="de"))
    offer = await client.ask(question)
    picked = await client.choose(question, offer, offer.options[0].snippet)
    first = await client.tree(island, "my-order")
    second = await client.tree(island, "my-order", TreeRequest(token=first.token, choice=1))
    end = await client.tree(island, "my-order", TreeRequest(token=second.token, choice=0, locale="de"))
    assert answer.provenance is not None
    lie = replace(answer, provenance=replace(answer.provenance, locale="fr"))

    assert ["de"] * 3 == [one.provenance.locale for one in (answer, picked, end) if one.provenance is not None]
    with pytest.raises(RefusedError, match=r"the response says something else than the document"):
        await Belief(None, client.keys).check_response(lie, island)


async def test_end_of_a_tree(pop: RunningPop) -> None:
    """Its steps are in the island's language, its answer in the viewer's: by the request, else by the browser."""
    path = f"/v1/trees/{DROP}/my-order"
    _, first, _ = await pop.post({}, path=path)
    found = []
    for fields, accept in (({}, ""), ({"locale": "de"}, "ja"), ({}, "de"), ({"locale": "ja"}, "")):
        _, step, _ = await pop.post({"token": first["token"], "choice": 1, **fields}, path=path)
        last = {"token": step["token"], "choice": 0, **fields} if step["token"] else {}
        headers = {"Accept-Language": accept} if accept else {}
        async with pop.http.post(pop.url + path, json=last, headers=headers) as reply:
            found.append(await reply.json())

    assert [("en", None), ("de", None), ("de", None), ("en", {"locale": "en", "wanted": "ja"})] == [
        language(one) for one in found
    ]
    assert f"Antwort auf {found[1]['provenance']['snippet']}." == found[1]["answer"]
    assert "de" == found[1]["provenance"]["locale"]


async def test_snippet_by_its_address(pop: RunningPop, pen: Pen) -> None:
    """The browser's language, or the one that the address names; caches tell them apart, and so do the ETags."""
    path = f"/v1/islands/{DROP}/snippets/{pen.prepared.source.snippets[0].id}"
    _, own_body, own = await pop.get(path)
    _, german_body, by_browser = await pop.get(path, **{"Accept-Language": "de"})
    _, named_body, by_name = await pop.get(path + "?locale=de", **{"Accept-Language": "en"})
    _, unknown_body, _ = await pop.get(path + "?locale=xx")
    same = await pop.get(path, **{"Accept-Language": "de", "If-None-Match": by_browser.headers["ETag"]})
    other = await pop.get(path, **{"Accept-Language": "en", "If-None-Match": by_browser.headers["ETag"]})

    assert ["en", "de", "de"] == [one.headers["Content-Language"] for one in (own, by_browser, by_name)]
    assert ["de", "en"] == [json.loads(body)["locale"] for body in (german_body, own_body)]
    assert german_body == named_body
    assert own_body == unknown_body
    assert by_browser.headers["ETag"] == by_name.headers["ETag"] != own.headers["ETag"]
    assert (304, 200) == (same[0], other[0])
    assert [True, True, False] == [
        "Accept-Language" in one.headers.getall("Vary", []) for one in (own, by_browser, by_name)
    ]
    verify_by_hand(
        {
            "document": german_body.decode(),
            "signature_input": by_browser.headers["Signature-Input"],
            "signature": by_browser.headers["Signature"],
        },
        await tenant_key(pop),
    )


async def test_snippet_of_one_language_varies_by_nothing(pop: RunningPop) -> None:
    """Caches keep one copy of it."""
    found = (await pop.get(f"/v1/islands/{DROP}/snippets/{LACKING}"))[2]

    assert 200 == found.status
    assert "Accept-Language" not in found.headers.getall("Vary", [])


async def test_pick_while_waiting_is_in_the_language_of_its_offer(pop: RunningPop) -> None:
    """And the take-back says which text the viewer had."""
    text = "do you have a discount"
    offer = await ask(pop, text, locale="de")
    assert ("escalate", True) == (offer["outcome"], bool(offer["options"])), offer
    picked = next(one for one in offer["options"] if one["snippet"] != LACKING)
    choice = {"receipt": offer["receipt"], "snippet": picked["snippet"], "text": text}
    _, answer, _ = await pop.post(choice, path="/v1/choice")

    assert ("de", f"Titel von {picked['snippet']}") == (picked["locale"], picked["question"])
    assert ("answer", f"Antwort auf {picked['snippet']}.") == (answer["outcome"], answer["answer"])
    assert ("de", None) == language(answer)
    assert "de" == answer["provenance"]["locale"]
