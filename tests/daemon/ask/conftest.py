"""Entries of the shelf for the tests of `edge.daemon.ask`."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from edge.daemon.sync import PopEntry
from edge.records import Island, SignedSnippet, SnippetDocument, SurgePolicy
from edge.shelf import Entry

START = datetime(2026, 11, 1, 20, tzinfo=UTC)


@pytest.fixture
def make_entry(
    make_island: Callable[..., Island], make_snippet: Callable[..., SignedSnippet]
) -> Callable[..., PopEntry]:
    """Makes entries of an island with a surge policy; `answer` is that of its only snippet."""

    def make(answer: str = "Two weeks.", revision: int = 1, **fields: Any) -> PopEntry:
        policy = SurgePolicy(floor=0.75, ceiling=0.95)
        island = make_island(revision=revision, snippets=(make_snippet("ship-date"),), **({"surge": policy} | fields))
        document = SnippetDocument(
            tenant="acme", island="drop", revision=revision, snippet="ship-date", locale="en", answer=answer,
            approved_by="Ada", approved_at=START, expires=island.expires,
        )  # fmt: skip
        head: Any = None
        return Entry(
            island=island,
            sha256=f"{revision}",
            head=head,
            documents={"ship-date": document},
            snippets={snippet.id: snippet for snippet in island.snippets},
            key_ids={},
        )

    return make
