"""Approved answers as responses and tickets show them, in the language that is wanted."""

import base64
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import msgspec

from edge.daemon.sync import PopEntry
from edge.decide import best_locale
from edge.records import (
    Candidate,
    IslandName,
    Option,
    Provenance,
    RankedCandidate,
    SignedAnswer,
    SignedSnippet,
    SnippetDocument,
    Verdict,
)
from edge.trust import read_signature_input

_PROVENANCES = 512
"""Provenances that are remembered. A response has up to four of them, and they change with a revision alone."""


class Approved(NamedTuple):
    """A snippet's answer in one language."""

    snippet: SignedSnippet
    """With the document and the signature of this language."""
    document: SnippetDocument
    key_id: str
    title: str = ""
    """What it is about, in a language that is not the island's own; empty in that."""

    @property
    def is_translation(self) -> bool:
        """True if it is in another language than the island's own."""
        return bool(self.title)


def approved(entry: PopEntry, snippet: str, wanted: Sequence[str] = ()) -> Approved:
    """A snippet's answer in the first of the `wanted` languages that it has, else in the island's own."""
    signed = entry.snippets[snippet]
    if not wanted or not signed.locales:
        return Approved(signed, entry.documents[snippet], entry.key_ids[snippet])
    further = {one.locale: one for one in signed.locales}
    found = further.get(best_locale(wanted, entry.island.locale, tuple(further)))
    if found is None:
        return Approved(signed, entry.documents[snippet], entry.key_ids[snippet])
    in_locale = found.instead_in(signed)
    document = msgspec.json.decode(found.document, type=SnippetDocument)
    key_id = base64.b64encode(read_signature_input(found.signature_input).public_key).decode()
    return Approved(in_locale, document, key_id, found.title)


def provenance_of(entry: PopEntry, snippet: str, wanted: Sequence[str] = ()) -> Provenance:
    """The provenance of a snippet's answer: revision, who approved it and when, and the key that signed it."""
    return provenance(entry, approved(entry, snippet, wanted))


def provenance(entry: PopEntry, answer: Approved) -> Provenance:
    """The provenance of an approved answer."""
    document, island = answer.document, entry.island
    locale = document.locale if answer.is_translation else msgspec.UNSET
    origin = answer.snippet.id, document.approved_by, document.approved_at, answer.key_id, locale
    return _provenance(island.name, island.revision, origin)


@lru_cache(_PROVENANCES)
def _provenance(
    island: IslandName, revision: int, origin: tuple[str, str, datetime, str, str | msgspec.UnsetType]
) -> Provenance:
    snippet, approved_by, approved_at, key_id, locale = origin
    return Provenance(
        island=str(island),
        revision=revision,
        snippet=snippet,
        approved_by=approved_by,
        approved_at=approved_at,
        key_id=key_id,
        locale=locale,
    )


def signed_answer(entry: PopEntry, snippet: str, wanted: Sequence[str] = ()) -> SignedAnswer:
    """A snippet's answer as its tenant signed it. The PoP repeats the bytes, and has no key for them."""
    return as_signed(approved(entry, snippet, wanted))


def as_signed(answer: Approved) -> SignedAnswer:
    """An answer's document with the headers that it has over HTTP."""
    signed = answer.snippet
    return SignedAnswer(
        document=signed.document.decode(),
        unencoded_digest=signed.digest,
        signature_input=signed.signature_input,
        signature=signed.signature,
    )


def option_in(entry: PopEntry, option: Option, wanted: Sequence[str]) -> Option:
    """The option with its title in the first of the `wanted` languages that its snippet has; else as it is."""
    answer = approved(entry, option.snippet, wanted)
    if not answer.is_translation:
        return option
    return msgspec.structs.replace(option, question=answer.title, locale=answer.document.locale)


def posted_as(entry: PopEntry, snippet: str, wanted: Sequence[str]) -> str:
    """The name of an answer among those that were posted in a chat: one in another language is another answer."""
    if not snippet or not wanted:
        return snippet
    answer = approved(entry, snippet, wanted)
    return f"{snippet} {answer.document.locale}" if answer.is_translation else snippet


class Ranking:
    """A verdict's suggestions, ranked when they are asked for, and once. `without`: ids of snippets that are left out.

    `picked`: the snippet that the viewer picked; it is first, with a confidence of 0 if there is no verdict on it.
    `entry`: None if the island is not here; then there is nothing to rank.
    """

    def __init__(
        self, verdict: Verdict | None, entry: PopEntry | None, *, without: Collection[str] = (), picked: str = ""
    ) -> None:
        self._verdict, self._entry, self._without, self._picked = verdict, entry, without, picked
        self._ranked: tuple[RankedCandidate, ...] | None = None

    def __call__(self) -> tuple[RankedCandidate, ...]:
        """The suggestions, most likely first, each with the provenance of its answer."""
        if self._ranked is None:
            self._ranked = self._rank(self._entry) if self._entry is not None else ()
        return self._ranked

    def _rank(self, entry: PopEntry) -> tuple[RankedCandidate, ...]:
        verdict, picked = self._verdict, self._picked
        suggestions = {candidate.snippet: candidate for candidate in (verdict.suggestions if verdict else ())}
        if picked:
            own = suggestions.pop(picked, None) or _unjudged(entry.snippets[picked])
            suggestions = {picked: own} | suggestions
        return tuple(
            RankedCandidate(
                confidence=candidate.confidence,
                nearest_example=candidate.nearest_example,
                similarity=candidate.similarity,
                provenance=provenance_of(entry, candidate.snippet),
            )
            for candidate in suggestions.values()
            if candidate.snippet not in self._without
        )


def _unjudged(snippet: SignedSnippet) -> Candidate:
    return Candidate(snippet=snippet.id, confidence=0.0, nearest_example=snippet.examples[0], similarity=0.0)
