"""Figures of a simulated drop: how much the machine answered, how long viewers waited, how many people are needed."""

from collections.abc import Sequence

import msgspec

from edge.records import Island, Outcome, SurgePolicy
from edge.simulate.drop import Course, play
from edge.simulate.plan import Drop, JudgedQuestion
from edge.simulate.staff import QueueWait

MAX_AGENTS = 2_000
"""The search for the number of people needed ends here; no desk has more."""


class DropFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one run. Waits are in seconds. Shares are of all questions, 0 to 1; `wrong_share` is of answers."""

    asked: int
    answered_share: float
    clarified_share: float
    ramp_share: float
    """Offered choices and trees first because the drop had just begun (`[ramp]`), also if people got it then."""
    ignored_share: float
    """Small talk, and questions whose answer was posted in the chat a moment ago."""
    queued: int
    called_back: int
    wrong_share: float | None
    """Of answers to questions whose right snippet is known; None if there are none."""
    longest_wait_s: float
    """In people's queue."""
    p95_wait_s: float
    """In people's queue."""
    longest_callback_s: float
    callback_estimate_off: float
    """Median of actual wait divided by promised wait, over callbacks; 1 is exact, 0 means no callbacks."""
    busiest_minute_changes: int
    """Most threshold changes within one minute."""
    lowest_precision: float
    """Lowest threshold."""
    highest_precision: float
    """Highest threshold."""
    occupancy: float
    """Share of people's time that was work, until the last question was handled."""


def figures(course: Course, drop: Drop) -> DropFigures:
    """Figures of the run `course`, which `drop` gave."""
    waits = sorted(wait.waited_s for wait in course.waits)
    callbacks = [wait.waited_s for wait in course.callback_waits]
    ended_s = max(
        [drop.minutes * 60, *(wait.asked_at + wait.waited_s for wait in course.waits + course.callback_waits)]
    )
    precisions = [sample.precision for sample in course.samples]
    return DropFigures(
        asked=course.asked,
        answered_share=_share(course.outcomes[Outcome.ANSWER], course.asked),
        clarified_share=_share(course.outcomes[Outcome.CLARIFY], course.asked),
        ramp_share=_share(course.ramped, course.asked),
        ignored_share=_share(course.outcomes[Outcome.IGNORE], course.asked),
        queued=len(waits),
        called_back=course.deferred,
        wrong_share=round(course.wrong_answers / course.judged_answers, 4) if course.judged_answers else None,
        longest_wait_s=round(waits[-1], 1) if waits else 0.0,
        p95_wait_s=round(waits[int(0.95 * len(waits))], 1) if waits else 0.0,
        longest_callback_s=round(max(callbacks, default=0.0), 1),
        callback_estimate_off=_estimate_off(course.callback_waits),
        busiest_minute_changes=_busiest_minute(course.threshold_changes),
        lowest_precision=round(min(precisions), 4),
        highest_precision=round(max(precisions), 4),
        occupancy=round(course.busy_s / (drop.agents * ended_s), 3),
    )


def at_fixed_threshold(island: Island) -> Island:
    """The island without surge control: what is promised stays the target precision, and nobody is called back."""
    return msgspec.structs.replace(island, surge=None)


def without_callbacks(island: Island, policy: SurgePolicy) -> Island:
    """The island with `policy`, but without callbacks: the threshold moves, and everybody queues."""
    # No queue gets that long, so no callback is ever promised.
    return msgspec.structs.replace(island, surge=msgspec.structs.replace(policy, max_wait_s=10**9))


def people_needed(drop: Drop, island: Island, questions: Sequence[JudgedQuestion], *, max_wait_s: float) -> int | None:
    """The smallest number of people with which nobody waits longer than `max_wait_s`, in the queue or for a callback.

    None if `MAX_AGENTS` are not enough.
    """

    def suffice(agents: int) -> bool:
        course = play(msgspec.structs.replace(drop, agents=agents), island, questions)
        return all(wait.waited_s <= max_wait_s for wait in course.waits + course.callback_waits)

    # Doubled until it is enough, then bisected: every try plays the whole drop.
    low, high = 0, 1
    while not suffice(high):
        low, high = high, high * 2
        if high > MAX_AGENTS:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if suffice(middle) else (middle, high)
    return high


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """The same drop with surge control (`steered`) and without (`fixed`)."""

    steered: DropFigures
    fixed: DropFigures
    people_needed: int | None
    people_needed_fixed: int | None
    target_s: int
    """Longest wait that is allowed in `people_needed` and `people_needed_fixed`."""


def compare(drop: Drop, island: Island, questions: Sequence[JudgedQuestion]) -> tuple[Comparison, Course, Course]:
    """The comparison, the run with surge control and the run without.

    Without a surge policy in `island`, both runs are the same.
    """
    fixed = at_fixed_threshold(island)
    target_s = island.surge.max_wait_s if island.surge else 600
    steered_course, fixed_course = play(drop, island, questions), play(drop, fixed, questions)
    comparison = Comparison(
        steered=figures(steered_course, drop),
        fixed=figures(fixed_course, drop),
        people_needed=people_needed(drop, island, questions, max_wait_s=target_s),
        people_needed_fixed=people_needed(drop, fixed, questions, max_wait_s=target_s),
        target_s=target_s,
    )
    return comparison, steered_course, fixed_course


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _estimate_off(waits: Sequence[QueueWait]) -> float:
    ratios = sorted(wait.waited_s / wait.promised_s for wait in waits if wait.promised_s)
    return round(ratios[len(ratios) // 2], 3) if ratios else 0.0


def _busiest_minute(moments: Sequence[float]) -> int:
    """Most of `moments` (seconds) within any 60 seconds."""
    return max((sum(0 <= other - moment < 60 for other in moments) for moment in moments), default=0)  # noqa: PLR2004 - a minute's seconds
