"""`edge.drill.traces`: by which way a value may tell two people apart."""

import pytest

from edge.drill import Way, traces_of

CASES: dict[str, tuple[str, str | float, set[tuple[Way, str]]]] = {
    "a pseudonym, whole and without what stands around it": (
        "tickets.body.session",
        "signed:pop:zuF3kq0aBc",
        {(Way.PSEUDONYM, "signed:pop:zuF3kq0aBc"), (Way.PSEUDONYM, "zuF3kq0aBc")},
    ),
    "a pseudonym by its field": ("contacts.contact", "0022462c8c34", {(Way.PSEUDONYM, "0022462c8c34")}),
    "a table's name says nothing of its columns": ("contacts.id", "0022462c8c34", {(Way.ID, "0022462c8c34")}),
    "an id with a number after it": (
        "ticket",
        "48c58914-19d9.2a015526b2da",
        {(Way.ID, "48c58914-19d9.2a015526b2da"), (Way.ID, "48c58914-19d9"), (Way.ID, "2a015526b2da")},
    ),
    "a word of ours is no id": ("snippet", "shipping-cost", {(Way.OTHER, "snippet=shipping-cost")}),
    "an address": ("peer", "198.18.3.7", {(Way.ADDRESS, "198.18.3.7")}),
    "an address in a text": (
        "",
        "took 198.18.3.7:443",
        {(Way.ADDRESS, "198.18.3.7"), (Way.TEXT, "took 198.18.3.7:443")},
    ),
    "an address of IPv6 counts with its network": ("peer", "2001:db8:1:2::5", {(Way.ADDRESS, "2001:db8:1:2::/64")}),
    "and is found if only the network is there": ("peer", "2001:db8:1:2::/64", {(Way.ADDRESS, "2001:db8:1:2::/64")}),
    "words of a text": (
        "text",
        "My Parcel left",
        {(Way.TEXT, "my parcel left"), (Way.TEXT, "parcel")},
    ),
    "a moment in words": ("at", "2026-11-27T17:47:04.740964Z", {(Way.TIME, "1795801624740964")}),
    "the same in seconds": ("at", 1795801624.740964, {(Way.TIME, "1795801624740964")}),
    "one in milliseconds": ("at_ms", 1795801624740, {(Way.TIME, "1795801624740000")}),
    "a count": ("revision", 3, {(Way.OTHER, "revision=3")}),
}


@pytest.mark.parametrize("case", CASES)
def test_trace(case: str) -> None:
    """Each value gives the traces by which it is compared."""
    field, value, expected = CASES[case]

    assert expected == set(traces_of(field, value))
