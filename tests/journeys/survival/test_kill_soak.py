"""The soak of a killed publisher, NATS server and PoP, briefly: more rounds where everything is installed."""

import os
from pathlib import Path

import pytest

from benchmarks.kills.kill_soak import ENGINES, soak
from benchmarks.kills.kill_watch import Audit, Seen, Watch
from edge.host import utc_now
from edge.records import IslandState, IslandStatus

ROUNDS = 10 if os.environ.get("SKERRY_CI") else 2


def _status(state: IslandState, revision: int | None) -> IslandStatus:
    return IslandStatus(
        island="acme/drop", state=state, since=utc_now(), revision=revision, title="", phase="", snippets=0,
        required=False, serve_until=None, last_error="too old",
    )  # fmt: skip


def _served(revision: int) -> IslandStatus:
    return _status(IslandState.FRESH, revision)


WITHDRAWN = _status(IslandState.WITHDRAWN, None)


@pytest.mark.journey
@pytest.mark.timeout(300)
@pytest.mark.parametrize("engine", ENGINES)
async def test_nothing_is_lost_or_resurrected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str) -> None:
    """Processes are killed while an author publishes and withdraws; all agree again, and no revision comes back."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    audit = Audit()
    await soak(tmp_path / engine, ROUNDS, engine=engine, seed=7, audit=audit)

    assert ([], []) == (audit.lost, audit.resurrected)
    assert audit.kills.total() == ROUNDS
    assert audit.changes > ROUNDS
    assert audit.looks > ROUNDS


@pytest.mark.parametrize(
    "said",
    [
        pytest.param([_served(4), _served(3)], id="back to an earlier revision"),
        pytest.param([_served(4), WITHDRAWN, _served(4)], id="what was withdrawn"),
    ],
)
def test_watch_sees_what_comes_back(said: list[IslandStatus]) -> None:
    """A revision that went, or that was withdrawn, is named."""
    audit = Audit()
    watch = Watch(audit)
    for status in said:
        watch.compare([status])

    (finding,) = audit.resurrected
    assert f"acme/drop revision {said[-1].revision} is served after" in finding
    assert [] == audit.lost


def test_watch_knows_what_was_agreed() -> None:
    """A withdrawal that the repository told of counts, seen on the PoP or not."""
    audit = Audit()
    watch = Watch(audit)
    watch.agreed("acme/drop", Seen(5, withdrawn=True))
    watch.compare([_served(6)])
    watch.compare([_served(5)])

    assert [1, 0] == [len(audit.resurrected), len(audit.lost)]


def test_watch_sees_what_is_lost() -> None:
    """An island that is no longer known, or no longer served, is named."""
    audit = Audit()
    watch = Watch(audit)
    watch.compare([_served(1)])
    watch.compare([_status(IslandState.REJECTED, None)])
    watch.compare([])

    assert ["the PoP says rejected of acme/drop: too old", "the PoP no longer knows acme/drop"] == audit.lost
