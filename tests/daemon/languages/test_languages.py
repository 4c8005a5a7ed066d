"""The second model at work: what it reads, forgets and leaves alone, and what its failures cost."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from threading import Event
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray
from structlog.testing import capture_logs

from edge.daemon.languages import MAX_EXAMPLES, Languages, SecondModel
from edge.daemon.languages.languages import MAX_ISLANDS_WAITING, MAX_WAITING
from edge.daemon.sync import PopEntry
from edge.errors import Reason, RefusedError
from edge.records import Island, SignedSnippet
from edge.shelf import Entry
from edge.triage import KINDS, Across, HarmAcross, HarmWeights, LikelyCard, MultilingualEncoder
from tests.waiting import until

MakeEntry = Callable[..., PopEntry]
BAD = "bad"
"""A text on which the toy model fails."""


class Toy(MultilingualEncoder):
    """A model whose embeddings are the letters of a text."""

    def __init__(self) -> None:
        self.name, self.dimensions, self.likely = "toy", 32, LikelyCard(spread=0.03, none=0.2)
        self.read: list[str] = []
        self.goes_on = Event()
        self.goes_on.set()

    def encode(self, text: str) -> NDArray[np.float32]:
        """Counts of letters, as a vector of length one."""
        self.goes_on.wait(10)
        self.read.append(text)
        if text == BAD:
            raise RuntimeError("no words of a viewer")
        vector = np.zeros(self.dimensions, np.float32)
        for letter in text:
            vector[ord(letter) % self.dimensions] += 1
        return vector / np.linalg.norm(vector)


def guard(dimensions: int = 32) -> HarmAcross:
    """A guard that takes the letter "x" for a threat."""
    weights = np.zeros((len(KINDS), dimensions), "<f4")
    weights[KINDS.index("threat"), ord("x") % dimensions] = 20
    bias = np.array([0, *[-5] * (len(KINDS) - 1)], "<f4")
    return HarmAcross(HarmWeights(encoder="", weights=weights.tobytes(), bias=bias.tobytes()))


def model(toy: Toy) -> Callable[[], SecondModel]:
    """Opens the toy, with its guard."""
    return lambda: SecondModel(toy, guard())


@pytest.fixture
def make_entry(make_island: Callable[..., Island], make_snippet: Callable[..., SignedSnippet]) -> MakeEntry:
    """A maker of entries: the name of the island, its revision, and the examples of its snippets."""

    def make(name: str = "drop", revision: int = 1, **examples: tuple[str, ...]) -> PopEntry:
        found = examples or {"price": ("was kostet das",), "sizes": ("welche groessen gibt es",)}
        snippets = tuple(make_snippet(one, examples=texts) for one, texts in found.items())
        island = replace(make_island(), island=name, revision=revision, snippets=snippets)
        sha256 = hashlib.sha256(repr((name, revision, found)).encode()).hexdigest()
        head: object = None
        return Entry(island=island, sha256=sha256, head=head, documents={}, snippets={}, key_ids={})  # type: ignore[arg-type]

    return make


@pytest.fixture
def thread() -> Iterator[ThreadPoolExecutor]:
    """The model's thread."""
    with ThreadPoolExecutor(1) as executor:
        yield executor


@asynccontextmanager
async def at_work(
    thread: ThreadPoolExecutor, open_model: Callable[[], SecondModel], **limits: int
) -> AsyncIterator[tuple[Languages, "asyncio.Task[None]"]]:
    """The second model, and its task."""
    languages = Languages(thread, open_model, **limits)
    task = asyncio.create_task(languages.keep())
    try:
        yield languages, task
    finally:
        task.cancel()


async def until_known(languages: Languages, entry: PopEntry, text: str = "was kostet das") -> Across:
    """Ask until the island is known."""
    found = Across()

    async def is_known() -> bool:
        nonlocal found
        found = await languages.suggest(entry, text)
        return bool(found.candidates)

    await until(is_known, "candidates")
    return found


async def test_first_question_loads_the_model_and_reads_the_island(
    make_entry: MakeEntry, thread: ThreadPoolExecutor
) -> None:
    """It has nothing yet. A later one has likely snippets, and of each snippet so many examples were read at most."""
    toy, many = Toy(), tuple(f"frage {'x' * number}" for number in range(MAX_EXAMPLES + 5))
    entry = make_entry(price=("was kostet das",), sizes=many)
    async with at_work(thread, model(toy)) as (languages, _):
        first = await languages.suggest(entry, "was kostet das")
        found = await until_known(languages, entry)

    assert Across() == first
    assert "price" == found.candidates[0].snippet
    assert 1 + MAX_EXAMPLES == len({text for text in toy.read if text != "was kostet das"}) + 1


async def test_new_revision_reads_new_examples_alone(make_entry: MakeEntry, thread: ThreadPoolExecutor) -> None:
    """Until they are read, nothing is offered of it."""
    toy = Toy()
    old = make_entry(price=("was kostet das",), sizes=("gibt es xl",))
    new = make_entry(revision=2, price=("was kostet das",), sizes=("gibt es xl", "faellt es klein aus"))
    async with at_work(thread, model(toy)) as (languages, _):
        await until_known(languages, old)
        toy.read.clear()
        await until_known(languages, new, "gibt es")

    assert ["faellt es klein aus"] == [text for text in toy.read if text != "gibt es"]


async def test_islands_that_were_asked_longest_ago_are_forgotten(
    make_entry: MakeEntry, thread: ThreadPoolExecutor
) -> None:
    """Too many rows: the one that was asked last stays, however many rows it has."""
    toy = Toy()
    one, two, large = make_entry("one"), make_entry("two"), make_entry("large", price=("a", "b", "c", "d", "e"))
    async with at_work(thread, model(toy), max_rows=4) as (languages, _):
        await until_known(languages, one)
        await until_known(languages, two)
        both = [bool((await languages.suggest(entry, "was")).candidates) for entry in (one, two)]
        await until_known(languages, large)
        left = [bool((await languages.suggest(entry, "was")).candidates) for entry in (large, one)]

    assert all(both)
    assert [True, False] == left


async def test_questions_that_wait_are_bounded(make_entry: MakeEntry, thread: ThreadPoolExecutor) -> None:
    """One more gets nothing, at once; when they are through, there is room again."""
    toy, entry = Toy(), make_entry()
    async with at_work(thread, model(toy)) as (languages, _):
        await until_known(languages, entry)
        toy.goes_on.clear()
        waiting = [asyncio.create_task(languages.suggest(entry, "was kostet")) for _ in range(MAX_WAITING)]
        await asyncio.sleep(0)
        one_more = await languages.suggest(entry, "was kostet")
        toy.goes_on.set()
        found = await asyncio.gather(*waiting)
        later = await languages.suggest(entry, "was kostet")

    assert Across() == one_more
    assert all(one.candidates for one in (*found, later))


async def test_islands_that_wait_are_bounded(make_entry: MakeEntry, thread: ThreadPoolExecutor) -> None:
    """One more is forgotten, and its next question is another try."""
    toy = Toy()
    entries = [make_entry(f"island-{number}") for number in range(MAX_ISLANDS_WAITING + 1)]
    languages = Languages(thread, model(toy))
    for entry in (*entries, entries[0]):
        await languages.suggest(entry, "was")
    task = asyncio.create_task(languages.keep())

    async def are_read() -> bool:
        return all([(await languages.suggest(entry, "was")).candidates for entry in entries[:-1]])

    await until(are_read, "all islands that had room")
    last = await languages.suggest(entries[-1], "was")
    await until_known(languages, entries[-1])
    task.cancel()

    assert Across() == last


async def test_guard_reads_each_question(make_entry: MakeEntry, thread: ThreadPoolExecutor) -> None:
    """What it may tell of comes with what is likely."""
    toy, entry = Toy(), make_entry()
    async with at_work(thread, model(toy)) as (languages, _):
        harmless = await until_known(languages, entry)
        harmful = await languages.suggest(entry, "xxx was kostet das xxx")

    assert (True, True) == (harmless.harm.safety < 0.1, harmful.harm.safety > 0.9)
    assert harmful.candidates


async def test_letters_in_which_harm_was_not_measured(make_entry: MakeEntry, thread: ThreadPoolExecutor) -> None:
    """Nothing is likely, and the model does not even read it."""
    toy, entry = Toy(), make_entry()
    async with at_work(thread, model(toy)) as (languages, _):
        await until_known(languages, entry)
        toy.read.clear()
        found = [await languages.suggest(entry, text) for text in ("сколько стоит", "多少钱", "얼마예요")]

    assert [Across()] * 3 == found
    assert [] == toy.read


def failures(logs: Iterable[Mapping[str, Any]]) -> list[Any]:
    """What went wrong, by the log's errors."""
    return [line["error"] for line in logs if line["log_level"] == "error"]


async def test_island_that_makes_the_model_fail_is_read_once(make_entry: MakeEntry, thread: ThreadPoolExecutor) -> None:
    """Its task goes on without a pause, other islands are read, and its next revision is tried."""
    toy = Toy()
    bad, good = make_entry(price=(BAD,), sizes=("gibt es xl",)), make_entry("other")
    with capture_logs() as logs:
        async with at_work(thread, model(toy)) as (languages, task):
            for _ in range(5):
                await languages.suggest(bad, "was kostet das")
                await until_known(languages, good)
            tries = toy.read.count(BAD)
            await until_known(languages, make_entry(revision=2, price=("was kostet das",)))
            is_running = not task.done()

    assert (1, True) == (tries, is_running)
    assert ["RuntimeError"] == failures(logs)


async def test_question_that_makes_the_model_fail_is_of_no_further_harm(
    make_entry: MakeEntry, thread: ThreadPoolExecutor
) -> None:
    """It has nothing, which is said once a minute, and the island's other questions have candidates as before."""
    toy, entry = Toy(), make_entry()
    with capture_logs() as logs:
        async with at_work(thread, model(toy)) as (languages, _):
            await until_known(languages, entry)
            failed = [await languages.suggest(entry, BAD) for _ in range(3)]
            later = await languages.suggest(entry, "was kostet das")

    assert [Across()] * 3 == failed
    assert later.candidates
    assert ["RuntimeError"] == failures(logs)
    assert "viewer" not in str(logs)


async def test_island_on_which_ranking_fails_is_left_alone(make_entry: MakeEntry, thread: ThreadPoolExecutor) -> None:
    """Its rows do not fit what the model says of questions by now: no further question waits for that."""
    toy, entry = Toy(), make_entry()
    with capture_logs() as logs:
        async with at_work(thread, model(toy)) as (languages, _):
            await until_known(languages, entry)
            toy.dimensions = 64
            await languages.suggest(entry, "was kostet das")
            toy.read.clear()
            again = [await languages.suggest(entry, "was kostet das") for _ in range(3)]

    assert [Across()] * 3 == again
    assert [] == toy.read
    assert ["ValueError"] == failures(logs)


BROKEN = {
    "no sound package": (RefusedError("package is damaged", reason=Reason.MODEL_MISMATCH), "package is damaged"),
    "no memory": (MemoryError(), "loading it failed with MemoryError"),
    "a fault of a library": (RuntimeError("of its own"), "loading it failed with RuntimeError"),
}


@pytest.mark.parametrize(("fault", "said"), BROKEN.values(), ids=BROKEN)
async def test_model_that_cannot_be_loaded_is_said_once(
    fault: Exception, said: str, make_entry: MakeEntry, thread: ThreadPoolExecutor
) -> None:
    """It is not loaded a second time, and its task goes on."""
    tries = 0

    def open_model() -> SecondModel:
        nonlocal tries
        tries += 1
        raise fault

    with capture_logs() as logs:
        async with at_work(thread, open_model) as (languages, task):
            await languages.suggest(make_entry(), "was kostet das")

            async def is_tried() -> bool:
                return bool(tries) and bool(failures(logs))

            await until(is_tried, "a try")
            found = [await languages.suggest(make_entry(name), "was") for name in ("drop", "other")]
            await asyncio.sleep(0)
            is_running = not task.done()

    assert [Across(), Across()] == found
    assert (1, True) == (tries, is_running)
    assert [True] == [error.startswith(said) for error in failures(logs)]
