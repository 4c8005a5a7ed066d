"""`edge.daemon.ask.ticket` and `.transcript`: the content of a ticket, and its largest size."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import msgspec
import pytest

from edge.config import TicketsSection
from edge.daemon.ask.ticket import make_ticket
from edge.daemon.ask.transcript import MAX_TURNS, MAX_TURNS_CHARACTERS, Transcripts
from edge.daemon.sync import PopEntry
from edge.decide import Conclusion
from edge.errors import Reason
from edge.records import (
    MAX_TICKET_BYTES,
    AskRequest,
    Automation,
    Candidate,
    Decision,
    Harm,
    IslandContext,
    Outcome,
    PartVerdict,
    Provenance,
    RankedCandidate,
    SignedSnippet,
    SnippetDocument,
    ThresholdWhy,
    Ticket,
    TicketKind,
    Verdict,
)
from edge.records.filters import FiltersPolicy
from edge.records.locales import LanguageNote, SignedLocale
from edge.trust import signature_input

NOW = datetime(2026, 9, 1, tzinfo=UTC)
DECISION = Decision(outcome=Outcome.ESCALATE, reason=Reason.LOW_CONFIDENCE, lane="fast")


def asked(text: str, session: str = "s", island: str = "a/b") -> AskRequest:
    """One question."""
    return AskRequest(island=island, text=text, session=session, consent="c" * 128)


def ticket(
    request: AskRequest,
    transcripts: Transcripts,
    *,
    candidates: int = 1,
    example: str = "e",
    decision: Decision = DECISION,
    verdict: Verdict | None = None,
    entry: PopEntry | None = None,
    wanted: tuple[str, ...] = (),
    may_keep: bool = False,
) -> Ticket:
    """The ticket of a request."""
    source = Provenance(
        island="a/b", revision=1, snippet="s" * 40, approved_by="n" * 200, approved_at=NOW, key_id="k" * 44
    )
    candidate = RankedCandidate(confidence=1 / 3, nearest_example=example, similarity=1 / 3, provenance=source)
    return make_ticket(
        request,
        Conclusion(decision, None, NOW.timestamp(), 0.72, ThresholdWhy.TRAFFIC, 0.6),
        pop="p",
        entry=entry,
        verdict=verdict,
        ranked=(candidate,) * candidates,
        transcript=transcripts.get(request),
        trace="",
        model="m",
        settings=TicketsSection(),
        now=NOW,
        wanted=wanted,
        may_keep=may_keep,
    )


def test_masks_in_text_and_transcript() -> None:
    """What filters find is masked in both. Parts have the words in another form, and are left out."""
    transcripts, request = Transcripts(), asked("my card is 4111 1111 1111 1111")
    transcripts.add(asked("I am jo@example.com"), DECISION, NOW)
    part = PartVerdict(question="my card is 4111", verdict=Verdict(candidates=(), any_confidence=0.0, model="m"))
    made = ticket(request, transcripts, verdict=Verdict(candidates=(), any_confidence=0.0, model="m", parts=(part,)))

    assert "my card is [card]" == made.text
    assert ["I am [mail]"] == [turn.text for turn in made.transcript]
    assert made.parts is msgspec.UNSET


def test_consent_keeps_the_words() -> None:
    """A viewer who has agreed to it is read in full."""
    transcripts, request = Transcripts(), asked("my card is 4111 1111 1111 1111")
    transcripts.add(asked("I am jo@example.com"), DECISION, NOW)
    made = ticket(request, transcripts, may_keep=True)

    assert [request.text, "I am jo@example.com"] == [made.text, made.transcript[0].text]


def entry_with(automation: Automation, answer: str, script: str | msgspec.UnsetType) -> PopEntry:
    """What a PoP knows of the one snippet of an island."""
    snippet = SimpleNamespace(id="s" * 40, automation=automation, script=script, risk_flags=(), locales=msgspec.UNSET)
    island = SimpleNamespace(revision=1, locale="en", context=IslandContext(), filters_policy=FiltersPolicy())
    documents = {snippet.id: SimpleNamespace(answer=answer)}
    entry = SimpleNamespace(
        island=island, snippets={snippet.id: snippet}, documents=documents, key_ids={snippet.id: "k"}
    )
    return cast("PopEntry", entry)


@pytest.mark.parametrize("automation", Automation)
def test_ticket_has_the_texts_to_reply_by(automation: Automation) -> None:
    """The answer also where no machine may send it; what a snippet does not have is left out."""
    full = ticket(asked("q"), Transcripts(), entry=entry_with(automation, "On Monday.", "1. Look at the order."))
    bare = ticket(asked("q"), Transcripts(), entry=entry_with(automation, "", msgspec.UNSET))

    assert [(automation, "On Monday.", "1. Look at the order.")] == [
        (one.automation, one.answer, one.script) for one in full.candidates
    ]
    assert {"automation"} == set(msgspec.to_builtins(bare.candidates[0])) - set(
        msgspec.to_builtins(ticket(asked("q"), Transcripts()).candidates[0])
    )


@pytest.mark.parametrize("letter", ["x", "語", '"', "\n"])
def test_texts_of_unlikely_snippets_are_left_out_first(letter: str) -> None:
    """Then old turns; the likeliest snippet keeps its texts as long as possible."""
    transcripts = Transcripts()
    transcripts.add(asked("before"), DECISION, NOW)
    longest = letter * (2_000 // len(letter.encode()))
    made = ticket(asked("q" * 2_000), transcripts, candidates=3, entry=entry_with(Automation.REVIEW, longest, longest))
    kept = [(bool(one.answer), bool(one.script)) for one in made.candidates]

    assert len(msgspec.json.encode(made)) < MAX_TICKET_BYTES
    assert ((True, True), 3, 1) == (kept[0], len(kept), len(made.transcript))
    assert kept == sorted(kept, reverse=True)


def test_transcript_is_a_bounded_window() -> None:
    """It has the last turns of one session on one island, oldest first, bounded by number and by length."""
    transcripts = Transcripts()
    for number in range(9):
        transcripts.add(asked(f"q{number}"), DECISION, NOW)
    transcripts.add(asked("elsewhere", session="t"), DECISION, NOW)
    transcripts.add(asked("nobody", session=""), DECISION, NOW)

    assert [turn.text for turn in transcripts.get(asked("x"))] == [f"q{number}" for number in range(9 - MAX_TURNS, 9)]
    assert transcripts.get(asked("x", session="")) == ()
    assert transcripts.get(asked("x", island="c/d")) == ()
    transcripts.add(asked("l" * MAX_TURNS_CHARACTERS), DECISION, NOW)
    assert [len(turn.text) for turn in transcripts.get(asked("x"))] == [MAX_TURNS_CHARACTERS]


def test_sessions_are_bounded() -> None:
    """The session that was quiet longest is forgotten."""
    transcripts = Transcripts(capacity=2)
    for session in "abc":
        transcripts.add(asked("q", session=session), DECISION, NOW)

    assert [len(transcripts.get(asked("x", session=session))) for session in "abc"] == [0, 1, 1]


DUE = {
    "an ordinary one, in a quarter of an hour": (DECISION, 900),
    "one about harm, at once": (msgspec.structs.replace(DECISION, lane="safety"), 120),
    "a callback, when it was promised": (msgspec.structs.replace(DECISION, reason=Reason.SURGE, wait_s=3_000.0), 3_000),
    "a callback soon, no sooner than others": (
        msgspec.structs.replace(DECISION, reason=Reason.SURGE, wait_s=10.0),
        900,
    ),
    "a callback without an estimate": (msgspec.structs.replace(DECISION, reason=Reason.SURGE), 900),
    "a place in the queue, however long the wait": (msgspec.structs.replace(DECISION, wait_s=3_000.0), 900),
}


@pytest.mark.parametrize(("decision", "due_s"), DUE.values(), ids=DUE.keys())
def test_deadline(decision: Decision, due_s: int) -> None:
    """The time by which people should have looked at a ticket; tickets are delivered in this order."""
    assert ticket(asked("q"), Transcripts(), decision=decision).deadline == NOW + timedelta(seconds=due_s)


@pytest.mark.parametrize("letter", ["x", "é", "語", "🦪", '"', "\n"])
@pytest.mark.parametrize("candidates", [0, 3, 50])
def test_largest_ticket_is_small_enough(letter: str, candidates: int) -> None:
    """The longest texts of viewers and authors fit into a ticket, and the question is not cut."""
    transcripts = Transcripts()
    transcripts.add(asked(letter * 2_000), DECISION, NOW)
    made = ticket(asked(letter * 2_000), transcripts, candidates=candidates, example=letter * 300)

    assert len(msgspec.json.encode(made)) < MAX_TICKET_BYTES
    assert made.text == letter * 2_000


def test_ordinary_ticket_keeps_everything() -> None:
    """Nothing is left out of a ticket that fits."""
    transcripts = Transcripts()
    transcripts.add(asked("before"), DECISION, NOW)
    made = ticket(asked("now"), transcripts, candidates=3)

    assert ([turn.text for turn in made.transcript], len(made.candidates), made.consent) == (["before"], 3, "c" * 128)
    assert made.deadline == NOW + timedelta(seconds=900)


NOTHING = Harm()


def judged(harm: Harm = NOTHING, parts: tuple[str, ...] = ()) -> Verdict:
    """A verdict on a message with these parts, each of which is likely one snippet."""
    likely = Candidate(snippet="price", confidence=0.4, nearest_example="price?", similarity=0.5)
    alone = Verdict(candidates=(likely,), any_confidence=0.4, model="m")
    named = tuple(PartVerdict(question=part, verdict=alone) for part in parts)
    return Verdict(candidates=(), any_confidence=0.0, harm=harm, parts=named, model="m")


def test_ticket_names_the_parts_of_a_message() -> None:
    """Each with its likeliest snippet; that of one matter has none."""
    several = ticket(asked("a. b"), Transcripts(), verdict=judged(parts=("a", "b")))
    one = ticket(asked("a"), Transcripts(), verdict=judged())

    assert [("a", "price", 0.4), ("b", "price", 0.4)] == [
        (part.text, part.snippet, part.confidence) for part in several.parts or ()
    ]
    assert msgspec.UNSET is one.parts


def test_ticket_tells_how_likely_harm_is() -> None:
    """Unless that is hardly worth a word."""
    found = [ticket(asked("a"), Transcripts(), verdict=judged(Harm(threat=p))).harm for p in (0.5, 0.049)]

    assert [Harm(threat=0.5), msgspec.UNSET] == found


def test_possible_harm_is_a_flag() -> None:
    """For the people of an ordinary lane."""
    suspected = msgspec.structs.replace(DECISION, suspected=TicketKind.SAFETY)

    assert ("possible_safety",) == ticket(asked("a"), Transcripts(), decision=suspected).risk_flags


def test_parts_of_a_long_message_are_left_out_first() -> None:
    """All their words are in its text."""
    text = "\U0001f600" * 2_000
    long = ticket(asked(text), Transcripts(), example="e" * 300, verdict=judged(parts=(text, text)))

    assert len(msgspec.json.encode(long)) < MAX_TICKET_BYTES
    assert (msgspec.UNSET, 1, text) == (long.parts, len(long.candidates), long.text)


def test_answer_in_the_viewers_language_is_left_out_before_the_islands_own() -> None:
    """The likeliest candidate keeps both."""
    longest = "x" * 2_000
    document = SnippetDocument(
        tenant="a", island="b", revision=1, snippet="s", locale="de", answer=longest, approved_by="J", approved_at=NOW,
        expires=NOW,
    )  # fmt: skip
    terms = signature_input(public_key=b"k" * 32, created=1, expires=2)
    german = SignedLocale(
        locale="de", title="T", document=msgspec.json.encode(document), digest="", signature_input=terms, signature=""
    )
    snippet = SignedSnippet(
        id="s" * 40, automation=Automation.REVIEW, examples=("e",), document=b"", digest="", signature_input="",
        signature="", script=longest, locales=(german,),
    )  # fmt: skip
    entry = entry_with(Automation.REVIEW, longest, longest)
    entry = cast("PopEntry", SimpleNamespace(**{**vars(entry), "snippets": {snippet.id: snippet}}))
    made = ticket(asked("q" * 2_000), Transcripts(), candidates=3, entry=entry, wanted=("de",))
    kept = [(bool(one.answer), bool(one.translation), bool(one.script)) for one in made.candidates]

    assert len(msgspec.json.encode(made)) < MAX_TICKET_BYTES
    assert (True, True, True) == kept[0]
    assert kept == sorted(kept, reverse=True)
    assert LanguageNote(locale="en", wanted="de") == made.language_note
