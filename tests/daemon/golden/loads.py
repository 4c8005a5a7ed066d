"""How busy people are: named loads, each with the reports that lead to it and the one that keeps it unchanged."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from edge.records import Island
from tests.daemon.golden.driver import Pop
from tests.daemon.golden.words import seen

Report = Mapping[str, Any]

IDLE: Report = {"queue_depth": 0, "wait_s": 0, "agents": 5, "free_agents": 5}
STEADY: Report = {"queue_depth": 12, "wait_s": 40, "agents": 10, "handle_s": 60}
LONG: Report = {"queue_depth": 400, "wait_s": 3000, "agents": 4}


def _times(limit: float, max_wait_s: int, *, over: int) -> Report:
    """A queue of `limit` times the longest wait, and `over` more questions; each question adds 6 s of waiting."""
    return {"queue_depth": round(limit * max_wait_s / 6) + over, "wait_s": 90, "agents": 10, "handle_s": 60}


class Load(NamedTuple):
    """`drive` is reported five times, every 15 s; then `then` before each question, after which `late_s` pass."""

    then: Report | None = None
    drive: Report | None = None
    late_s: float = 0.0
    incident: bool = False


def loads(island: Island) -> dict[str, Load]:
    """All loads by name, with the limits of the island's policy."""
    longest_s = island.surge.max_wait_s if island.surge else 600
    return {
        "nobody says": Load(),
        "idle": Load(IDLE),
        "steady": Load(STEADY),
        "at 1.0": Load(_times(1.0, longest_s, over=0)),
        "over 1.0": Load(_times(1.0, longest_s, over=1)),
        "at 1.25": Load(_times(1.25, longest_s, over=0)),
        "over 1.25": Load(_times(1.25, longest_s, over=1)),
        "at 1.5": Load(_times(1.5, longest_s, over=0)),
        "over 1.5": Load(_times(1.5, longest_s, over=1)),
        "shared, over 1.25": Load({**_times(1.25, longest_s, over=1), "pops": 3, "callbacks": 7}),
        "nobody at work": Load({"queue_depth": 5, "wait_s": 10, "agents": 0}),
        "stale": Load(LONG, late_s=61),
        "almost stale": Load(LONG, late_s=60),
        "surge for long": Load(STEADY, drive=LONG),
        "idle for long": Load(IDLE, drive=IDLE),
        "incident": Load(incident=True),
        "incident in a surge": Load(_times(1.5, longest_s, over=1), incident=True),
    }


async def begin(pop: Pop, island: Island, load: Load, *, unusual: str) -> None:
    """Bring a load about; in an incident, many viewers ask the question `unusual`."""
    if load.incident:
        usual = island.snippets[0].examples[0]
        for number, text in enumerate((unusual, *[usual] * 50)):
            await pop.ask(str(island.name), text, session=f"early-{number}")
        pop.move(400)
        for number in range(30):
            told = await pop.ask(str(island.name), unusual, session=f"late-{number}")
        assert seen(told).why == "incident"
        pop.deliver()
    for _ in range(5 if load.drive else 0):
        pop.move(15)
        await pop.report(tenant=island.tenant, **(load.drive or {}))
        await pop.threshold(str(island.name))


async def renew(pop: Pop, island: Island, load: Load) -> None:
    """Restore a load before the next question, by a report that includes what was counted since the last one."""
    if load.then is None:
        return
    if load.late_s:
        pop.move(1)
    told = await pop.report(tenant=island.tenant, **load.then)
    assert told.status == 204, told
    pop.move(load.late_s)
