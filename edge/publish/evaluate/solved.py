"""Is a question solved by the machine: answered right, or the right snippet among those that the viewer is offered?

A tap is an upper bound: it takes every viewer who is shown the right snippet to tap it. So is a tap of a viewer who
waits for a person, and it counts apart: the ticket was made.
"""

from enum import StrEnum

from edge.publish.evaluate.dry_run import DryRunResult
from edge.records import Outcome


class Solved(StrEnum):
    """How a question is solved."""

    AT_ONCE = "at_once"
    BY_TAP = "by_tap"
    WHILE_WAITING = "while_waiting"
    NOT = "not"


def how_solved(result: DryRunResult, right: str) -> Solved:
    """How a question is solved that the snippet `right` answers."""
    if result.outcome is Outcome.ANSWER and result.snippet == right:
        return Solved.AT_ONCE
    if right not in result.options:
        return Solved.NOT
    return Solved.WHILE_WAITING if result.outcome is Outcome.ESCALATE else Solved.BY_TAP
