"""How likely is a question about what the island is about, given the signs that it is about another thing?"""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from edge.triage.about.exchange import LEAST_ALIKE, Exchange, How, exchange_of
from edge.triage.about.own import Own
from edge.triage.about.things import Things


class Signs(NamedTuple):
    """What a question shows of another thing. Flags are 0 or 1; all are 0 if there is no sign."""

    named: float
    """Flag: it names another thing, but not in the place of one of the island's."""
    replaced_named: float
    """Flag: it names another thing in the place of one of the island's."""
    replaced: float
    """Flag: words that the island does not use stand in the place of one of its things."""
    narrowed_named: float
    """Flag: it names another thing whose name ends with one of the island's."""
    narrowed: float
    """Flag: words that the island does not use stand before one of its things."""
    pointed_named: float
    """Flag: it names another thing where an example says "it"."""
    pointed: float
    """Flag: words that the island does not use stand where an example says "it"."""
    likeness: float
    """Cosine of the embeddings of the words and the thing in or before whose place they stand, if they name nothing."""
    likeness_named: float
    """The same, if they name a thing. A synonym would mostly be known as one."""
    in_common: float
    """Share of words that question and example have in common, above the least that makes an exchange."""


_LEFT_IF_EXCLUDED = 0.05
"""A viewer may name in passing what the island is not about."""

COMPARED = 2
"""Examples that a question is compared with, word by word."""

_MANY = 3

NO_SIGNS = Signs(*[0.0] * len(Signs._fields))
_NAMED = NO_SIGNS._replace(named=1.0)


def about_share(
    question: str,
    examples: Callable[[], Sequence[str]],
    own: Own,
    things: Things,
    likeness: Callable[[str, str], float],
) -> float:
    """How much of a confidence is left, as in `ours_share`; hardly any if the author ruled a thing out by name.

    `examples` gives those that `signs_of` needs. It is called only if the question has a sign at all.
    """
    words = question.split()
    if own.excludes(words):
        return _LEFT_IF_EXCLUDED
    if not _may_have_signs(words, own):
        return 1.0
    return ours_share(_signs_among(question, examples(), own, things, likeness))


def signs_of(
    question: str, examples: Sequence[str], own: Own, things: Things, likeness: Callable[[str, str], float]
) -> Signs:
    """The signs in a question in normal form. `examples`: those of the snippet, in normal form, most similar first.

    A snippet whose examples name many things is about any thing. `likeness`: cosine of two texts' embeddings. It is
    called once at most.
    """
    if not _may_have_signs(question.split(), own):
        return NO_SIGNS
    return _signs_among(question, examples, own, things, likeness)


def _may_have_signs(words: Sequence[str], own: Own) -> bool:
    """False for most questions: one that names another thing has a word that the island does not use."""
    return own.is_about_something and bool(own.strange(words))


def _signs_among(
    question: str, examples: Sequence[str], own: Own, things: Things, likeness: Callable[[str, str], float]
) -> Signs:
    signs = _signs(question, examples[:COMPARED], own, things, likeness)
    return NO_SIGNS if signs is not NO_SIGNS and is_about_any(examples, things) else signs


def is_about_any(examples: Iterable[str], things: Things) -> bool:
    """True if a snippet's examples, in normal form, name so many things that a further one is nothing unusual."""
    return len({one.key for text in examples for one in things.mentions(text.split())}) >= _MANY


def _signs(
    question: str, examples: Sequence[str], own: Own, things: Things, likeness: Callable[[str, str], float]
) -> Signs:
    exchange: Exchange | None = None
    for example in examples:
        one = exchange_of(question, example, own, things)
        if one is not None and (exchange is None or one.alike > exchange.alike):
            exchange = one
    if exchange is None:
        return _NAMED if own.names_other(question.split(), things) else NO_SIGNS
    is_named = own.names_other(exchange.theirs.split(), things, vague=True)
    flags = {exchange.how.value: float(not is_named), f"{exchange.how.value}_named": float(is_named)}
    signs = NO_SIGNS._replace(**flags, in_common=exchange.alike - LEAST_ALIKE)
    if exchange.how is How.POINTED:
        return signs
    alike = likeness(exchange.theirs, exchange.ours)
    return signs._replace(**{"likeness_named" if is_named else "likeness": alike})


def ours_share(signs: Signs) -> float:
    """How much of a confidence is left: the probability that the question is about what the island is about."""
    if signs == NO_SIGNS:
        return 1.0
    total = _ALWAYS + sum(weight * value for weight, value in zip(_WEIGHTS, signs, strict=True))
    return 1 / (1 + math.exp(total))


_WEIGHTS = Signs(
    named=5.3, replaced_named=7.8, replaced=2.8, narrowed_named=14.3, narrowed=6.2, pointed_named=14.4, pointed=1.9,
    likeness=-8.4, likeness_named=-10.4, in_common=13.6,
)  # fmt: skip
_ALWAYS = -7.9
"""Learned by `models/wording/train_about.py`; `models/README.md` has the figures."""
