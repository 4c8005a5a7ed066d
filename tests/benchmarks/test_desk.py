"""The soak of a desk notices what it looks for."""

import random
from collections import Counter
from typing import Any, cast

import pytest

from benchmarks.desk import kills
from tests.journeys.desk.drop import Drop


class FaultyDrop:
    """A desk that lost ticket `lost`, has a question twice, and counts two replies to `twice`; a viewer is left out."""

    async def all_tickets(self, *_states: str) -> list[tuple[str, str]]:
        """Two with one question, and one that is well."""
        return [("q", "twice"), ("q", "other"), ("well", "well")]

    async def replies_by_audit(self) -> Counter[str]:
        """Two to one ticket."""
        return Counter({"twice": 2, "well": 1})

    async def viewer(self, _pop: str, response: dict[str, Any]) -> dict[str, Any]:
        """Only one viewer has the reply."""
        return {"reply": "to well" if response["ticket"] == "well" else ""}


async def test_faults_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each by its name, and nothing of what is well."""
    monkeypatch.setattr(kills, "PATIENCE_S", 0.01)
    soak = kills.Soak(cast("Drop", FaultyDrop()), random.Random(1))
    for ticket in ("lost", "twice", "well"):
        soak.asked[ticket] = "ams", {"ticket": ticket}
    soak.replied = {ticket: f"to {ticket}" for ticket in ("twice", "well")}

    assert [
        "question 'q' is there 2 times",
        "reply to 'twice' is there 2 times",
        "ticket lost is lost",
        "viewer of twice reads '', expected 'to twice'",
    ] == sorted(await soak.faults())
