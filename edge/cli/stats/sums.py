"""The counts of several PoPs together. They are added up first; figures are computed from the sums."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from edge.records import PopTally, ThresholdWhy
from edge.tally import StatsFigures, cost_of, figures_of

Costs = dict[tuple[str, str], float]


class SnippetFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one snippet. The name is empty for questions about no snippet."""

    snippet: str
    figures: StatsFigures


class IslandFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one island and of its snippets, the most asked first."""

    island: str
    figures: StatsFigures
    snippets: tuple[SnippetFigures, ...]


class HourFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one hour, of all islands that were asked for."""

    hour: datetime
    figures: StatsFigures


class PopThreshold(msgspec.Struct, frozen=True, kw_only=True):
    """The threshold in force of one island in one class of channel, on one PoP."""

    island: str
    channel: str
    pop: str
    threshold: float
    threshold_why: ThresholdWhy
    answerable_share: float | None
    """Of the questions that the threshold decides; None if the island promises its precision of each answer."""


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """What `skerry stats --json` prints."""

    since: datetime
    until: datetime
    pops: tuple[str, ...]
    contact_window_s: tuple[float, ...]
    """How long a contact lasts; more than one where PoPs differ."""
    currency: str | None
    notes: tuple[str, ...]
    total: StatsFigures
    islands: tuple[IslandFigures, ...]
    hours: tuple[HourFigures, ...]
    thresholds: tuple[PopThreshold, ...]
    """By island, class of channel and PoP. Each PoP follows its own traffic, so they are never added up."""


def add_up(tallies: Sequence[PopTally]) -> Stats:
    """The statistics of one PoP or more."""
    currencies = {tally.prices.currency if tally.prices else None for tally in tallies}
    currency = currencies.pop() if len(currencies) == 1 else None
    cells, hours, costs = _sums(tallies, with_costs=currency is not None)
    total = _figures(cells.values(), None if costs is None else costs.values())
    return Stats(
        since=min(tally.since for tally in tallies),
        until=max(tally.until for tally in tallies),
        pops=tuple(tally.pop for tally in tallies),
        contact_window_s=tuple(sorted({tally.contact_window_s for tally in tallies})),
        currency=currency,
        notes=tuple(_notes(tallies, total)),
        total=total,
        islands=tuple(_island(island, cells, costs) for island in sorted({island for island, _ in cells})),
        hours=tuple(HourFigures(hour=hour, figures=figures_of(counts)) for hour, counts in sorted(hours.items())),
        thresholds=_thresholds(tallies),
    )


def _thresholds(tallies: Sequence[PopTally]) -> tuple[PopThreshold, ...]:
    found = [
        PopThreshold(island=island, channel=channel, pop=tally.pop, **one)
        for tally in tallies
        for island, by_channel in tally.thresholds.items()
        for channel, one in by_channel.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.island, one.channel, one.pop)))


def _sums(
    tallies: Sequence[PopTally], *, with_costs: bool
) -> tuple[dict[tuple[str, str], Counter[str]], dict[datetime, Counter[str]], Costs | None]:
    cells: dict[tuple[str, str], Counter[str]] = {}
    hours: dict[datetime, Counter[str]] = {}
    costs: Costs = {}
    for tally in tallies:
        for cell in tally.cells:
            key = (cell.island, cell.snippet)
            cells.setdefault(key, Counter()).update(cell.counts)
            if tally.prices:
                costs[key] = costs.get(key, 0.0) + cost_of(cell.counts, tally.prices)
        for hour in tally.hours:
            hours.setdefault(hour.hour, Counter()).update(hour.counts)
    return cells, hours, costs if with_costs else None


def _island(name: str, cells: dict[tuple[str, str], Counter[str]], costs: Costs | None) -> IslandFigures:
    keys = [key for key in cells if key[0] == name]
    snippets = [
        SnippetFigures(snippet=key[1], figures=figures_of(cells[key], cost=None if costs is None else costs[key]))
        for key in keys
    ]
    return IslandFigures(
        island=name,
        figures=_figures([cells[key] for key in keys], None if costs is None else [costs[key] for key in keys]),
        snippets=tuple(sorted(snippets, key=lambda snippet: (-snippet.figures.questions, snippet.snippet))),
    )


def _figures(counts: Iterable[Counter[str]], costs: Iterable[float] | None) -> StatsFigures:
    total: Counter[str] = Counter()
    for cell in counts:
        total.update(cell)
    return figures_of(total, cost=None if costs is None else sum(costs))


def _notes(tallies: Sequence[PopTally], total: StatsFigures) -> Iterator[str]:
    """Sentences without which the figures could mislead."""
    without = [tally.pop for tally in tallies if tally.prices is None]
    currencies = sorted({tally.prices.currency for tally in tallies if tally.prices})
    if without:
        yield f"no costs: [stats.prices] is not configured on {', '.join(without)}"
    elif len(currencies) > 1:
        yield f"no costs: prices are in {' and '.join(currencies)}"
    if len({tally.contact_window_s for tally in tallies}) > 1:
        yield "PoPs have different stats.contact_window_s, first-contact resolution mixes them"
    if len(tallies) > 1:
        yield "a session that asks two PoPs is a contact of each"
    if total.without_session.part:
        share = total.without_session
        yield f"{share.part} of {share.of} questions named no session and are in no contact"
    if total.contacts_forgotten:
        yield f"{total.contacts_forgotten} contacts were forgotten before they were over; raise stats.max_contacts"
    for tally in tallies:
        if tally.lost:
            yield f"{tally.pop} could not count {tally.lost} events since it started; its log says why"
