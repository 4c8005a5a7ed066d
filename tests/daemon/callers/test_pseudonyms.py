"""`edge.daemon.callers.pseudonyms`: what an ingest calls its viewer stays at the door."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from edge.daemon.callers import CallerKeys, Callers, Event, EventNames, Pseudonyms
from edge.daemon.callers import pseudonyms as pseudonyms_module
from edge.errors import Reason, RefusedError
from edge.records import IslandName
from edge.shelf import Shelf, Slot
from edge.tokens import SessionKeys, pseudonym_of, tenant_pseudonym_key
from tests.daemon.callers.test_callers import (
    EVENT,
    INGEST,
    INGEST_TOKEN,
    KEYS,
    POP,
    bearer,
    callers,
    request,
    token,
)  # fmt: skip

SECRET = KEYS.secrets[0]
TOUR, TOUR_SHOP = "acme/tour", "acme/tour-shop"


def seen(senders: Callers, session: str, island: str = EVENT) -> str:
    """The session of an asker whom a trusted ingest named so."""
    return senders.asker(request(Skerry_Ingest_Token=INGEST_TOKEN), island=island, session=session).session


def signed(senders: Callers, island: str = EVENT) -> str:
    """The session of a viewer whom an ingest signed as `v-1`."""
    shown = request(Authorization=bearer(token(INGEST, event=island)))
    return senders.asker(shown, island=island, session="").session


def test_viewer_of_an_ingest_at_two_pops() -> None:
    """She is one, signed or not; and the tenant's key finds her."""
    here, there = callers(), callers()
    key = tenant_pseudonym_key(SECRET, "acme")

    assert seen(here, "v-1") == seen(there, "v-1") == pseudonym_of("v-1", event="drop", key=key)
    assert signed(here) == signed(there) == pseudonym_of("signed:ingest:v-1", event="drop", key=key)
    assert seen(here, "v-1") != seen(here, "v-2")


def test_viewer_of_an_ingest_in_two_events() -> None:
    """She is two, and one in two islands of one event; another tenant's viewer of that name is another."""
    senders = callers()

    assert 3 == len({seen(senders, "v-1", island) for island in (EVENT, TOUR, "umber/drop")})
    assert seen(senders, "v-1", TOUR) == seen(senders, "v-1", TOUR_SHOP)
    assert signed(senders, TOUR) == signed(senders, TOUR_SHOP)
    assert 3 == len({signed(senders, island) for island in (EVENT, TOUR, "umber/drop")})


def test_pops_own_session_stays() -> None:
    """It is random already, so nothing is connected by it."""
    shown = request(Authorization=bearer(token(POP)))

    assert "signed:pop:v-1" == callers().asker(shown, island=EVENT, session="").session


def test_remembered_token_follows_the_event() -> None:
    """A revision that is of another event gives the viewer of a known token another pseudonym, too."""
    events = {"drop": "drop"}
    senders = callers(event_of=lambda _: Event("acme", events["drop"]))
    before = signed(senders)
    events["drop"] = "gala"

    assert (
        before
        != signed(senders)
        == pseudonym_of("signed:ingest:v-1", event="gala", key=tenant_pseudonym_key(SECRET, "acme"))
    )


def test_glance_of_a_known_token() -> None:
    """It has the pseudonym, and not the name."""
    senders, shown = callers(), bearer(token(INGEST))
    named = senders.asker(request(Authorization=shown), island=EVENT, session="").session
    found = senders.glance("192.0.2.7", forwarded="", forwarded_for="", authorization=shown, ingest_token=None)

    assert found is not None
    assert named == found.asker.session
    assert "v-1" not in named


@pytest.mark.parametrize("name", ["v\n1", "v\x001", "v\u202e1", "v\ud8001"])
def test_name_that_is_not_seen(name: str) -> None:
    """It is refused before it becomes a pseudonym, and not quoted."""
    with pytest.raises(RefusedError, match="session holds U") as refused:
        seen(callers(), name)

    assert Reason.TEXT_INVALID is refused.value.reason


def test_rotation_of_the_secret() -> None:
    """The new secret names viewers; until the old one is gone, her former pseudonym is known."""
    event, old, new = Event("acme", "drop"), b"o" * 44, b"n" * 44
    pseudonyms = Pseudonyms((old,))
    before = pseudonyms.of("v-1", event)
    pseudonyms.renew((new, old))
    during = pseudonyms.of("v-1", event)
    former = pseudonyms.former(during)
    pseudonyms.renew((new,))

    assert before != during == pseudonyms.of("v-1", event)
    assert (before,) == former
    assert () == pseudonyms.former(during)


def test_renewed_keys_name_viewers() -> None:
    """The secret in force counts, also for a token that was remembered."""
    senders, new = callers(), b"n" * 44
    before = signed(senders), seen(senders, "v-1")
    senders.renew(CallerKeys(SessionKeys((new, SECRET)), {INGEST_TOKEN: True}))
    after = signed(senders), seen(senders, "v-1")

    assert not set(before) & set(after)
    assert [(name,) for name in before] == [senders.pseudonyms.former(name) for name in after]


def test_former_pseudonym_that_was_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """A viewer whose token is remembered gets it again when she asks: many others came between."""
    monkeypatch.setattr(pseudonyms_module, "MAX_FORMER", 2)
    senders, new = callers(), b"n" * 44
    senders.renew(CallerKeys(SessionKeys((new, SECRET)), {INGEST_TOKEN: True}))
    name = signed(senders)
    former = senders.pseudonyms.former(name)
    for number in range(3):
        seen(senders, f"v-{number + 2}")
    gone = senders.pseudonyms.former(name)
    again = signed(senders)

    assert (name, ()) == (again, gone)
    assert 1 == len(former)
    assert former == senders.pseudonyms.former(name)


def entry(event: str) -> Any:
    """As much of a shelf's entry as has an event."""
    return SimpleNamespace(island=SimpleNamespace(event_name=event))


def test_event_of_an_island() -> None:
    """The signed one, else its own name; an island that is gone keeps the event that it had."""
    name, since = IslandName("acme", "drop"), datetime(2026, 11, 27, tzinfo=UTC)
    shelf = Shelf[Any]()
    events, found = EventNames(lambda: shelf), []
    for now in (None, entry("drop"), entry("gala"), None, entry("tour"), entry("drop"), None):
        shelf = shelf.put(Slot(name=name, since=since, entry=now))
        found += [events.of(str(name)).name, events.of(str(name)).name]

    assert ["drop", "drop", "gala", "gala", "tour", "drop", "drop"] == found[::2] == found[1::2]
    assert Event("acme", "other") == events.of("acme/other")
