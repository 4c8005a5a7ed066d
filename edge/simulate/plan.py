"""What is simulated: how much is asked, what, and how many people answer."""

from typing import NamedTuple

import msgspec

from edge.decide import Asked
from edge.records import Verdict


class JudgedQuestion(NamedTuple):
    """One distinct question that viewers may ask."""

    verdict: Verdict
    asked: Asked
    right: frozenset[str] | None
    """Snippets that answer it; None if that is not known."""
    weight: float = 1.0
    """How often it is asked, in proportion to the others."""


class Drop(msgspec.Struct, frozen=True, kw_only=True):
    """How much is asked, and how many people answer."""

    rate_per_min: float
    """Questions a minute, outside the surge."""
    minutes: float
    agents: int
    handle_s: float = 120.0
    """Mean time of a person for one question."""
    surge: float = 1.0
    """Factor of the rate between `surge_from_min` and `surge_from_min + surge_min`."""
    surge_from_min: float = 5.0
    surge_min: float = 10.0
    report_s: float = 10.0
    noise: float = 0.0
    """Error of load reports: standard deviation of the factor by which they are wrong."""
    pops: int = 1
    """PoPs that share the people; each question goes to one of them at random."""
    said_pops: int = 0
    """Number of PoPs in load reports; 0 is the true number."""
    seed: int = 1
