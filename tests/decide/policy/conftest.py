"""An island with one snippet of each kind, and verdicts on it."""

from collections.abc import Callable
from typing import Any

import pytest

from edge.records import Automation, Candidate, HarmPolicy, Island, PartVerdict, Route, SignedSnippet, Verdict

MakeIsland = Callable[..., Island]
MakeSnippet = Callable[..., SignedSnippet]


@pytest.fixture(scope="session")
def shop(make_island: MakeIsland, make_snippet: MakeSnippet) -> Island:
    """Target precision 0.9; three answers, one snippet for review, one for safety, which goes to its own lane."""
    return make_island(
        target_precision=0.9,
        default_lane="fast",
        harm=HarmPolicy(floor=0.5, doubt=0.15),
        routes=(Route(lane="guards", snippets=("harm",)),),
        snippets=(
            make_snippet("ship-date"),
            make_snippet("sizes"),
            make_snippet("price"),
            make_snippet("refund", automation=Automation.REVIEW, lane="payments"),
            make_snippet("harm", automation=Automation.NEVER, risk_flags=("safety",)),
            make_snippet("harm-2", automation=Automation.REVIEW, risk_flags=("safety",), lane="guards"),
        ),
    )


def verdict(*ranked: tuple[str, float], **fields: Any) -> Verdict:
    """A verdict with these candidates; `any_confidence` is the sum of their confidences."""
    candidates = tuple(
        Candidate(snippet=snippet, confidence=confidence, nearest_example=f"{snippet}?", similarity=0.8)
        for snippet, confidence in ranked
    )
    together = sum(confidence for _, confidence in ranked)
    return Verdict(candidates=candidates, any_confidence=together, model="test", **fields)


def message(*parts: Verdict, whole: Verdict | None = None) -> Verdict:
    """A verdict on a message with these parts. As a whole it is like no snippet, if nothing else is said."""
    first = whole or verdict(("ship-date", 0.1))
    named = tuple(PartVerdict(question=f"part {number}", verdict=part) for number, part in enumerate(parts))
    fields = {name: getattr(first, name) for name in ("candidates", "any_confidence", "harm", "model")}
    return Verdict(**fields, asks=max(part.asks for part in parts), parts=named)
