"""Statistics as tables. A dash stands where there is no data."""

from collections.abc import Iterable, Iterator, Mapping

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from edge.cli.options import NOTHING, WHY_THRESHOLD, echo_table
from edge.cli.stats.sums import Stats
from edge.cli.terminal import echo
from edge.tally import DEFINITIONS, FilterFigures, Share, StatsFigures

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3_600, 86_400

FEW_QUESTIONS = 20
"""With fewer questions a share says little, and the reader is shown how to get more."""

Figure = tuple[str, str, str]
"""Name, value, and what it is a part of."""


def echo_stats(stats: Stats) -> None:
    """Print all figures, the reasons for no answer, each island and snippet, and notes."""
    window = " or ".join(span(seconds) for seconds in stats.contact_window_s)
    echo(f"{stats.since:%Y-%m-%d %H:%M} to {stats.until:%Y-%m-%d %H:%M} UTC, {', '.join(stats.pops)}")
    echo(f"a contact lasts {window}")
    echo()
    console = Console()
    figures = list(_figures(stats.total, stats.currency))
    if console.is_terminal:
        _echo_figures(console, figures)
    else:
        echo_table(("figure", "value", "of", "meaning"), [(*figure, DEFINITIONS[figure[0]]) for figure in figures])
    if stats.total.fallback:
        echo()
        reasons = [(reason, *_part(found)) for reason, found in stats.total.fallback.items()]
        echo_table(("not answered because", "share", "of questions"), reasons)
    if stats.islands:
        echo()
        rows = list(_lines(stats))
        if console.is_terminal:
            echo_table(
                ("", *_HEADERS[2:]),
                [(f"  {snippet}" if snippet else island, *cells) for island, snippet, *cells in rows],
            )
        else:
            echo_table(_HEADERS, [(island, snippet or "(all)", *cells) for island, snippet, *cells in rows])
    if signals := list(_filters(stats)):
        echo()
        echo_table(_FILTER_HEADERS, signals)
    if stats.thresholds:
        echo()
        echo_table(("island", "asked in", "PoP", "threshold now", "answerable", "why there"), list(_thresholds(stats)))
    for note in stats.notes:
        echo(f"note: {note}", err=True)
    if stats.total.questions < FEW_QUESTIONS:
        _echo_next_steps(stats.total.questions)


def span(seconds: float | None) -> str:
    """A duration in its largest fitting unit, as in `4 h`; `-` for none."""
    if seconds is None:
        return NOTHING
    for unit_s, unit in ((_DAY_S, "d"), (_HOUR_S, "h"), (_MINUTE_S, "min")):
        if seconds >= unit_s:
            return f"{seconds / unit_s:.3g} {unit}"
    return f"{seconds:.3g} s"


def percent(share: Share) -> str:
    """The share in per cent; `-` if there is no data."""
    return NOTHING if share.value is None else f"{share.value:.1%}"


def _echo_figures(console: Console, figures: Iterable[Figure]) -> None:
    """Print each figure with its definition below it; figures without data are only named."""
    empty = []
    for name, value, of in figures:
        if value == NOTHING:
            empty.append(name)
            continue
        console.print(Text(f"{name:<26}", style="bold") + Text(f"{value:>10}   {of}"))
        console.print(Padding(Text(DEFINITIONS[name], style="dim"), (0, 0, 0, 2)))
    if empty:
        console.print()
        console.print(Text("no data yet", style="bold"))
        console.print(Padding(Text(", ".join(empty)), (0, 0, 0, 2)))


def _echo_next_steps(questions: int) -> None:
    """Print how to get more data."""
    counted = "1 question is" if questions == 1 else f"{questions or 'no'} questions are"
    lines = (
        "",
        f"{counted} counted so far, too few to judge by; to get more:",
        '  ask some           skerry ask TENANT/ISLAND "when does it ship?"',
        "  look further back  skerry stats --since 7d",
        "  before an event    skerry island evaluate FILE",
    )
    echo("\n".join(lines), err=True)


def _figures(found: StatsFigures, currency: str | None) -> Iterator[Figure]:
    yield "questions", str(found.questions), ""
    for name, share in (
        ("automation rate", found.automation),
        ("clarified", found.clarified),
        ("offers chosen from", found.offers_chosen),
        ("precision of offers", found.offer_precision),
        ("escalated", found.escalated),
        ("solved while waiting", found.solved_waiting),
        ("offers while waiting", found.waiting_chosen),
        ("first-contact resolution", found.first_contact_resolution),
        ("came again", found.came_again),
        ("without a session", found.without_session),
        ("acknowledged", found.acknowledged),
        ("replied", found.replied),
    ):
        yield name, *_part(share)
    for name, times in (("time to acknowledge", found.time_to_acknowledge), ("time to reply", found.time_to_reply)):
        value = f"{span(times.half_within_s)}, {span(times.nine_tenths_within_s)}" if times.counted else NOTHING
        yield name, value, f"{times.counted}, mean {span(times.mean_s)}" if times.counted else "0"
    for name, share in (
        ("suggestion used", found.suggestion_used),
        ("suggestion edited", found.suggestion_edited),
        ("suggestion ignored", found.suggestion_ignored),
        ("helpful", found.helpful),
        ("resolved", found.resolved),
        ("contacted again", found.contacted_again),
        ("converted", found.converted),
    ):
        yield name, *_part(share)
    yield "cost per resolved contact", _money(found, currency), f"{found.resolved_contacts}"


_HEADERS = (
    "island", "snippet", "questions", "automated", "first contact", "helpful", "escalated", "acknowledged in",
    "replied in", "used/edited/ignored", "cost each",
)  # fmt: skip


def _lines(stats: Stats) -> Iterator[tuple[str, ...]]:
    for island in stats.islands:
        yield island.island, "", *_line(island.figures, stats.currency)
        for snippet in island.snippets:
            yield island.island, snippet.snippet or "(none)", *_line(snippet.figures, stats.currency)


_FILTER_HEADERS = (
    "island", "snippet", "filter", "masked", "held", "ignored", "helpful", "resolved", "came again",
    "contacted again", "converted",
)  # fmt: skip


def _filters(stats: Stats) -> Iterator[tuple[str, ...]]:
    """What filters found by snippet, next to what came of it: of the snippet, and of what each filter touched."""
    for island in stats.islands:
        for snippet in island.snippets:
            found, name = snippet.figures, snippet.snippet or "(none)"
            if found.filtered or any(share.of for share in _signals(found)):
                yield island.island, name, "(all)", *_moderated(*found.filtered.values()), *_said(found)
            for rule, touched in found.touched.items():
                yield island.island, name, rule, *_moderated(found.filtered.get(rule, {})), *_said(touched)


def _moderated(*by_action: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(str(sum(one.get(action, 0) for one in by_action)) for action in ("mask", "hold", "ignore"))


def _said(found: StatsFigures | FilterFigures) -> tuple[str, ...]:
    return tuple(map(percent, _signals(found)))


def _signals(found: StatsFigures | FilterFigures) -> tuple[Share, ...]:
    return found.helpful, found.resolved, found.came_again, found.contacted_again, found.converted


def _thresholds(stats: Stats) -> Iterator[tuple[str, ...]]:
    for one in stats.thresholds:
        share = NOTHING if one.answerable_share is None else f"{one.answerable_share:.0%}"
        yield one.island, one.channel, one.pop, f"{one.threshold:.3f}", share, WHY_THRESHOLD[one.threshold_why]


def _line(found: StatsFigures, currency: str | None) -> tuple[str, ...]:
    suggestions = (found.suggestion_used, found.suggestion_edited, found.suggestion_ignored)
    return (
        str(found.questions),
        percent(found.automation),
        percent(found.first_contact_resolution),
        percent(found.helpful),
        str(found.escalated.part),
        span(found.time_to_acknowledge.half_within_s),
        span(found.time_to_reply.half_within_s),
        "/".join(str(share.part) for share in suggestions) if found.suggestion_used.of else NOTHING,
        _money(found, currency),
    )


def _part(share: Share) -> tuple[str, str]:
    return percent(share), f"{share.part} of {share.of}"


def _money(found: StatsFigures, currency: str | None) -> str:
    each = found.cost_per_resolved_contact
    return NOTHING if each is None or currency is None else f"{each:.2f} {currency}"
