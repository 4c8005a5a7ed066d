"""`edge.daemon.ask.question`: an island that is not here, of a tenant that is known here and of one that is not."""

from datetime import UTC, datetime

import pytest

from edge.daemon.ask import find_slot
from edge.daemon.ask.question import find_slot_for_question
from edge.daemon.sync import PopShelf, PopSlot
from edge.errors import Reason, RefusedError
from edge.records import IslandName, IslandState

NOW = datetime(2026, 11, 1, 20, tzinfo=UTC)
OTHER = IslandName("acme", "other")
DROP = IslandName("acme", "drop")

KNOWN = {
    "metadata names the tenant": (PopShelf().vouched({}, tenants=("acme", "b")), frozenset[str]()),
    "the configuration names the tenant": (PopShelf(), frozenset({"acme"})),
}


@pytest.mark.parametrize(("shelf", "named"), KNOWN.values(), ids=KNOWN.keys())
def test_island_of_a_known_tenant_has_an_empty_slot(shelf: PopShelf, named: frozenset[str]) -> None:
    """So a question to it goes to people, as to an island that has not arrived."""
    slot = find_slot_for_question(shelf, OTHER, named_tenants=named, now=NOW)

    assert PopSlot(name=OTHER, since=NOW) == slot
    assert IslandState.NEVER_LOADED is shelf.status_of(slot, NOW).state


def test_island_on_the_shelf_is_found() -> None:
    """Also if nothing names its tenant."""
    shelf = PopShelf().put(PopSlot(name=DROP, since=NOW, last_error="bad"))

    assert shelf.get(DROP) == find_slot_for_question(shelf, DROP, named_tenants=(), now=NOW)
    assert shelf.get(DROP) == find_slot(shelf, DROP)


def test_unknown_name_is_not_repeated() -> None:
    """A tenant that nobody named is refused; anything but a question also for a known tenant."""
    shelf = PopShelf().vouched({}, tenants=("acme",))
    with pytest.raises(RefusedError) as question:
        find_slot_for_question(shelf, IslandName("canary", "canary"), named_tenants=("acme",), now=NOW)
    with pytest.raises(RefusedError) as other:
        find_slot(shelf, IslandName("acme", "canary"))

    expected = "no island of this name is known here, expected one listed at /v1/islands"
    assert [(expected, Reason.ISLAND_UNKNOWN)] * 2 == [(e.value.text, e.value.reason) for e in (question, other)]
