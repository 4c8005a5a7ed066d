"""`edge.daemon.ask.overload`: which words are urgent, for whom."""

from collections.abc import Callable
from typing import cast

import pytest

from edge.config import OverloadSection
from edge.daemon.ask import Judge, Overload
from edge.decide import Asked
from edge.records import Island, Route

PAID = Route(lane="paid-now", keywords=("stolen",), when={"order_state": "paid"})
LOST = Route(lane="parcels", keywords=("stolen", "lost"))
FIRE = Route(lane="fire", keywords=("fire",))
BACKSTAGE = Route(lane="fire", when={"seat": "backstage"})

URGENT: dict[str, tuple[tuple[Route, ...], str, dict[str, str], tuple[bool, bool]]] = {
    "an urgent word": ((FIRE, LOST), "fire in row 3", {}, (True, True)),
    "a word that is not urgent": ((FIRE, LOST), "it is lost", {}, (False, False)),
    "no word": ((FIRE, PAID), "when does it ship", {"order_state": "paid"}, (False, False)),
    "a word that is urgent for some, of one of them": (
        (PAID, LOST), "it was stolen", {"order_state": "paid"}, (True, True),
    ),
    "a word that is urgent for some, of another": ((PAID, LOST), "it was stolen", {}, (False, True)),
    "any word of some": ((BACKSTAGE, LOST), "it is lost", {"seat": "backstage"}, (True, True)),
}  # fmt: skip


@pytest.mark.parametrize("sentence", URGENT)
def test_what_may_be_urgent_is_looked_at_further(sentence: str, make_island: Callable[..., Island]) -> None:
    """Before the session is read, a question passes if any claims could make it urgent; then its own decide."""
    routes, text, claims, expected = URGENT[sentence]
    overload = Overload(
        config=OverloadSection(), judge=cast(Judge, None), lag_s=lambda: 1.0, urgent_lanes=("fire", "paid-now")
    )
    island = make_island(routes=routes)
    is_urgent = overload.is_urgent(island, Asked(text=text, claims=claims))
    may_be_urgent = overload.may_be_urgent(island, Asked(text=text))

    assert expected == (is_urgent, may_be_urgent)
