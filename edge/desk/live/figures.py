"""What PoPs posted last, for the wall. A PoP that is silent has a hole with its age, and no figure becomes zero."""

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from edge.desk.live.rates import Rates
from edge.desk.store import Scope
from edge.records.desk import Board, BoardPop, PopFigures

SILENT_S = 20.0
"""PoPs post every 5 s. One that has missed three posts is silent."""


class _Posted(NamedTuple):
    figures: PopFigures
    heard: float


class PostedFigures:
    """The newest figures of each PoP, in memory only. `clock` returns seconds that nobody sets."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started = clock()
        self._posted: dict[str, _Posted] = {}
        self._rates = Rates(clock)

    def post(self, pop: str, figures: PopFigures) -> None:
        """Take a PoP's figures in place of earlier ones. Only PoPs with a token get here, so there are not too many."""
        self._posted[pop] = _Posted(figures, self._clock())
        self._rates.note(pop, figures)

    @property
    def heard_lately(self) -> set[str]:
        """PoPs that are not silent."""
        now = self._clock()
        return {pop for pop, posted in self._posted.items() if now - posted.heard <= SILENT_S}

    def board(
        self,
        pops: Iterable[str],
        *,
        scope: Scope,
        now: datetime,
        unconfirmed: Mapping[str, tuple[int, tuple[str, ...]]],
    ) -> Board:
        """What concerns one tenant or lane: of the PoPs that have a token, and of those that owe a confirmation."""
        names = sorted({*pops, *unconfirmed})
        shown = (self._shown(name, scope, now, *unconfirmed.get(name, (0, ()))) for name in names)
        return Board(at=now, pops=tuple(shown))

    def _shown(self, name: str, scope: Scope, now: datetime, count: int, tickets: tuple[str, ...]) -> BoardPop:
        posted = self._posted.get(name)
        heard = posted.heard if posted is not None else self._started
        age_s = self._clock() - heard
        last = now - timedelta(seconds=age_s)
        return BoardPop(
            pop=name,
            heard=last if posted is not None else None,
            age_s=round(age_s, 3) if posted is not None else None,
            silent_since=last if age_s > SILENT_S else None,
            figures=_in_scope(posted.figures, scope) if posted is not None else None,
            # A silent PoP has no rate: what it counted a minute ago is no figure of now.
            per_minute=self._rates.per_minute(name, scope.tenant) if age_s <= SILENT_S else None,
            unconfirmed=count,
            unconfirmed_tickets=tickets,
        )


def _in_scope(figures: PopFigures, scope: Scope) -> PopFigures:
    """The figures without other tenants' islands and questions.

    Of one lane there are no questions: each is in a viewer's words, and a PoP does not say in which lane it would be.
    """
    prefix = f"{scope.tenant}/"
    questions = () if scope.lane else figures.open_questions
    return msgspec.structs.replace(
        figures,
        islands=tuple(one for one in figures.islands if one.island.startswith(prefix)),
        open_questions=tuple(one for one in questions if one.island.startswith(prefix)),
        incidents=tuple(one for one in figures.incidents if one.island.startswith(prefix)),
    )
