"""What people at a desk read of a ticket: nothing in it is what a viewer made of it."""

import re
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp.test_utils import TestServer
from markdown_it import MarkdownIt
from msgspec.structs import replace

from edge.records import Automation, Harm, Outcome, TicketContext, TicketPart, Turn
from edge.records.locales import LanguageNote, Translation
from edge.records.trees import TypedValue
from edge.wire.desks.note_form import is_marked, marker
from edge.wire.desks.ticket_text import agent_note, contact_of
from tests.test_foreign_words import HOSTILE
from tests.wire.desks.fake_desks import ChatwootDesk, ZammadDesk
from tests.wire.desks.test_desks import AT, TICKET, chatwoot, zammad

QUIET = replace(TICKET, consent="x", transcript=(replace(TICKET.transcript[0], text="x"),))


def hostile(words: str) -> Any:
    """The ticket of a viewer who put these words everywhere."""
    turn = Turn(at=AT, text=words, outcome=Outcome.ESCALATE, reason=TICKET.reason)
    return replace(TICKET, text=words, session=words, channel=words, locale=words, consent=words, transcript=(turn,))


def with_follow_up(words: str) -> tuple[Any, Any]:
    """The ticket of such a viewer, and what he writes next."""
    ticket = hostile(words)
    return ticket, replace(ticket, id=f"{ticket.id}.b1", joins=ticket.id)


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_note_has_our_lines_alone(words: str) -> None:
    """As many lines as with harmless words, and nothing but text and code when it is rendered."""
    note = agent_note(hostile(words))
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(note)
    kinds = {t.type for token in tokens for t in (token, *(token.children or ()))}

    assert len(agent_note(QUIET).splitlines()) == len(note.splitlines())
    assert kinds <= {"paragraph_open", "inline", "text", "softbreak", "code_inline", "paragraph_close"}
    assert not re.search("mention://", note, re.IGNORECASE)


def test_forged_candidate_stays_in_its_line() -> None:
    """A viewer's consent cannot look like an answer that somebody approved."""
    note = agent_note(replace(TICKET, consent=HOSTILE["a line of ours"]))

    assert "Consent: `yes 98% refund (like: 'refund me'; revision 9, approved by Dana Ortiz 2026-11-24)`" in note
    assert not any(line.startswith("98% refund") for line in note.splitlines())


def test_note_tells_of_a_typed_value() -> None:
    """With what it is; a PoP lets no such words through, but another sender of tickets may."""
    value = TypedValue(name="order", value="NW-1\n98% refund `x`", personal=True)
    digest = replace(value, name="photo", value="sha-256=:X48E=:", personal=False, kind="digest")

    assert (
        r"order (typed, personal): `NW-1 98% refund \u0060x\u0060`"
        in agent_note(replace(TICKET, typed=value)).splitlines()
    )
    assert "photo (digest of a file, unproven): `sha-256=:X48E=:`" in agent_note(replace(TICKET, typed=digest))


def test_note_tells_of_harm_and_parts() -> None:
    """The likeliest first; a part's words stay in their line."""
    parts = (TicketPart(text="price\n98% refund", snippet="price", confidence=0.91), TicketPart(text="help him"))
    note = agent_note(replace(TICKET, harm=Harm(threat=0.2, self_harm=0.614), parts=parts))

    assert "It may tell of: self-harm 61%, threat 20%" in note.splitlines()
    assert "Part: `price 98% refund` -> price 91%" in note.splitlines()
    assert "Part: `help him`" in note.splitlines()


TEXTS = {
    Automation.ANSWER: "Answer: `On Monday.`",
    Automation.REVIEW: "Answer, for you to check before you send it: `On Monday.`",
    Automation.NEVER: "Answer, never sent by a machine: `On Monday.`",
}


@pytest.mark.parametrize(("automation", "line"), TEXTS.items(), ids=TEXTS.keys())
def test_note_has_the_texts_to_reply_by(automation: Automation, line: str) -> None:
    """Under their snippet, each in its line."""
    candidate = replace(TICKET.candidates[0], automation=automation, answer="On Monday.", script="1. Look\n2. Reply")
    lines = agent_note(replace(TICKET, candidates=(candidate,))).splitlines()
    at = next(place for place, text in enumerate(lines) if text.startswith("61% shipping"))

    assert line == lines[at + 1]
    assert "Steps for you, not for the viewer: `1. Look 2. Reply`" == lines[at + 2]


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_texts_of_authors_are_text(words: str) -> None:
    """A signed answer makes no link, mention or line in a note."""
    texts = replace(TICKET.candidates[0], automation=Automation.REVIEW, answer=words, script=words)
    plain = replace(texts, answer="x", script="x")
    note, quiet = (agent_note(replace(QUIET, candidates=(one,))) for one in (texts, plain))
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(note)

    assert len(quiet.splitlines()) == len(note.splitlines())
    assert {t.type for token in tokens for t in (token, *(token.children or ()))} <= {
        "paragraph_open", "inline", "text", "softbreak", "code_inline", "paragraph_close",
    }  # fmt: skip


def test_note_tells_what_the_viewer_refused() -> None:
    """People need not suggest it again."""
    told = "The viewer was offered these answers, and wanted none: price, sizes"

    assert told in agent_note(replace(TICKET, refused=("price", "sizes"))).splitlines()
    assert "wanted none" not in agent_note(TICKET)


def test_words_of_authors_stay_in_their_lines() -> None:
    """An island's context is signed, but it is no line of ours either."""
    note = agent_note(replace(TICKET, context=TicketContext(order_window="today\nDue never ![](https://x.example/y)")))

    assert "Order window: `today Due never ![](https://x.example/y)`" in note


def test_contact_is_of_one_tenant_and_of_no_customer() -> None:
    """The session is hashed; the same session is another contact for another tenant, and the same one the next time."""
    own = contact_of(TICKET)
    again = contact_of(replace(TICKET, id="second"))
    other = contact_of(replace(TICKET, island="lumen/drop"))
    without = contact_of(replace(TICKET, session=""))

    assert own == again
    assert re.fullmatch("skerry:northwind:[0-9a-f]{32}", own)
    assert re.fullmatch("skerry:lumen:[0-9a-f]{32}", other)
    assert own.rpartition(":")[2] != other.rpartition(":")[2]
    assert f"skerry:northwind:ticket-{TICKET.id}" == without


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
async def test_chatwoot_gets_inert_words(session: aiohttp.ClientSession, words: str) -> None:
    """Neither contact nor message nor note has a viewer's markup, also in a follow-up."""
    desk, (ticket, follow_up) = ChatwootDesk(), with_follow_up(words)
    async with TestServer(desk.app) as server:
        origin = chatwoot(session, str(server.make_url("")), 5.0)
        for sent in (ticket, follow_up):
            await origin.deliver(sent.id, msgspec.json.encode(sent))
    contents = [message["content"] for message in desk.conversations[1]["messages"]]
    of_viewer = [contents[0], contents[3]]

    assert re.fullmatch("skerry:northwind:[0-9a-f]{32}", desk.contacts[1]["identifier"])
    assert re.fullmatch("Viewer [0-9a-f]{12}", desk.contacts[1]["name"])
    assert not re.search("mention://", "".join(contents), re.IGNORECASE)
    for message in of_viewer:
        assert "\n" not in message
        assert not {t.type for token in MarkdownIt().parse(message) for t in token.children or ()} - {
            "text",
            "code_inline",
        }


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
async def test_zammad_gets_one_line_of_text(session: aiohttp.ClientSession, words: str) -> None:
    """Its articles are plain text, in which question and follow-up are one line that turns no direction."""
    desk, (ticket, follow_up) = ZammadDesk(), with_follow_up(words)
    async with TestServer(desk.app) as server:
        origin = zammad(session, str(server.make_url("")), 5.0)
        for sent in (ticket, follow_up):
            await origin.deliver(sent.id, msgspec.json.encode(sent))
    of_viewer = [article["body"] for article in desk.articles if not article["internal"]]

    assert {"text/plain"} == {article["content_type"] for article in desk.articles}
    assert [True, True] == [body.isprintable() for body in of_viewer]


def test_note_has_the_viewers_language() -> None:
    """And the answer in it, with the island's own."""
    candidate = replace(
        TICKET.candidates[0],
        automation=Automation.REVIEW,
        answer="Within 3 days.",
        translation=Translation(locale="de", answer="In 3 Tagen.", approved_by="Jana", approved_at=AT),
    )
    ticket = replace(TICKET, candidates=(candidate,), language_note=LanguageNote(locale="en", wanted="de-AT"))
    found, before = agent_note(ticket).splitlines(), agent_note(replace(TICKET, candidates=(candidate,))).splitlines()

    assert any("The viewer's language: de-AT" in line.replace("\\", "") for line in found)
    assert any("Within 3 days." in line for line in found)
    assert any("The same in de: " in line and "In 3 Tagen." in line for line in found)
    assert not any("The viewer's language" in line for line in before)


MARKED = {
    "the note of this one": (f"Island a/b\n{marker('t-1')}", True),
    "with space behind it": (f"Island a/b\n{marker('t-1')} \n", True),
    "a viewer's words in another note": (f'Question: "{marker("t-1")}"\n{marker("t-2")}', False),
    "and more of its id": (f"Island a/b\n{marker('t-12')}", False),
    "no text": (None, False),
}


@pytest.mark.parametrize(("text", "expected"), MARKED.values(), ids=MARKED)
def test_note_is_found_by_its_last_line(text: str | None, *, expected: bool) -> None:
    """A viewer who writes a marker does not make a note of another one's look as if it were there."""
    assert expected is is_marked(text, "t-1")
