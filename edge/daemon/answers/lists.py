"""Lists of answers as bytes: written once for a revision of an island and a language, and kept.

A list says when it was written, and is written again after ten minutes, so a page that was told that its copy is still
the newest (304) has one that is hardly older.
"""

import hashlib
import weakref
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from edge.daemon.ask import approved, as_signed
from edge.daemon.sync import PopEntry
from edge.decide import best_locale
from edge.host import RecentlyUsed
from edge.records import Automation, IslandName
from edge.records.answers import AnswerList, ListedAnswer

MAX_LIST_BYTES = 524_288
"""Of the answers in one list. The widget reads a megabyte, and most islands have 30 answers of 1 kB."""

MAX_AGE = timedelta(minutes=10)

MAX_ISLANDS = 1_024
"""Islands whose snippets were looked through: of each, the names of those that are served."""

MAX_LISTS = 32
"""Lists that are kept, those that were asked for last: 16 MiB at most, and 1 MiB of usual islands."""


class WrittenList(NamedTuple):
    """One list as it is sent."""

    body: bytes
    etag: str
    written: datetime


class _Island:
    """What is served of one revision, and in which languages."""

    def __init__(self, entry: PopEntry) -> None:
        # Weak: the shelf alone keeps revisions. A list that nobody asks for again would keep an old one and its model.
        self._entry, self._locale = weakref.ref(entry), entry.island.locale
        # The text of a snippet for people only is not public.
        served = [one for one in entry.island.snippets if one.automation is Automation.ANSWER]
        self.served = tuple(one.id for one in served)
        self._kinds = tuple(dict.fromkeys(tuple(text.locale for text in one.locales or ()) for one in served))

    def is_of(self, entry: PopEntry) -> bool:
        """True if this is the same revision, as it was loaded then."""
        return self._entry() is entry

    def languages(self, wanted: Sequence[str]) -> tuple[str, ...]:
        """What a reader with these wishes gets. Equal for two readers who get the same list."""
        return tuple(best_locale(wanted, self._locale, further) for further in self._kinds)


class AnswerLists:
    """The lists of a PoP. Belongs to the event loop."""

    def __init__(self, *, max_bytes: int = MAX_LIST_BYTES) -> None:
        self._max_bytes = max_bytes
        self._islands: RecentlyUsed[IslandName, _Island] = RecentlyUsed(MAX_ISLANDS)
        self._lists: RecentlyUsed[tuple[IslandName, tuple[str, ...]], tuple[_Island, WrittenList]]
        self._lists = RecentlyUsed(MAX_LISTS)

    def list_of(self, entry: PopEntry, wanted: Sequence[str], now: datetime) -> WrittenList:
        """The list of an island's revision for a reader who wants these languages."""
        name = entry.island.name
        island = self._islands.get(name)
        if island is None or not island.is_of(entry):
            island = _Island(entry)
            self._islands.put(name, island)
        key = name, island.languages(wanted)
        known = self._lists.get(key)
        if known is not None and known[0] is island and known[1].written <= now < known[1].written + MAX_AGE:
            return known[1]
        written = self._written(entry, island.served, wanted, now)
        self._lists.put(key, (island, written))
        return written

    def _written(self, entry: PopEntry, served: Sequence[str], wanted: Sequence[str], now: datetime) -> WrittenList:
        answers = [_listed(entry, snippet, wanted) for snippet in served]
        kept = _newest(answers, self._max_bytes)
        body = msgspec.json.encode(
            AnswerList(
                island=str(entry.island.name),
                revision=entry.island.revision,
                at=now,
                answers=tuple(answer for answer, _ in kept),
                left_out=len(answers) - len(kept),
            )
        )
        return WrittenList(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"', now)


def _listed(entry: PopEntry, snippet: str, wanted: Sequence[str]) -> tuple[ListedAnswer, datetime]:
    """The answer, and when it was approved."""
    answer = approved(entry, snippet, wanted)
    question = answer.title or entry.snippets[snippet].examples[0]
    listed = ListedAnswer(snippet=snippet, question=question, signed=as_signed(answer))
    return listed, answer.document.approved_at


def _newest(
    answers: Sequence[tuple[ListedAnswer, datetime]], max_bytes: int
) -> Sequence[tuple[ListedAnswer, datetime]]:
    """As many as fit, in the author's order. Those that were approved last stay; of equals, the author's last."""
    sizes = [len(msgspec.json.encode(answer)) + 1 for answer, _ in answers]
    if sum(sizes) <= max_bytes:
        return answers
    newest_first = sorted(range(len(answers)), key=lambda place: (answers[place][1], place), reverse=True)
    kept, size = set[int](), 0
    for place in newest_first:
        size += sizes[place]
        if size > max_bytes:
            break
        kept.add(place)
    return [answers[place] for place in sorted(kept)]
