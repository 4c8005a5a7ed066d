"""The three sample islands, asked as a PoP asks them, and how a share is printed."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from edge.decide import Asked, Standing, conclude
from edge.publish.compile import assemble_island, prepare_island, unsigned_snippet
from edge.publish.source import read_island
from edge.records import Automation, Decision, Island
from edge.triage import Head, Triage, matter_of, read_message

ISLANDS = Path(__file__).parents[2] / "islands"
Z = 1.96
"""Standard deviations of a 95 % interval."""


class Shop(NamedTuple):
    """A sample island as a PoP has it."""

    island: Island
    head: Head

    def without_about(self) -> "Shop":
        """The same island, if it did not say what it is about."""
        island = msgspec.structs.replace(self.island, about=msgspec.UNSET, not_about=msgspec.UNSET)
        return Shop(island, Head.load(island))

    def examples(self, *automations: Automation) -> list[tuple[str, str]]:
        """Snippet and example, of the snippets with these automations."""
        snippets = [one for one in self.island.snippets if one.automation in automations]
        return [(one.id, text) for one in snippets for text in one.examples]


class Desk:
    """Decides messages as a PoP does, without HTTP."""

    def __init__(self, triage: Triage) -> None:
        self._triage = triage

    def asks(self, shop: Shop, text: str) -> float:
        """The probability that a message asks the team for anything."""
        return self._triage.judge(shop.head, matter_of(read_message(text))).asks

    def decide(self, shop: Shop, text: str, *, channel: str = "widget", standing: Standing | None = None) -> Decision:
        """The decision on a message."""
        message = read_message(text)
        verdict = self._triage.judge(shop.head, matter_of(message))
        asked = Asked(message.words, channel, mentions=message.mentions)
        return conclude(verdict, island=shop.island, asked=asked, standing=standing or Standing(), now=0.0).decision


def sample_shops(triage: Triage) -> Iterator[tuple[str, Shop]]:
    """The three sample islands by name."""
    for path in sorted(ISLANDS.glob("*/*.toml")):
        prepared = prepare_island(read_island(path).source(), triage=triage)
        snippets = tuple(unsigned_snippet(prepared, snippet) for snippet in prepared.source.snippets)
        island = assemble_island(prepared, snippets, revision=1)
        yield str(island.name), Shop(island, Head.load(island))


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    if not of:
        return 0.0, 1.0
    share, spread = hits / of, Z * Z / of
    middle, width = share + spread / 2, Z * ((share * (1 - share) + spread / 4) / of) ** 0.5
    return max(0.0, (middle - width) / (1 + spread)), min(1.0, (middle + width) / (1 + spread))


def tell(what: str, hits: int, of: int, bar: str) -> None:
    """Print one share."""
    low, high = wilson(hits, of)
    print(f"{what:72} {hits / max(1, of):7.2%} [{low:6.2%}, {high:6.2%}] of {of:5,}; bar {bar}", flush=True)
