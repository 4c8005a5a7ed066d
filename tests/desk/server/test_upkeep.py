"""What a desk does by itself goes on, also if a part of it fails."""

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from edge.desk.server import upkeep
from edge.desk.store import FORGET_AT_ONCE
from tests.desk.desk import Caller, Clock, FullDisk, body, running, tid, token_of
from tests.waiting import until_true


async def test_fault(pop: Caller, anna: Caller, ben: Caller, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line in the log; claims end, and the desk answers."""
    await pop.post("/v1/tickets", body())
    await anna.post(f"/v1/tickets/{tid(1)}/claim")
    calls = 0

    def fail(_store: object, _relayed: object) -> None:
        nonlocal calls
        calls += 1
        raise ValueError("a queue that nobody can count")

    with capture_logs() as lines:
        monkeypatch.setattr(upkeep, "queues_of", fail)
        clock.move(minutes=16)
        await until_true(lambda: calls > 3, "upkeep")
        _, shown = await ben.get(f"/v1/tickets/{tid(1)}")

    assert "expire" == shown["history"][-1]["action"]
    faults = [line for line in lines if line["event"] == "upkeep of the desk failed unexpectedly"]
    assert [("ValueError", 0)] == [(line["error"], line["left_out"]) for line in faults]


async def test_very_many_old_tickets(home: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """They go in parts, one at each tick, and the log has one line."""
    monkeypatch.setattr(upkeep, "FORGET_S", 0.0)
    token, agent = await token_of(home, "fra-1"), await token_of(home, "anna", tenant="northwind")
    async with running(home, now=clock, keep_days=30) as desk:
        pop, anna = desk.caller(token), desk.caller(agent)
        for number in range(FORGET_AT_ONCE + 1):
            await pop.post("/v1/tickets", body(number))
        with capture_logs() as lines:
            clock.move(days=31)
            await until_true(lambda: any(line["event"] == "old tickets are deleted" for line in lines), "deletion")
        _, queue = await anna.get("/v1/queue")

    assert [] == queue["rows"]
    assert [FORGET_AT_ONCE + 1] == [line["tickets"] for line in lines if line["event"] == "old tickets are deleted"]


async def test_reserve(home: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk gives it up: then people can reply, and no ticket comes in before there is room for it again."""
    token, agent = await token_of(home, "fra-1"), await token_of(home, "anna", tenant="northwind")
    reserve = home / "desk" / "reserve"
    async with running(home, now=clock, connection=FullDisk) as desk:
        pop, anna = desk.caller(token), desk.caller(agent)
        await pop.post("/v1/tickets", body())
        await until_true(lambda: size(reserve) > 0, "a reserve")
        whole = await asyncio.to_thread(size, reserve)
        monkeypatch.setattr("edge.store.files.Reserve.make", lambda _self: None)
        monkeypatch.setattr(FullDisk, "is_full", True)
        full, _ = await anna.post(f"/v1/tickets/{tid(1)}/claim")
        left = await asyncio.to_thread(size, reserve)
        monkeypatch.setattr(FullDisk, "is_full", False)
        refused, problem = await pop.post("/v1/tickets", body(2))
        replied, _ = await anna.post(f"/v1/tickets/{tid(1)}/reply", {"text": "Tomorrow."})

    assert (4 * 2**20, 0) == (whole, left)
    assert (503, 503, "storage", 200) == (full, refused, problem["reason"], replied)


def size(file: Path) -> int:
    """Bytes of a file; 0 without it."""
    return file.stat().st_size if file.exists() else 0
