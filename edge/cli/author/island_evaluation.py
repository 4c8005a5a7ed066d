"""An island's evaluation as tables for its author, and in two lines for its publisher."""

from pathlib import Path

import click
import msgspec

from edge.cli.options import echo_table
from edge.errors import ConfigError
from edge.publish.evaluate import ExpectedQuality, HarmfulExample, IslandEvaluation, Suggestions

_SHOWN = 10
"""Rows of a table; the JSON has them all."""

_QUOTED = 3
"""Questions of a row."""


def evaluations_json(evaluations: list[IslandEvaluation]) -> str:
    """The evaluations as a JSON array."""
    return msgspec.json.format(msgspec.json.encode(evaluations)).decode()


def write_evaluations(path: Path, evaluations: list[IslandEvaluation]) -> None:
    """Write the JSON array; raises `ConfigError` when that cannot be done."""
    try:
        path.write_text(evaluations_json(evaluations) + "\n", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}, give another --evaluation") from error


def summary(found: IslandEvaluation) -> tuple[str, str, str]:
    """Three lines for an author who publishes: the island, what to expect, how much there is to improve."""
    counts = (
        (len(found.confusions), "confused pair of snippets", "confused pairs of snippets"),
        (len(found.hurting), "harmful example", "harmful examples"),
        (len(found.thin), "snippet with too few examples", "snippets with too few examples"),
    )
    listed = ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counts if count)
    return (
        f"evaluated {found.island}",
        f"          {_outlook(found.expected)}",
        f"          {listed or 'nothing to improve was found'}",
    )


def echo_evaluation(found: IslandEvaluation) -> None:
    """All of it, long lists cut."""
    click.echo(f"{found.island}: target precision {found.target_precision:g}, {found.model}")
    echo_table(("expected", "value", "meaning"), _expected_rows(found.expected))
    _section(
        "snippets that take each other's questions",
        ("snippet", "loses", "to", "loses back", "for example"),
        [
            (
                one.first,
                str(len(one.first_lost)),
                one.second,
                str(len(one.second_lost)),
                _quoted(one.first_lost + one.second_lost),
            )
            for one in found.confusions
        ],
    )
    _section(
        "examples that hurt",
        ("snippet", "example", "why"),
        [(one.snippet, one.example, _why(one)) for one in found.hurting],
    )
    _section(
        "snippets with too few examples",
        ("snippet", "examples", "better"),
        [(one.snippet, str(one.examples), str(one.wanted)) for one in found.thin],
    )
    _section(
        "write next", ("snippet", "add a question", "but unlike"), [_advice_row(advice) for advice in found.advice]
    )


def _outlook(expected: ExpectedQuality) -> str:
    if not expected.questions:
        return "nothing can be said, every snippet has a single question"
    right = "none right" if expected.precision is None else f"{expected.precision:.1%} of the answers right"
    return f"answers {_share(expected.answered)} of {expected.questions} own questions, {right}"


def _expected_rows(expected: ExpectedQuality) -> list[tuple[str, str, str]]:
    return [
        ("questions", str(expected.questions), "the island's own, each asked of an island without it"),
        ("answered", _share(expected.answered), "by the machine alone"),
        ("precision", _share(expected.precision), "of these answers, the right one"),
        ("asked back", _share(expected.clarified), "two or three likely questions to choose from"),
        ("best right", _share(expected.best_right), "the right snippet is first, answered or not"),
        ("answers to strangers", _share(expected.strange_answered), "questions on subjects that the island lacks"),
    ]


def _section(title: str, headers: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    click.echo(f"\n{title}: {len(rows) or 'none'}")
    if rows:
        echo_table(headers, rows[:_SHOWN])
    if len(rows) > _SHOWN:
        click.echo(f"and {len(rows) - _SHOWN} more, see --json")


def _why(one: HarmfulExample) -> str:
    reasons = []
    if one.takes:
        reasons.append(f"takes {len(one.takes)} from others: {_quoted(one.takes)}")
    if one.reads_as:
        reasons.append(f"reads as {one.reads_as}")
    return "; ".join(reasons)


def _advice_row(advice: Suggestions) -> tuple[str, str, str]:
    wish = f"that asks {advice.like!r} in other words (right snippet now {advice.confidence:.0%} sure without it)"
    return advice.snippet, wish, advice.confusion or "-"


def _quoted(texts: tuple[str, ...]) -> str:
    more = f" and {len(texts) - _QUOTED} more" if len(texts) > _QUOTED else ""
    return ", ".join(map(repr, texts[:_QUOTED])) + more


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
