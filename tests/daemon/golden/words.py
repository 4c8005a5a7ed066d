"""What a PoP says over HTTP and to a desk, in the golden files' own words. A word that is renamed is renamed here."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from tests.daemon.golden.driver import Posted, Told

OUTCOMES = {"answer": "answered", "clarify": "asked_back", "escalate": "handed_over", "ignore": "left_alone"}

REASONS = {
    "confident": "sure",
    "exact": "word_for_word",
    "tree": "buttons",
    "ambiguous": "several_fit",
    "asked_for_person": "wants_a_person",
    "low_confidence": "unsure",
    "out_of_scope": "nothing_fits",
    "review_required": "person_must_see",
    "never_automate": "people_only",
    "language_unsupported": "other_language",
    "human_active": "people_have_it",
    "clarify_streak": "asked_back_too_often",
    "repeated_answer": "same_answer_too_often",
    "incident": "incident",
    "surge": "called_back",
    "overloaded": "too_much_at_once",
    "island_unknown": "no_island",
    "island_not_open": "not_open",
    "island_stale": "publisher_silent",
    "island_expired": "past_its_time",
    "island_withdrawn": "taken_back",
    "model_unavailable": "triage_broke",
    "cooling_down": "just_said",
    "parts": "asks_several_things",
    "harm": "somebody_is_in_danger",
    "harm_possible": "somebody_may_be_in_danger",
    "chatter": "said_among_viewers",
    "already_asked": "people_have_its_like",
    "out_of_scope_budget": "minute_is_used_up",
    "not_a_viewer": "not_a_viewer",
    "malformed": "malformed",
    "text_invalid": "no_question",
    "not_found": "not_found",
    "token_invalid": "bad_token",
    "contradictory": "cannot_be_true",
    "unauthorised": "a_stranger",
    "storage": "disk_failed",
}

NOTHING = "-"


class Seen(NamedTuple):
    """What the golden files keep of one response and its ticket; the fields are their columns."""

    outcome: str
    why: str
    what: str
    """The snippet answered with, the options in their order, or the step of a tree."""
    lane: str
    wait: str
    """Seconds until a person turns to it, and `+token` where a callback was promised."""
    threshold: str
    ranked: str
    """How many candidates the response shows."""
    posted: str
    """Of the ticket; `=` stands for lane, reason and wait as the response says them."""


def seen(told: Told) -> Seen:
    """What is kept of a response to a question or to a step of a tree."""
    said = told.document
    if told.status not in {200, 202}:
        why = REASONS[said["reason"]]
        assert told.posted is None, f"{why}, and a ticket all the same"
        return Seen(f"refused:{told.status}", why, *[NOTHING] * 6)
    assert (told.status == 202) == bool(said["ticket"]) == bool(told.posted)
    return Seen(
        OUTCOMES[said["outcome"]],
        REASONS[said["reason"]],
        _what(said),
        said["lane"] or NOTHING,
        _seconds(said.get("wait_s")) + ("+token" if said.get("callback_token") else ""),
        NOTHING if said["target_precision"] is None else f"{said['target_precision']:.4g}",
        str(len(said.get("candidates", ()))),
        _posted(told.posted, said) if told.posted else NOTHING,
    )


def brief(told: Told) -> str:
    """A response in short, for what is asked afterwards to see what was remembered."""
    found = seen(told)
    parts = [found.why, found.what, found.lane, found.wait]
    return ":".join(part for part in parts if part != NOTHING)


def ticket_of(told: Told) -> str:
    """The id of the ticket in a response."""
    return str(told.document["ticket"])


def row(*columns: str | Iterable[str]) -> str:
    """One line of a golden file."""
    cells = [cell for column in columns for cell in ([column] if isinstance(column, str) else column)]
    return "\t".join(cell or NOTHING for cell in cells)


def _what(said: Mapping[str, Any]) -> str:
    if said.get("labels"):
        return f"{said['step']}[{'/'.join(said['labels'])}]"
    if said["answer"] is not None:
        snippet = str(said["provenance"]["snippet"])
        assert said["answer"] == f"answer of {snippet}"
        return "+".join((snippet, *(part["provenance"]["snippet"] for part in said.get("more", ()))))
    return ",".join(option["snippet"] for option in said.get("options", ())) or NOTHING


def _posted(posted: Posted, said: Mapping[str, Any]) -> str:
    ticket, priority = posted
    same = "wait_s" in said and (said["lane"], said["reason"], said["wait_s"]) == (
        ticket["lane"], ticket["reason"], ticket["promised_wait_s"]
    )  # fmt: skip
    own = f"{ticket['lane']}/{REASONS[ticket['reason']]}/{_seconds(ticket['promised_wait_s'])}"
    parts = [
        "=" if same else own,
        f"because {REASONS[ticket['because']]}" if ticket["because"] else "",
        _kind(ticket),
        priority,
        f"due {_due_s(ticket)}",
        f"ranked {len(ticket['candidates'])}",
        "flags " + "/".join(ticket["risk_flags"]) if ticket["risk_flags"] else "",
        "".join(f"<{_turn(turn)}>" for turn in ticket["transcript"]),
    ]
    return " ".join(part for part in parts if part)


def _kind(ticket: Mapping[str, Any]) -> str:
    schema = ticket["schema"]
    return str(ticket["kind"]) if schema == f"skerry.{ticket['kind']}/1" else f"{ticket['kind']} as {schema}"


def _turn(turn: Mapping[str, Any]) -> str:
    return " ".join(part for part in (REASONS[turn["reason"]], turn["snippet"]) if part)


def _due_s(ticket: Mapping[str, Any]) -> str:
    deadline, created = (datetime.fromisoformat(ticket[name]) for name in ("deadline", "created"))
    return _seconds((deadline - created).total_seconds())


def _seconds(wait_s: float | None) -> str:
    return NOTHING if wait_s is None else f"{wait_s:g}"
