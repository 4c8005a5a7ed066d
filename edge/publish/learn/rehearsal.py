"""How would an island do with the questions of the export that judge it? No example is made from these.

It is asked as in `edge.publish.evaluate`: triage and policy of a PoP, without session and load.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from edge.publish.compile import prepare_without_golden, quiet_training
from edge.publish.evaluate import DryRun, Solved, how_solved
from edge.publish.learn.evidence import Wording
from edge.publish.source import IslandSource
from edge.records import Automation, Outcome
from edge.triage import Triage

MAX_JUDGES = 300
"""Questions of a rehearsal. Each takes about a millisecond, so that a proposal is measured in half a second."""


WRONG_COSTS = 9
"""Solved questions that weigh as much as one wrong answer."""

Judge: TypeAlias = tuple[Wording, str]
"""A question, and the id of the right snippet; empty: none is right."""


class Effect(NamedTuple):
    """What a rehearsal found. Counts of questions."""

    at_once: int
    """Answered right."""
    by_tap: int
    """Offered the right snippet: solved if the viewer picks it."""
    wrong: int
    """Answered with a wrong snippet."""
    questions: int

    @property
    def solved(self) -> int:
        """Solved at once or by a tap: an upper bound, because not every viewer taps."""
        return self.at_once + self.by_tap

    @property
    def worth(self) -> tuple[int, int]:
        """What is compared. At the usual promise of 0.9, one wrong answer is weighed up by nine right ones."""
        return self.solved - WRONG_COSTS * self.wrong, self.at_once


class Rehearsal:
    """Asks islands the questions of `judges`, at most `MAX_JUDGES`."""

    def __init__(self, judges: Sequence[Judge], triage: Triage) -> None:
        self._judges, self._triage = judges[:MAX_JUDGES], triage

    def right(self) -> Counter[str]:
        """How many questions each snippet is the right one for, by its id."""
        return Counter(right for _, right in self._judges)

    def ask(self, source: IslandSource) -> Effect:
        """The effect of the island as it is in `source`. Deterministic."""
        automation: Mapping[str, Automation] = {one.id: one.automation for one in source.snippets}
        at_once = by_tap = wrong = 0
        with quiet_training():
            island = DryRun(prepare_without_golden(source, triage=self._triage), triage=self._triage)
            for wording, right in self._judges:
                result = island.ask(wording.text)
                # A snippet that is people's by the author's will can be solved by nobody else.
                how = how_solved(result, right) if automation.get(right) is Automation.ANSWER else Solved.NOT
                at_once += how is Solved.AT_ONCE
                by_tap += how is Solved.BY_TAP
                wrong += result.outcome is Outcome.ANSWER and result.snippet != right
        return Effect(at_once, by_tap, wrong, len(self._judges))
