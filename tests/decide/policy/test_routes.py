"""Routes by snippet, flag, channel, reason and keyword. Review beats confidence; safety and fraud beat the order."""

from collections.abc import Callable

import msgspec
import pytest

from edge.decide import Asked, by_verdict, keyword_routes, route_to
from edge.decide.policy import class_of
from edge.errors import Reason
from edge.records import Automation, Candidate, Island, Outcome, Route, SignedSnippet, TicketKind, Urgency, Verdict

RULES = (
    Route(lane="paid", when={"order_state": "paid", "language": "de"}),
    Route(lane="vip", channels=("backstage",)),
    Route(lane="fraud-desk", risk_flags=("fraud",)),
    Route(lane="lawyers", keywords=("my lawyer", "sue"), review=True),
    Route(lane="guardians", keywords=("hurt myself",), review=True, kind=TicketKind.SAFETY),
    Route(lane="parcels", snippets=("ship-date",), reasons=("low_confidence",)),
    Route(lane="desk", reasons=("low_confidence",)),
)


@pytest.fixture
def island(make_island: Callable[..., Island], make_snippet: Callable[..., SignedSnippet]) -> Island:
    """Snippets of every kind, and the routes above."""
    return make_island(
        default_lane="mail",
        routes=RULES,
        snippets=(
            make_snippet("ship-date"),
            make_snippet("sizes"),
            make_snippet("card-stolen", automation=Automation.REVIEW, risk_flags=("fraud",)),
            make_snippet("threat", automation=Automation.NEVER, risk_flags=("safety",)),
        ),
    )


def verdict(snippet: str, confidence: float) -> Verdict:
    """One candidate."""
    candidate = Candidate(snippet=snippet, confidence=confidence, nearest_example="", similarity=0.5)
    return Verdict(candidates=(candidate,), any_confidence=confidence, model="test")


PAID = {"order_state": "paid", "language": "de", "seat": "A 12"}

CASES = {
    "every claim holds": (("sizes", 0.1), Asked(claims=PAID), (Reason.OUT_OF_SCOPE, "paid", "support")),
    "one claim has another value": (
        ("sizes", 0.1), Asked(claims=PAID | {"order_state": "open"}), (Reason.OUT_OF_SCOPE, "mail", "support"),
    ),
    "one claim is missing": (
        ("sizes", 0.1), Asked(claims={"order_state": "paid"}), (Reason.OUT_OF_SCOPE, "mail", "support"),
    ),
    "claims and fraud: fraud has its own lane": (
        ("card-stolen", 0.95), Asked(claims=PAID), (Reason.REVIEW_REQUIRED, "fraud-desk", "fraud"),
    ),
    "two conditions, both hold": (("ship-date", 0.6), Asked(), (Reason.LOW_CONFIDENCE, "parcels", "support")),
    "two conditions, one holds: the next rule": (("sizes", 0.6), Asked(), (Reason.LOW_CONFIDENCE, "desk", "support")),
    "no rule: the island's lane": (("sizes", 0.1), Asked(), (Reason.OUT_OF_SCOPE, "mail", "support")),
    "no rule, asked in a stream: the fast lane": (
        ("sizes", 0.1), Asked(channel="stream"), (Reason.OUT_OF_SCOPE, "fast", "support"),
    ),
    "one stream of several": (
        ("sizes", 0.1), Asked(channel="stream:mara"), (Reason.OUT_OF_SCOPE, "fast", "support"),
    ),
    "a channel that only begins like a stream": (
        ("sizes", 0.1), Asked(channel="streamer"), (Reason.OUT_OF_SCOPE, "mail", "support"),
    ),
    "by channel": (("sizes", 0.1), Asked(channel="backstage"), (Reason.OUT_OF_SCOPE, "vip", "support")),
    "fraud has its own lane, even if another rule stands first": (
        ("card-stolen", 0.95), Asked(channel="backstage"), (Reason.REVIEW_REQUIRED, "fraud-desk", "fraud"),
    ),
    "safety has its own lane, even where no rule names it": (
        ("threat", 0.95), Asked(channel="backstage"), (Reason.NEVER_AUTOMATE, "safety", "safety"),
    ),
    "a word sends it to people, however sure triage is": (
        ("sizes", 0.99), Asked("i will sue you"), (Reason.REVIEW_REQUIRED, "lawyers", "support"),
    ),
    "part of a word does not": (("sizes", 0.99), Asked("i pursue this"), (Reason.CONFIDENT, "", "support")),
    "a phrase makes it a matter of safety": (
        ("sizes", 0.99), Asked("i will hurt myself"), (Reason.REVIEW_REQUIRED, "guardians", "safety"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("best", "asked", "expected"), CASES.values(), ids=CASES.keys())
def test_rule(island: Island, best: tuple[str, float], asked: Asked, expected: tuple[Reason, str, str]) -> None:
    """Each situation has one lane."""
    found = by_verdict(verdict(*best), island, asked=asked)

    assert expected == (found.reason, found.lane, found.kind)


def test_harm_is_never_called_back(island: Island) -> None:
    """Safety and fraud are never deferred, review is deferred last, a stream later than the rest."""
    found = [
        by_verdict(verdict(*best), island, asked=Asked(channel=channel)).urgency
        for best, channel in (
            (("card-stolen", 0.95), ""), (("threat", 0.95), ""), (("sizes", 0.6), "stream"), (("sizes", 0.6), "mail"),
        )
    ]  # fmt: skip

    assert [Urgency.NEVER_DEFERRED, Urgency.NEVER_DEFERRED, Urgency.LIVE, Urgency.ROUTINE] == found


def test_surge_lowers_what_is_wanted_but_not_what_a_snippet_wants(
    make_island: Callable[..., Island], make_snippet: Callable[..., SignedSnippet]
) -> None:
    """A snippet's own target precision does not move in a surge."""
    island = make_island(snippets=(make_snippet("sizes"), make_snippet("price", target_precision=0.97)))
    outcomes = [by_verdict(verdict(one, 0.8), island, target_precision=0.75).outcome for one in ("sizes", "price")]

    assert [Outcome.ANSWER, Outcome.ESCALATE] == outcomes


@pytest.mark.parametrize(("confidence", "reason"), [(0.99, "incident"), (0.6, "incident"), (0.2, "out_of_scope")])
def test_incident_goes_to_people(island: Island, confidence: float, reason: str) -> None:
    """A question whose best snippet has an incident goes to people, at high, middle and low confidence."""
    found = by_verdict(verdict("sizes", confidence), island, incidents={"sizes"})

    assert (Outcome.ESCALATE, reason) == (found.outcome, found.reason)


def test_route_without_claims_is_written_as_before() -> None:
    """A release that does not know the field reads the island; it refuses one that uses it."""
    plain, with_claims = (msgspec.msgpack.decode(msgspec.msgpack.encode(route)) for route in (RULES[1], RULES[0]))

    assert "when" not in plain
    assert {"order_state": "paid", "language": "de"} == with_claims["when"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("i want to hurt myself", True), ("my lawyer", True), ("i will pursue it", False), ("", False)],
    ids=["a keyword of two words", "the keyword alone", "a word that has a keyword in it", "no word"],
)
def test_keyword_is_found_among_the_words(island: Island, text: str, expected: bool) -> None:
    """In every channel, and whole words only."""
    assert expected is bool(keyword_routes(island, Asked(text=text, channel="backstage")))


CLASSES = {
    "": "widget",
    "widget": "widget",
    "widget:checkout": "widget",
    "stream": "stream",
    "stream:KicKGFsCg8SDWNsaXZlLWNoYXQtaWQ": "stream",
    "chat:viewer-17": "chat",
    "other": "other",
    "backstage": "other",
    "Stream": "other",
    ":stream": "widget",
}


@pytest.mark.parametrize(("channel", "expected"), CLASSES.items())
def test_class_of_a_channel(channel: str, expected: str) -> None:
    """The word before the first colon; an unknown one is private."""
    assert expected == class_of(channel)
    assert (expected == "stream") is Asked(channel=channel).is_public


def test_route_names_a_class_of_channels(make_island: Callable[..., Island]) -> None:
    """It takes every channel of the class, and no other."""
    island = make_island(routes=(Route(lane="chat-desk", channels=("chat",)), Route(lane="rest")))
    lanes = [route_to(island, Reason.OUT_OF_SCOPE, None, Asked(channel=channel)).lane for channel in CLASSES]

    assert ["chat-desk" if kind == "chat" else "rest" for kind in CLASSES.values()] == lanes
