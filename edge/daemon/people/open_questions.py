"""What is asked now and not answered: clusters of equal and nearly equal questions, in memory only.

A cluster counts its different askers of the last minutes and keeps one question of theirs, without private details. All
of it is bounded. What one asker sends is one voice in a cluster. A cluster counts for the asker who began it until
about five ask the same, and no asker has more than a few. So one who asks ten thousand questions, under two or three
names, leads nothing and drives out nobody.
"""

import math
from collections import OrderedDict
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from edge.daemon.people.boards import line_key
from edge.limits import AskerName
from edge.records import IslandName, Utc
from edge.triage import redacted

MAX_CLUSTERS = 400
"""Clusters of all islands. The largest take 2 kB each."""

MAX_OWN = 8
"""Clusters of one asker: those that it began, and that few others have asked for."""

SHARED_FROM = 5
"""With so many different askers, a cluster counts for nobody. A client has two or three names, hardly ever five."""

WINDOW_S = 600.0
"""An asker counts for so long. A cluster that nobody asked for so long is forgotten."""

SHOWN = 50
"""Most clusters of an answer."""

MAX_CHARACTERS = 200
"""Of a longer question, only so many characters are kept."""

EVERY = "*"
"""Stands for every tenant, or every island."""

_BITS = 1_024
"""Askers are counted by linear counting (Whang et al. 1990): within 5 % up to a thousand, and never twice."""


class OpenCluster(msgspec.Struct, frozen=True, kw_only=True):
    """Questions that are equal or nearly equal, and not answered."""

    island: str
    """The island, as `tenant/island`."""
    exemplar: str
    """The question that was asked first, without private details."""
    askers: float
    """Different askers within the window, estimated. One for whom no ingest vouches counts half."""
    per_minute: float
    """The same, by the minute."""
    questions: int
    """Questions since the first, repeated ones included."""
    first: Utc
    last: Utc
    """When it was asked first and last."""


class OpenQuestionsReport(msgspec.Struct, frozen=True, kw_only=True):
    """`GET /v1/open-questions`: what is asked now and not answered; the clusters with the most askers come first."""

    at: Utc
    """When the report was made."""
    window_s: float
    """Seconds in which askers are counted."""
    clusters: tuple[OpenCluster, ...] = ()


class _Cluster:
    """One cluster. Askers are counted in two windows, of which the earlier one fades."""

    __slots__ = ("askers", "before", "began", "exemplar", "first", "last", "owner", "questions", "weight")

    def __init__(self, exemplar: str, now: float, owner: int) -> None:
        self.exemplar, self.first, self.last, self.began = exemplar, now, now, now
        self.owner: int | None = owner
        """Who began it; None once about five have asked for it."""
        self.askers, self.weight, self.before, self.questions = 0, 0.0, 0.0, 0

    def count(self, asker: int, weight: float, now: float) -> None:
        self._turn(now)
        self.last, self.questions = now, self.questions + 1
        bit = 1 << asker % _BITS
        if not self.askers & bit:
            self.askers |= bit
            self.weight += weight

    @property
    def different(self) -> int:
        """Different askers since the window began, at least."""
        return self.askers.bit_count()

    def weight_at(self, now: float) -> float:
        """How much the askers of the window before `now` weigh."""
        age = now - self.began
        if age >= 2 * WINDOW_S:
            return 0.0
        if age >= WINDOW_S:
            return self._counted() * (2 - age / WINDOW_S)
        return self._counted() + self.before * (1 - max(0.0, age) / WINDOW_S)

    def _turn(self, now: float) -> None:
        age = now - self.began
        if age < WINDOW_S:
            return
        self.before = self._counted() if age < 2 * WINDOW_S else 0.0
        self.began, self.askers, self.weight = now, 0, 0.0

    def _counted(self) -> float:
        known = self.askers.bit_count()
        if not known:
            return 0.0
        askers = -_BITS * math.log(1 - min(known, _BITS - 1) / _BITS)
        return self.weight * askers / known


class OpenQuestions:
    """The clusters of all islands. Islands share the memory: the one with the most makes room. Not thread-safe."""

    def __init__(self, capacity: int = MAX_CLUSTERS) -> None:
        self._capacity, self._size = capacity, 0
        # Of each island, those that count for an asker apart from the others; the one asked longest ago is first.
        self._islands: dict[IslandName, tuple[OrderedDict[int, _Cluster], OrderedDict[int, _Cluster]]] = {}
        self._own: dict[int, OrderedDict[tuple[IslandName, int], None]] = {}

    def __len__(self) -> int:
        return self._size

    def note(self, name: IslandName, words: str, text: str, asker: AskerName, now: float) -> None:
        """Count a question that was not answered. `words`: in triage's normal form; `text`: as the viewer wrote it."""
        key, who = hash(line_key(words)), hash(asker.name)
        own, shared = self._islands.setdefault(name, (OrderedDict(), OrderedDict()))
        cluster = shared.get(key) or own.get(key)
        if cluster is not None and now - cluster.last >= WINDOW_S:
            self._forget(name, key)
            cluster = None
            own, shared = self._islands.setdefault(name, (OrderedDict(), OrderedDict()))
        if cluster is None:
            cluster = self._begin(name, key, who, text, now)
        cluster.count(who, asker.weight, now)
        if cluster.owner is not None and cluster.different >= SHARED_FROM:
            self._disown(name, key, cluster)
            shared[key] = own.pop(key)
        (shared if cluster.owner is None else own).move_to_end(key)

    def report(self, now: float, *, tenant: str, island: str) -> OpenQuestionsReport:
        """The clusters of an island; `*` stands for every tenant, or every island. Forgets those that are over."""
        for name, key in list(self._over(now)):
            self._forget(name, key)
        found = sorted(self._live(now, tenant, island), key=lambda one: (-one[2], -one[1].last))
        return OpenQuestionsReport(
            at=_moment(now),
            window_s=WINDOW_S,
            clusters=tuple(_shown(name, one, weight) for name, one, weight in found[:SHOWN]),
        )

    def _live(self, now: float, tenant: str, island: str) -> Iterator[tuple[IslandName, _Cluster, float]]:
        for name, parts in self._islands.items():
            if tenant not in {EVERY, name.tenant} or island not in {EVERY, name.island}:
                continue
            for cluster in (one for part in parts for one in part.values()):
                yield name, cluster, cluster.weight_at(now)

    def _over(self, now: float) -> Iterator[tuple[IslandName, int]]:
        for name, parts in self._islands.items():
            for key, cluster in (one for part in parts for one in part.items()):
                if now - cluster.last >= WINDOW_S:
                    yield name, key

    def _begin(self, name: IslandName, key: int, who: int, text: str, now: float) -> _Cluster:
        mine = self._own.get(who)
        if mine is not None and len(mine) >= MAX_OWN:
            self._forget(*next(iter(mine)))
        elif self._size >= self._capacity:
            self._make_room()
        cluster = _Cluster(_exemplar(text), now, who)
        self._islands.setdefault(name, (OrderedDict(), OrderedDict()))[0][key] = cluster
        self._own.setdefault(who, OrderedDict())[name, key] = None
        self._size += 1
        return cluster

    def _make_room(self) -> None:
        largest = max(self._islands, key=lambda name: sum(map(len, self._islands[name])))
        own, shared = self._islands[largest]
        # Of those with the fewest askers, the one asked longest ago: `min` takes the first.
        self._forget(largest, min(own, key=lambda key: own[key].different) if own else next(iter(shared)))

    def _forget(self, name: IslandName, key: int) -> None:
        own, shared = self._islands[name]
        cluster = own.pop(key, None) or shared.pop(key)
        self._disown(name, key, cluster)
        self._size -= 1
        if not own and not shared:
            del self._islands[name]

    def _disown(self, name: IslandName, key: int, cluster: _Cluster) -> None:
        """The cluster counts for its first asker no longer."""
        if cluster.owner is None:
            return
        mine = self._own[cluster.owner]
        del mine[name, key]
        if not mine:
            del self._own[cluster.owner]
        cluster.owner = None


def _exemplar(text: str) -> str:
    """One line without private details. A piece that was cut could not be recognised, so the last word goes, too."""
    line = " ".join(text[: 2 * MAX_CHARACTERS + 1].split())
    if len(text) > 2 * MAX_CHARACTERS:
        line = line.rpartition(" ")[0]
    return redacted(line)[:MAX_CHARACTERS]


def _shown(name: IslandName, cluster: _Cluster, weight: float) -> OpenCluster:
    return OpenCluster(
        island=str(name),
        exemplar=cluster.exemplar,
        askers=round(weight, 1),
        per_minute=round(weight * 60 / WINDOW_S, 2),
        questions=cluster.questions,
        first=_moment(cluster.first),
        last=_moment(cluster.last),
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
