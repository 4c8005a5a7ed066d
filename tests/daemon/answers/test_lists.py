"""Lists as bytes: written once for a revision and a language, and never longer than a page reads."""

import gc
import weakref
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from edge.daemon.answers.lists import MAX_AGE, MAX_LIST_BYTES, AnswerLists
from edge.daemon.sync import PopEntry
from edge.records import Automation, Island, SignedSnippet, SnippetDocument
from edge.records.answers import AnswerList
from edge.records.locales import SignedLocale
from edge.shelf import Entry
from edge.trust import signature_input

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
MakeIsland = Callable[..., Island]
MakeSnippet = Callable[..., SignedSnippet]


def entry_of(
    make_island: MakeIsland, make_snippet: MakeSnippet, approved: Mapping[str, datetime], *, text: str = "Yes."
) -> PopEntry:
    """An island with a snippet for each name, approved then; those in German have a name that begins with `de`."""
    documents = {
        name: SnippetDocument(
            tenant="acme", island="drop", revision=1, snippet=name, locale="en", answer=text,
            approved_by="Ada", approved_at=at, expires=NOW + timedelta(days=9),
        )
        for name, at in approved.items()
    }  # fmt: skip
    terms = signature_input(public_key=bytes(32), created=1, expires=2)

    def signed(name: str) -> SignedSnippet:
        content = msgspec.json.encode(documents[name])
        german = SignedLocale(
            locale="de", title="Titel", document=content.replace(b'"en"', b'"de"'), digest="d",
            signature_input=terms, signature="s",
        )  # fmt: skip
        snippet = make_snippet(name)
        locales = (german,) if name.startswith("de") else msgspec.UNSET
        return msgspec.structs.replace(snippet, document=content, signature_input=terms, locales=locales)

    people = msgspec.structs.replace(make_snippet("people"), automation=Automation.REVIEW)
    island = make_island(revision=1, snippets=(*map(signed, approved), people))
    head: Any = None
    snippets = {one.id: one for one in island.snippets}
    return Entry(
        island=island,
        sha256="x",
        head=head,
        documents=documents,
        snippets=snippets,
        key_ids=dict.fromkeys(snippets, "key"),
    )


def names_in(body: bytes) -> list[str]:
    """The snippets in a list."""
    return [one.snippet for one in msgspec.json.decode(body, type=AnswerList).answers]


def test_list_is_written_once(make_island: MakeIsland, make_snippet: MakeSnippet) -> None:
    """For all readers who get the same languages, until there is another revision, or ten minutes have passed."""
    lists, names = AnswerLists(), {"de-ship": NOW, "refund": NOW}
    entry, next_entry = (entry_of(make_island, make_snippet, names) for _ in range(2))
    first = lists.list_of(entry, (), NOW)
    same = [lists.list_of(entry, wanted, NOW) for wanted in (("en",), ("fr", "en-GB"), ("xx",))]
    german = lists.list_of(entry, ("de",), NOW)
    later = lists.list_of(entry, (), NOW + MAX_AGE)
    swapped = lists.list_of(next_entry, (), NOW)

    assert all(one is first for one in same)
    assert ["de-ship", "refund"] == names_in(first.body)
    assert b'\\"de\\"' in german.body
    assert lists.list_of(next_entry, (), NOW) is swapped
    assert len({first.etag, german.etag, later.etag}) == len({first.etag, swapped.etag}) + 2
    assert swapped is not first
    assert NOW + MAX_AGE == later.written


def test_old_revision_is_not_kept(make_island: MakeIsland, make_snippet: MakeSnippet) -> None:
    """An island that was replaced or withdrawn leaves the memory, though nobody asks for its list again."""
    lists, entry = AnswerLists(), entry_of(make_island, make_snippet, {"ship": NOW})
    lists.list_of(entry, (), NOW)
    known = weakref.ref(entry)
    del entry
    gc.collect()

    assert known() is None


def test_island_above_a_megabyte(make_island: MakeIsland, make_snippet: MakeSnippet) -> None:
    """Its list is one that a page reads: the answers that were approved last, in the author's order."""
    approved = {f"s{number:04}": NOW - timedelta(days=number % 7) for number in range(1_200)}
    entry = entry_of(make_island, make_snippet, approved, text="x" * 700)
    body = AnswerLists().list_of(entry, (), NOW).body
    found, names = msgspec.json.decode(body, type=AnswerList), names_in(body)
    oldest = min(approved[name] for name in names)

    assert sum(len(one.document) for one in entry.island.snippets) > 1_000_000
    assert 0.9 * MAX_LIST_BYTES < len(body) < 1.01 * MAX_LIST_BYTES
    assert len(names) + found.left_out == len(approved)
    assert sorted(names) == names
    assert {name for name, at in approved.items() if at > oldest} <= set(names)


def test_last_of_equals_stays(make_island: MakeIsland, make_snippet: MakeSnippet) -> None:
    """It is the one that an overlay shows."""
    approved = dict.fromkeys(("first", "second", "third"), NOW)
    entry = entry_of(make_island, make_snippet, approved)
    whole = len(AnswerLists().list_of(entry, (), NOW).body)
    cut = AnswerLists(max_bytes=whole * 2 // 3).list_of(entry, (), NOW).body

    assert ["second", "third"] == names_in(cut)
    assert 1 == msgspec.json.decode(cut, type=AnswerList).left_out
    assert [] == names_in(AnswerLists(max_bytes=10).list_of(entry, (), NOW).body)
