"""A report as tables. What has no value is a dash."""

from collections.abc import Iterator

import click

from edge.cli.options import echo_table
from edge.cli.stats.sums import Stats
from edge.tally import DEFINITIONS, Share, StatsFigures

NOTHING = "-"
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3_600, 86_400


def echo_stats(report: Stats) -> None:
    """Everything: the whole, why questions were not answered, each island and snippet, what to know about it."""
    window = " or ".join(span(seconds) for seconds in report.contact_window_s)
    click.echo(
        f"{report.since:%Y-%m-%d %H:%M} to {report.until:%Y-%m-%d %H:%M} UTC, {', '.join(report.pops)};"
        f" a contact lasts {window}"
    )
    click.echo()
    rows = [(name, value, of, DEFINITIONS[name]) for name, value, of in _rows(report.total, report.currency)]
    echo_table(("figure", "value", "of", "meaning"), rows)
    if report.total.fallback:
        click.echo()
        reasons = [(reason, *_part(found)) for reason, found in report.total.fallback.items()]
        echo_table(("not answered because", "share", "of questions"), reasons)
    if report.islands:
        click.echo()
        echo_table(_HEADERS, list(_lines(report)))
    for note in report.notes:
        click.echo(f"note: {note}", err=True)


def span(seconds: float | None) -> str:
    """A time as a person says it."""
    if seconds is None:
        return NOTHING
    for unit_s, unit in ((_DAY_S, "d"), (_HOUR_S, "h"), (_MINUTE_S, "min")):
        if seconds >= unit_s:
            return f"{seconds / unit_s:.3g} {unit}"
    return f"{seconds:.3g} s"


def percent(share: Share) -> str:
    """The share, a dash where there is no whole."""
    return NOTHING if share.value is None else f"{share.value:.1%}"


def _rows(found: StatsFigures, currency: str | None) -> Iterator[tuple[str, str, str]]:
    yield "questions", str(found.questions), ""
    for name, share in (
        ("automation rate", found.automation),
        ("clarified", found.clarified),
        ("escalated", found.escalated),
        ("first-contact resolution", found.first_contact_resolution),
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


def _lines(report: Stats) -> Iterator[tuple[str, ...]]:
    for island in report.islands:
        yield island.island, "(all)", *_line(island.figures, report.currency)
        for one in island.snippets:
            yield island.island, one.snippet or "(none)", *_line(one.figures, report.currency)


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
