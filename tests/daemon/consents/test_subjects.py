"""By which pseudonyms are a session's consents found, while the fleet's secret changes?"""

from datetime import UTC, datetime
from typing import Any, cast

from edge.consent import subject_of
from edge.daemon.callers import Event, Pseudonyms
from edge.daemon.consents import Consents
from edge.records import IslandName

NAME, OLD, NEW = IslandName("acme", "drop"), b"o" * 44, b"n" * 44
NOTHING = cast(Any, None)


def test_consent_of_before_a_rotation() -> None:
    """An ingest's viewer has another pseudonym; what she agreed to under the old one is found."""
    pseudonyms = Pseudonyms((OLD,))
    secrets = [OLD]
    consents = Consents(
        pop="fra-1",
        handoff=NOTHING,
        origin=NOTHING,
        signer=None,
        secrets=lambda: secrets,
        make_leaf=NOTHING,
        life_s=60.0,
        now=lambda: datetime(2026, 11, 27, tzinfo=UTC),
        former=pseudonyms.former,
    )
    before = pseudonyms.of("v-1", Event("acme", "drop"))
    (given,) = consents.subjects(NAME, before)
    secrets[:] = [NEW, OLD]
    pseudonyms.renew((NEW, OLD))
    during = pseudonyms.of("v-1", Event("acme", "drop"))
    found = consents.subjects(NAME, during)
    secrets[:] = [NEW]
    pseudonyms.renew((NEW,))

    assert given == subject_of(NAME, before, secret=OLD)
    assert found[0] == subject_of(NAME, during, secret=NEW)
    assert given in found
    assert (found[0],) == consents.subjects(NAME, pseudonyms.of("v-1", Event("acme", "drop")))
    assert () == consents.subjects(NAME, "")
