"""From an author's island to the signed bytes that a PoP serves.

`prepare_island` does the slow part, which needs no key and no revision: it trains the head and judges the golden
questions. `sign_island` signs every snippet once, for one revision, in some milliseconds, so a repository can hold its
lock meanwhile.
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeAlias

import msgspec
from threadpoolctl import threadpool_limits

from edge.host import ignore
from edge.publish.compile.sign import seal, sign_snippet
from edge.publish.compile.training import golden, train_head
from edge.publish.keys import PrivateKey
from edge.publish.repository import SignedIsland
from edge.publish.source import IslandSource, SnippetSource, duration_s
from edge.records import Golden, HeadWeights, Island, SignedSnippet, SnippetDocument
from edge.triage import Head, Triage, normalise

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told the stage, and how many of how many steps of it are done."""


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """An island with all that does not depend on its revision. `examples` by snippet, each normal form once."""

    source: IslandSource
    examples: dict[str, tuple[str, ...]]
    head: HeadWeights
    golden: tuple[Golden, ...]


def prepare_island(source: IslandSource, *, triage: Triage, progress: Progress = ignore) -> Prepared:
    """Train the island's head and judge its golden questions; the same source and models give the same result."""
    examples = {snippet.id: distinct(snippet.examples) for snippet in source.snippets}
    texts = [text for those in examples.values() for text in those]
    with _training():
        weights = train_head(
            triage.encoder,
            examples,
            titles={snippet.id: snippet.title or snippet.id for snippet in source.snippets},
            progress=lambda count: progress("reading questions", count, len(texts)),
        )
    progress("judging golden questions", 0, 1)
    questions = golden(triage, Head(weights, texts))
    progress("judging golden questions", 1, 1)
    return Prepared(source=source, examples=examples, head=weights, golden=questions)


def sign_island(prepared: Prepared, *, revision: int, signer: PrivateKey, now: datetime) -> SignedIsland:
    """The signed island, opened once as a PoP would open it; raises `RefusedError` when it could not be."""
    source = prepared.source
    moment = now.replace(microsecond=0)
    signed = tuple(_sign_snippet(prepared, snippet, revision, signer, moment) for snippet in source.snippets)
    return seal(assemble_island(prepared, signed, revision=revision), signer=signer)


def assemble_island(prepared: Prepared, snippets: tuple[SignedSnippet, ...], *, revision: int) -> Island:
    """The island's record around these snippets: the same whether it is served or rehearsed."""
    source = prepared.source
    return Island(
        tenant=source.tenant,
        island=source.island,
        revision=revision,
        title=source.title,
        locale=source.locale,
        opens=source.opens,
        closes=source.closes,
        expires=source.expires,
        max_stale_s=duration_s(source.max_stale),
        wanted_precision=source.wanted_precision,
        default_lane=source.default_lane,
        routes=source.routes,
        context=source.context,
        surge=source.surge,
        sessions=source.sessions,
        trees=source.trees,
        snippets=snippets,
        head=prepared.head,
        golden=prepared.golden,
    )


@contextmanager
def _training() -> Iterator[None]:
    """How scikit-learn is to behave meanwhile.

    One thread: a head is small, more of them only wait for each other (measured on two busy cores: 0.07 s with one,
    2 to 8 s with two). And no warning that so many snippets with so few questions might be a regression.
    """
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The number of unique classes is greater than 50%")
        yield


def distinct(examples: tuple[str, ...]) -> tuple[str, ...]:
    """One spelling of each question; a second one would make triage look surer than it is."""
    first: dict[str, str] = {}
    for example in examples:
        first.setdefault(normalise(example), example)
    return tuple(first.values())


def _sign_snippet(
    prepared: Prepared, snippet: SnippetSource, revision: int, signer: PrivateKey, now: datetime
) -> SignedSnippet:
    source = prepared.source
    document = SnippetDocument(
        tenant=source.tenant,
        island=source.island,
        revision=revision,
        snippet=snippet.id,
        locale=source.locale,
        answer=snippet.answer.strip(),
        approved_by=snippet.approved_by or source.approved_by,
        approved_at=now,
        expires=source.expires,
    )
    return sign_snippet(unsigned_snippet(prepared, snippet), document, signer=signer, now=now)


def unsigned_snippet(prepared: Prepared, snippet: SnippetSource) -> SignedSnippet:
    """All of a snippet's record but document and signature."""
    return SignedSnippet(
        id=snippet.id,
        automation=snippet.automation,
        lane=snippet.lane,
        wanted_precision=snippet.wanted_precision,
        risk_flags=snippet.risk_flags,
        examples=prepared.examples[snippet.id],
        document=b"",
        digest="",
        signature_input="",
        signature="",
    )
