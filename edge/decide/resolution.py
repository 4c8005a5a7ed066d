"""All that a question can be decided from: a verdict, or what makes one needless."""

from typing import NamedTuple, TypeAlias

from edge.errors import Reason
from edge.records import Verdict
from edge.records.trees import TreeStep


class Unjudged(NamedTuple):
    """The resolution of a question that needs no verdict, with its reason."""

    reason: Reason


class TreeEnd(NamedTuple):
    """The last step of a decision tree: it names a snippet or a lane."""

    step: TreeStep


class OfferTaken(NamedTuple):
    """The snippet that the viewer picked from those that were offered."""

    snippet: str
    verdict: Verdict | None = None
    """On the question, as far as it is remembered: for people, if they must answer by now."""


class OfferRefused(NamedTuple):
    """The viewer wants none of the offered snippets."""

    snippets: tuple[str, ...]
    verdict: Verdict | None
    """On the question, judged again; None if that was not possible."""
    is_ramp: bool = False
    """True if it was offered because the drop began (`[ramp]`)."""


class PostedForPeople(NamedTuple):
    """A message that the tenant's own system posted for people."""

    verdict: Verdict | None
    """None if it could not be judged now."""


Resolution: TypeAlias = Verdict | Unjudged | TreeEnd | OfferTaken | OfferRefused | PostedForPeople
"""All that `conclude` can decide from."""
