"""An island's evaluation: as tables, in one line, and as JSON."""

from pathlib import Path

import msgspec

from edge.cli.options import WHY_THRESHOLD, echo_table
from edge.cli.terminal import echo
from edge.errors import ConfigError
from edge.publish.evaluate import (
    CostlySnippet,
    ExpectedQuality,
    ExpectedSolved,
    HarmfulExample,
    IslandEvaluation,
    Suggestions,
)

_SHOWN = 10
"""Most rows of a table. The JSON has all rows."""

_COSTLIEST = 2
"""Snippets that are named when an island is published."""

_QUOTED = 3
"""Most questions quoted in a row."""


def evaluations_json(evaluations: list[IslandEvaluation]) -> str:
    """The evaluations as a JSON array."""
    return msgspec.json.format(msgspec.json.encode(evaluations)).decode()


def write_evaluations(path: Path, evaluations: list[IslandEvaluation]) -> None:
    """Write the evaluations as a JSON array. Raises `ConfigError` if the file cannot be written."""
    try:
        path.write_text(evaluations_json(evaluations) + "\n", encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"cannot write {path}: {error.strerror}; choose another file with: --evaluation FILE"
        ) from error


def summary(evaluation: IslandEvaluation) -> tuple[str, ...]:
    """Lines for an author who publishes: what to expect, what costs most, and what to write next."""
    counts = (
        (len(evaluation.confusions), "confused pair of snippets", "confused pairs of snippets"),
        (len(evaluation.hurting), "harmful example", "harmful examples"),
        (len(evaluation.thin), "snippet with too few examples", "snippets with too few examples"),
    )
    listed = ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counts if count)
    lines = (*_outlook(evaluation), *_costs(evaluation), listed or "nothing to improve was found")
    return (f"evaluated {evaluation.island}", *(f"          {line}" for line in lines))


def echo_evaluation(evaluation: IslandEvaluation) -> None:
    """Print the evaluation; long lists are cut."""
    echo(f"{evaluation.island}: target precision {evaluation.target_precision:g}, {evaluation.model}")
    rows = [*_expected_rows(evaluation.expected), *_solved_rows(evaluation.solved)]
    echo_table(("expected", "value", "meaning"), rows)
    _section(
        "snippets that cost most",
        ("snippet", "not solved", "best instead", "for example"),
        [
            (one.snippet, f"{len(one.unsolved)} of {one.questions}", one.taken_by or "-", _quoted(one.unsolved))
            for one in evaluation.costliest
        ],
    )
    _section(
        "snippets that are confused with each other",
        ("snippet", "questions lost", "to snippet", "lost by it", "for example"),
        [
            (
                pair.first,
                str(len(pair.first_lost)),
                pair.second,
                str(len(pair.second_lost)),
                _quoted(pair.first_lost + pair.second_lost),
            )
            for pair in evaluation.confusions
        ],
    )
    _section(
        "harmful examples",
        ("snippet", "example", "why"),
        [(harmful.snippet, harmful.example, _why(harmful)) for harmful in evaluation.hurting],
    )
    _section(
        "snippets with too few examples",
        ("snippet", "examples", "advised"),
        [(thin.snippet, str(thin.examples), str(thin.wanted)) for thin in evaluation.thin],
    )
    _section(
        "write next",
        ("snippet", "add a question", "but not like"),
        [_advice_row(advice) for advice in evaluation.advice],
    )


def _outlook(evaluation: IslandEvaluation) -> tuple[str, ...]:
    """What share would be solved, how far the answers are right, and how optimistic both are."""
    expected, solved = evaluation.expected, evaluation.solved
    if not expected.questions:
        return ("no estimate, every snippet has a single question",)
    if not solved.questions:
        return ("no estimate, every snippet is for people",)
    lines = [
        f"solved {_share(solved.total)} of its {solved.questions} questions for the machine:",
        f"{_share(solved.at_once)} at once, {_share(solved.by_tap)} by one tap (upper bound: if every viewer taps)",
    ]
    if expected.precision is not None:
        lines.append(
            f"{_share(expected.precision)} of its answers right, promised {100 * evaluation.target_precision:g}%"
        )
    if solved.threshold is not None and solved.threshold_why is not None:
        lines.append(f"first threshold {solved.threshold:.2f}: {WHY_THRESHOLD[solved.threshold_why]}")
    if solved.unlike:
        lines.append(
            f"optimistic for viewers; {solved.unlike} without a paraphrase: {_share(solved.unlike_solved)} solved"
        )
    return tuple(lines)


def _costs(evaluation: IslandEvaluation) -> tuple[str, ...]:
    """The two snippets that cost most, and what to write next for them."""
    return tuple(line for snippet in evaluation.costliest[:_COSTLIEST] for line in _cost(snippet))


def _cost(costly: CostlySnippet) -> tuple[str, str]:
    taken = f", mostly taken by {costly.taken_by}" if costly.taken_by else ""
    return (
        f"costly: {costly.snippet}, {len(costly.unsolved)} of {costly.questions} not solved{taken}",
        f"  write next: like {costly.unsolved[0]!r} in other words",
    )


def _expected_rows(expected: ExpectedQuality) -> list[tuple[str, str, str]]:
    return [
        ("questions", str(expected.questions), "the island's own; each is asked of a classifier trained without it"),
        ("answered", _share(expected.answered), "of all questions, by the machine alone"),
        ("precision", _share(expected.precision), "of the answers, the right ones"),
        ("clarified", _share(expected.clarified), "of all questions; the viewer chooses from two or three"),
        ("best candidate right", _share(expected.best_right), "of all questions, answered or not"),
        ("out of scope answered", _share(expected.strange_answered), "of questions that no snippet answers"),
    ]


def _solved_rows(solved: ExpectedSolved) -> list[tuple[str, str, str]]:
    return [
        (
            "solved",
            _share(solved.total),
            f"of {solved.questions} questions that the machine may answer; an upper bound",
        ),
        ("solved at once", _share(solved.at_once), "of these, answered right"),
        ("solved by one tap", _share(solved.by_tap), "of these, right among those offered; an upper bound: if all tap"),
        (
            "solved while waiting",
            _share(solved.while_waiting),
            "of these, right among those offered while people have the question; an upper bound, not in the first",
        ),
        (
            "solved, not like others",
            _share(solved.unlike_solved),
            f"of {solved.unlike} that no other example paraphrases; where examples do, all figures are optimistic",
        ),
    ]


def _section(title: str, headers: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    echo(f"\n{title}: {len(rows) or 'none'}")
    if rows:
        echo_table(headers, rows[:_SHOWN])
    if len(rows) > _SHOWN:
        echo(f"and {len(rows) - _SHOWN} more; --json prints all")


def _why(harmful: HarmfulExample) -> str:
    reasons = []
    if harmful.takes:
        reasons.append(f"takes {len(harmful.takes)} from other snippets: {_quoted(harmful.takes)}")
    if harmful.reads_as:
        reasons.append(f"reads as {harmful.reads_as}")
    return "; ".join(reasons)


def _advice_row(advice: Suggestions) -> tuple[str, str, str]:
    text = f"like {advice.like!r} in other words (without it, the right snippet gets {advice.confidence:.0%})"
    return advice.snippet, text, advice.confusion or "-"


def _quoted(texts: tuple[str, ...]) -> str:
    more = f" and {len(texts) - _QUOTED} more" if len(texts) > _QUOTED else ""
    return ", ".join(map(repr, texts[:_QUOTED])) + more


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
