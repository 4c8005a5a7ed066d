"""Which answers in further languages still say what the island's own answer said before?

An author is told, and nothing is refused: a translation may be right all the same.
"""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from edge.publish.release.hotfix import published_island
from edge.publish.repository import Repository
from edge.publish.source import IslandSource, SnippetSource
from edge.records import IslandName, SignedSnippet, SnippetDocument


class StaleTranslation(NamedTuple):
    """An answer that nobody has approved since the one that it translates was changed."""

    snippet: str
    """Id of the snippet."""
    locale: str
    """Language of the answer, as a BCP 47 tag."""


def stale_translations(source: IslandSource, *, repository: Repository) -> tuple[StaleTranslation, ...]:
    """Those that publishing `source` now would leave stale, compared with the published revision; none without one.

    A translation with another text or another `approved_at` is not stale. Raises `ConfigError` without the tenant's
    key, `StorageError` if the published file is damaged.
    """
    name = IslandName(source.tenant, source.island)
    tenant = repository.state().tenants.get(name.tenant)
    if tenant is None or name.target_path not in tenant.targets:
        return ()
    island = published_island(name, repository, repository.tenant_key(name.tenant).public)
    before = ((snippet, island.by_id.get(snippet.id)) for snippet in source.snippets)
    return tuple(
        StaleTranslation(snippet.id, locale)
        for snippet, published in before
        if published is not None
        for locale in _stale(snippet, published)
    )


def _stale(snippet: SnippetSource, published: SignedSnippet) -> Iterator[str]:
    if _document(published.document).answer == snippet.answer.strip():
        return
    for signed in published.locales or ():
        now, before = snippet.locales.get(signed.locale), _document(signed.document)
        if now is not None and (now.answer.strip(), now.approved_at.replace(microsecond=0)) == (
            before.answer,
            before.approved_at,
        ):
            yield signed.locale


def _document(document: bytes) -> SnippetDocument:
    return msgspec.json.decode(document, type=SnippetDocument)
