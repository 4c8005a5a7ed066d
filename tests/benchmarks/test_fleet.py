"""The benchmark of a fleet, with a handful of PoPs: each of them hears each change, and comes back after an outage."""

import pytest

from benchmarks.fleets import fleet


async def test_every_pop_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """No PoP is left out of a change or an outage. Without a place, each refusal says when to come back."""
    monkeypatch.setattr(fleet, "LOOK_S", 0.02)
    monkeypatch.setattr(fleet, "REFUSED_S", 0.5)

    figures = {figure.what: figure.found for figure in await fleet.measure(pops=20, processes=2, rounds=2)}

    counted = {what: found.rpartition("n = ")[2].rstrip(")") for what, found in figures.items() if "change ->" in what}
    assert {
        "push stream: change -> one of 20 PoPs, p50 / p99": "40",
        "push stream: change -> last of 20 PoPs, p50 / p99": "2",
        "places for half: change -> one of 10 PoPs, p50 / p99": "20",
        "places for half: change -> last of 10 PoPs, p50 / p99": "2",
        "NATS: change -> one of 20 PoPs, p50 / p99": "40",
        "NATS: change -> last of 20 PoPs, p50 / p99": "2",
    } == counted
    assert ("0", "0") == (figures["push stream: refusals meanwhile"], figures["of which without Retry-After"])
