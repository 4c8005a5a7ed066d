"""Boards that a wall is shown: as a desk sends them, and as bad as a desk may send them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from edge.records import IslandState, ThresholdWhy
from edge.records.desk import (
    Board,
    BoardFleet,
    BoardIsland,
    BoardLane,
    BoardPop,
    ChannelFigures,
    IslandAtPop,
    PopFigures,
    SnippetIncident,
    UnansweredQuestion,
)

NOW = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)
HOSTILE = "<img src=x onerror=alert(1)>\u202e evil \U0001f525\U0001f525\U0001f525 9999 " + "W" * 120
RATE = {"answer": 212.0, "clarify": 61.0, "escalate": 48.0, "ignore": 122.0}


def figures(*, islands: int = 2, questions: int = 3, words: str = "") -> PopFigures:
    """Figures of one PoP; `words` take the place of names and questions."""
    names = [f"northwind/{words or 'drop'}{number}"[:120] for number in range(islands)]
    asked = words or "can i wash it at ninety degrees, or is forty the most"
    return PopFigures(
        at=NOW,
        since=NOW - timedelta(hours=1),
        islands=tuple(
            ChannelFigures(
                island=name,
                channel=channel,
                counts={"answer": 900, "clarify": 200, "escalate": 100, "ignore": 400},
                threshold=0.82 + place / 100,
                threshold_why=ThresholdWhy.TRAFFIC,
                answerable_share=0.541,
            )
            for name in names
            for place, channel in enumerate(("stream", "chat"))
        ),
        open_questions=tuple(
            UnansweredQuestion(island=names[0], count=40 - number, per_minute=3.5, exemplar=f"{number} {asked}"[:200])
            for number in range(questions)
        ),
        incidents=tuple(SnippetIncident(island=name, snippet=f"{words or 'sold-out'}"[:63]) for name in names),
    )


def pop(name: str, *, silent_s: float = 0.0, **fields: Any) -> BoardPop:
    """One PoP; one that is silent has no rate."""
    at = NOW - timedelta(seconds=silent_s or 3)
    return BoardPop(
        pop=name,
        heard=at,
        age_s=silent_s or 3.0,
        silent_since=at if silent_s else None,
        figures=figures(**fields),
        per_minute=None if silent_s else RATE,
    )


def lane(name: str, *, late: int = 0, oldest_s: float = 40.0) -> BoardLane:
    """A lane that promises a quarter of an hour."""
    return BoardLane(lane=name, open=12 + late, late=late, oldest_s=oldest_s, promised_s=900.0)


def island(
    name: str, *, behind: tuple[str, ...] = (), pops: tuple[str, ...] = ("ams-1", "fra-1", "sin-1")
) -> BoardIsland:
    """Revision 12; those that are behind have 11."""
    places = tuple(IslandAtPop(pop=one, revision=11 if one in behind else 12, state=IslandState.FRESH) for one in pops)
    return BoardIsland(island=name, revision=12, pops=places, lagging=behind)


def fleet(*islands: BoardIsland, silent_s: float = 0.0) -> BoardFleet:
    """What the publisher said."""
    at = NOW - timedelta(seconds=silent_s or 2)
    return BoardFleet(heard=at, age_s=silent_s or 2.0, silent_since=at if silent_s else None, islands=islands)


DROPS = tuple(island(f"northwind/drop{number}") for number in range(2))

BOARDS: dict[str, Board] = {
    "nobody yet": Board(at=NOW, pops=()),
    "never heard": Board(
        at=NOW, pops=(BoardPop(pop="fra-1", silent_since=NOW - timedelta(seconds=95)),), fleet=BoardFleet()
    ),
    "a good evening": Board(
        at=NOW,
        pops=(pop("ams-1"), pop("fra-1"), pop("sin-1", questions=20)),
        lanes=(lane("callback"), lane("support")),
        fleet=fleet(*DROPS),
    ),
    "a bad evening": Board(
        at=NOW,
        pops=(
            pop("ams-1", silent_s=187),
            pop("fra-1", questions=20),
            pop("sin-1", silent_s=25),
            pop("syd-1", silent_s=90),
        ),
        lanes=(lane("safety", late=3, oldest_s=1_260), lane("support", oldest_s=800), *map(lane, ("a", "b", "c"))),
        fleet=fleet(
            island("northwind/drop0", behind=("sin-1",)),
            island("northwind/drop1", behind=("ams-1", "fra-1", "sin-1")),
            *(island(f"northwind/tour{number}") for number in range(5)),
            silent_s=340,
        ),
    ),
    "all silent": Board(at=NOW, pops=(pop("ams-1", silent_s=40), pop("fra-1", silent_s=30)), fleet=fleet(*DROPS)),
    "hostile words": Board(
        at=NOW,
        pops=(pop(HOSTILE, islands=6, questions=20, words=HOSTILE), pop(HOSTILE + "2", silent_s=9_999_999)),
        lanes=tuple(
            BoardLane(lane=HOSTILE + str(n), open=10**9, late=10**9, oldest_s=10**9, promised_s=10**9) for n in range(9)
        ),
        fleet=fleet(
            *(island(f"northwind/{HOSTILE}{n}", behind=(HOSTILE,), pops=(HOSTILE, "x" * 63)) for n in range(9))
        ),
    ),
}
"""By the evening."""
