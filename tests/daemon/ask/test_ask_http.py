"""`POST /v1/ask` over a real socket: each kind of question, and each kind of bad body."""

import asyncio
from typing import Any

import pytest

from tests.daemon.conftest import RunningPop
from tests.pen import DROP, Pen

QUESTION = {"island": str(DROP), "text": "when does it ship?"}

BAD_BODIES = {
    "empty": (b"", 400, "malformed", "the body is not a question: input data was truncated"),
    "not JSON": (
        b"hello",
        400,
        "malformed",
        "the body is not a question: JSON is malformed: invalid character (byte 0)",
    ),
    "not UTF-8": (
        b'{"island": "a/b", "text": "\xff\xfe"}',
        400,
        "malformed",
        "the body is not a question: not UTF-8 at byte 0",
    ),
    "a list": (b"[]", 400, "malformed", "the body is not a question: expected `object`, got `array`"),
    "without text": (
        b'{"island": "northwind/hoodie-drop"}',
        400,
        "malformed",
        "the body is not a question: object missing required field `text`",
    ),
    "an unknown field": (
        b'{"island": "northwind/hoodie-drop", "text": "when?", "admin": true}',
        400,
        "malformed",
        "the body is not a question: object contains unknown field",
    ),
    "a number for text": (
        b'{"island": "northwind/hoodie-drop", "text": 7}',
        400,
        "malformed",
        "the body is not a question: expected `str`, got `int` - at `$.text`",
    ),
    "a session that is too long": (
        b'{"island": "northwind/hoodie-drop", "text": "when?", "session": "' + b"s" * 129 + b'"}',
        400,
        "malformed",
        "the body is not a question: expected `str` of length <= 128 - at `$.session`",
    ),
    "empty text": (
        b'{"island": "northwind/hoodie-drop", "text": " "}',
        422,
        "text_invalid",
        "text is empty, expected a question",
    ),
    "10 kB of text": (
        b'{"island": "northwind/hoodie-drop", "text": "' + b"x" * 10_000 + b'"}',
        422,
        "text_invalid",
        "text is 10000 characters, expected at most 2000",
    ),
    "control characters": (
        b'{"island": "northwind/hoodie-drop", "text": "when\\u0000"}',
        422,
        "text_invalid",
        "text holds U+0000 at character 5, expected no control characters",
    ),
    "no island's name": (
        b'{"island": "../etc/passwd", "text": "when?"}',
        400,
        "malformed",
        "this is not an island's name, expected tenant/island in lower-case letters, digits and '-'",
    ),
    "an island of a tenant that nobody configured": (
        b'{"island": "stranger/other", "text": "when?"}',
        404,
        "island_unknown",
        "no island of this name is known here, expected one listed at /v1/islands",
    ),
    "a body that is too large": (
        b'{"island": "northwind/hoodie-drop", "text": "' + b"x" * 20_000 + b'"}',
        413,
        "too_large",
        "the body is too large, expected at most 16384 bytes",
    ),
}


async def test_bad_bodies_get_problem_documents(pop: RunningPop) -> None:
    """Each problem says what was found and what was expected (RFC 9457), and no ticket is stored."""
    for situation, (body, status, reason, detail) in BAD_BODIES.items():
        found_status, document, reply = await pop.post(body)

        assert (status, reason, detail) == (found_status, document["reason"], document["detail"]), situation
        assert reply.content_type == "application/problem+json"
        assert document["status"] == status
    assert b"skerry_outbox_tickets 0.0" in (await pop.get("/metrics"))[1]


async def test_example_of_the_author_is_answered(pop: RunningPop, pen: Pen) -> None:
    """The author's own example is answered exactly, with provenance and duration."""
    status, document, _ = await pop.post({"island": str(DROP), "text": pen.example.upper() + "!!"})

    assert (200, "answer", "exact") == (status, document["outcome"], document["reason"])
    assert document["confidence"] == 1.0
    assert document["provenance"]["approved_by"] == pen.prepared.source.approved_by
    assert document["elapsed_ms"] > 0


async def test_escalation_is_accepted_with_a_ticket_that_arrives(pop: RunningPop) -> None:
    """202 means durable; the ticket reaches origin under the id in the response."""
    status, document, _ = await pop.post({"island": str(DROP), "text": "do gulls dream", "session": "viewer-7"})

    assert (202, "escalate") == (status, document["outcome"])
    await pop.until_at_origin({document["ticket"]})
    assert pop.origin.tickets[document["ticket"]]["session"].startswith("named:")
    assert pop.origin.tickets[document["ticket"]]["text"] == "do gulls dream"


async def test_greeting_in_a_stream_makes_no_ticket(pop: RunningPop) -> None:
    """Small talk in a stream's chat is ignored; a question in another language is escalated."""
    status, hello, _ = await pop.post({"island": str(DROP), "text": "hiii chat!!", "channel": "stream"})
    _, foreign, _ = await pop.post({"island": str(DROP), "text": "wann kommt meine bestellung", "channel": "stream"})

    assert (200, "ignore", "chatter", None) == (status, hello["outcome"], hello["reason"], hello["ticket"])
    assert ("escalate", "language_unsupported") == (foreign["outcome"], foreign["reason"])
    assert foreign["ticket"]


async def test_what_a_platform_puts_around_a_question_changes_nothing(pop: RunningPop, pen: Pen) -> None:
    """The author's example is found in it, as a form that is known or by the platform's own marks."""
    channel = "stream:" + "KicKGFsCg8SDWNsaXZlLWNoYXQtaWQ" * 6
    emote: dict[str, Any] = {"text": f"zzBravo {pen.example} zzBravo", "marks": [[0, 7], [len(pen.example) + 9, 9_000]]}
    asked = [
        {"text": f"<@123456789012345678> hi everyone, {pen.example} thanks a lot Kappa"},
        {"text": f"\x01ACTION {pen.example}\x01"},
        emote,
    ]
    found = [
        (await pop.post({"island": str(DROP), "channel": f"{channel}{number}", **body}))[1]
        for number, body in enumerate(asked)
    ]

    assert ["exact"] * 3 == [response["reason"] for response in found]


async def test_ticket_has_what_the_viewer_wrote(pop: RunningPop) -> None:
    """Courtesy and names are for people, too; control characters of a chat protocol are not the viewer's."""
    text = "\x01ACTION @mods hi, do gulls dream? <:gull:123456789012345678>\x01"
    _, response, _ = await pop.post({"island": str(DROP), "text": text, "channel": "widget"})
    await pop.until_at_origin({response["ticket"]})

    assert "@mods hi, do gulls dream? <:gull:123456789012345678>" == pop.origin.tickets[response["ticket"]]["text"]


async def test_same_question_is_judged_once(pop: RunningPop) -> None:
    """The second time, the verdict comes from the cache. Without its mark it would be another message."""
    first = (await pop.post({"island": str(DROP), "text": "what sizes do you have?"}))[1]
    again = (await pop.post({"island": str(DROP), "text": "hi, What sizes do you have??"}))[1]

    assert first["confidence"] == again["confidence"]
    assert b"skerry_verdict_cache_hits_total 1.0" in (await pop.get("/metrics"))[1]


async def test_many_at_once_are_all_decided(pop: RunningPop) -> None:
    """A burst of distinct questions: each has one outcome, each escalation its own ticket, and all tickets arrive."""
    asked = [pop.post({"island": str(DROP), "text": f"question number {number} of many"}) for number in range(60)]
    documents = [document for _, document, _ in await asyncio.gather(*asked)]
    tickets = {document["ticket"] for document in documents if document["outcome"] == "escalate"}

    assert {"answer", "clarify", "escalate"} >= {document["outcome"] for document in documents}
    assert len(tickets) == sum(document["outcome"] == "escalate" for document in documents)
    await pop.until_at_origin(tickets)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_wrong_method_says_which_is_right(pop: RunningPop, method: str) -> None:
    """405 says what was found and what was expected."""
    async with pop.http.request(method, pop.url + "/v1/ask") as reply:
        document = await reply.json(content_type=None)

    assert (405, "this method does nothing here, expected POST") == (reply.status, document["detail"])


async def test_viewers_words_are_in_neither_log_nor_metrics(pop: RunningPop, capfd: pytest.CaptureFixture[str]) -> None:
    """The words of a viewer reach origin and nothing else."""
    await pop.post({"island": str(DROP), "text": "my secret pelargonium"})
    await pop.post(b'{"island": "northwind/hoodie-drop", "text": "my secret pelargonium", "x": 1}')
    metrics = (await pop.get("/metrics"))[1].decode()
    output = capfd.readouterr()

    assert "pelargonium" not in metrics + output.out + output.err
    assert "question" in output.out + output.err
