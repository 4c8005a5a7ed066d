"""The second model at work: loaded at the first question that needs it, in a thread of its own.

It knows an island once it has read the island's examples. Until then, and whenever it fails, there is nothing to offer,
and people take the question as they would without it. An island that it fails on is left alone until its next revision.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from edge.daemon.sync import PopEntry
from edge.errors import Reason, RefusedError
from edge.host import RecentlyUsed, RepeatedLines, error_location, get_logger
from edge.records import IslandName
from edge.triage import (
    Across,
    ExampleRow,
    HarmAcross,
    LikelySnippets,
    MultilingualEncoder,
    is_script_known,
    packed_row,
)

T = TypeVar("T")

MAX_EXAMPLES = 12
"""Examples of a snippet that are read, 5 ms each. More hardly change what is likely."""

MAX_ROWS = 30_000
"""Examples that are remembered, of all islands together: 15 MiB."""

MAX_WAITING = 32
"""Questions that may wait for the model, about 0.2 s in all."""

MAX_ISLANDS_WAITING = 64

MAX_FAILED = 1_000
"""Islands that are remembered because the model failed on them."""

_AT_ONCE = 8
"""Examples that are read before a question gets its turn: 40 ms."""


class SecondModel(NamedTuple):
    """The second model: what it finds likely, and what keeps it silent."""

    encoder: MultilingualEncoder
    harm: HarmAcross


class Languages:
    """Finds likely snippets for questions in other languages. Belongs to the event loop."""

    def __init__(self, executor: Executor, open_model: Callable[[], SecondModel], *, max_rows: int = MAX_ROWS) -> None:
        """`executor` has one thread. `open_model` raises `RefusedError` if there is no sound model."""
        self._executor, self._open_model, self._max_rows = executor, open_model, max_rows
        self._model: SecondModel | None = None
        self._is_off = False
        self._known: dict[str, tuple[IslandName, LikelySnippets]] = {}
        """What was read, by the sha256 of the island's bytes; the one that was asked last is last."""
        self._wanted: asyncio.Queue[PopEntry] = asyncio.Queue(MAX_ISLANDS_WAITING)
        self._in_queue: set[str] = set()
        self._failed = RecentlyUsed[str, bool](MAX_FAILED)
        """Of islands on which the model failed: the sha256 of their bytes."""
        self._waiting, self._log, self._repeats = 0, get_logger(), RepeatedLines()

    async def suggest(self, entry: PopEntry, text: str) -> Across:
        """Likely snippets for `text`, and what it may tell of. Raises nothing.

        Nothing is likely if the model does not know the island yet, or if nobody has measured whether it would notice
        harm in such letters.
        """
        if self._is_off or self._waiting >= MAX_WAITING or not is_script_known(text):
            return Across()
        model, known = self._model, self._known.pop(entry.sha256, None)
        if model is None or known is None:
            self._want(entry)
            return Across()
        self._known[entry.sha256] = known
        self._waiting += 1
        try:
            embedding = await self._in_thread(model.encoder.encode, text)
            try:
                # First: without a word about harm, nothing is likely.
                harm = model.harm.read(embedding)
                return Across(await self._in_thread(known[1].candidates, embedding), harm)
            except Exception:
                # By the island's rows, and not by the question: the next one would fail, too.
                self._give_up(entry)
                raise
        except Exception as error:  # noqa: BLE001 - the model's libraries may raise anything: people take the question
            self._note_failure(error)
            return Across()
        finally:
            self._waiting -= 1

    async def keep(self) -> None:
        """Load the model when it is wanted, and read the islands that are. Runs until cancelled."""
        while True:
            entry = await self._wanted.get()
            try:
                model = self._model or await self._load()
                if model is not None and entry.sha256 not in self._known:
                    await self._read(model.encoder, entry)
            except Exception as error:  # noqa: BLE001 - as above
                # Not raised: who restarts this task waits for seconds, and the island would be tried again and again.
                self._give_up(entry)
                self._note_failure(error)
            finally:
                self._in_queue.discard(entry.sha256)

    def _give_up(self, entry: PopEntry) -> None:
        """Leave the island alone until its next revision."""
        self._known.pop(entry.sha256, None)
        self._failed.put(entry.sha256, True)

    def _want(self, entry: PopEntry) -> None:
        if self._failed.get(entry.sha256) or entry.sha256 in self._in_queue:
            return
        # A full queue forgets the island: its next question is another try.
        if not self._wanted.full():
            self._in_queue.add(entry.sha256)
            self._wanted.put_nowait(entry)

    async def _load(self) -> SecondModel | None:
        if self._is_off:
            return None
        text = "second model cannot be used, questions in other languages go to people"
        try:
            model = await self._in_thread(self._open_model)
        except Exception as error:  # noqa: BLE001 - also if there is no memory for it: a second try would cost the same
            self._is_off, fault = True, _fault(error)
            self._log.error(text, error=fault.text, reason=fault.reason)
            return None
        self._model = model
        self._log.info("second model loaded", model=model.encoder.name)
        return model

    async def _read(self, encoder: MultilingualEncoder, entry: PopEntry) -> None:
        """Read the examples of an island. Those that another revision of it had are not read again."""
        name = entry.island.name
        known = (likely.rows for known_name, likely in self._known.values() if known_name == name)
        rows = {row.example: row.row for found in known for row in found}
        wanted = [
            (snippet.id, example) for snippet in entry.island.snippets for example in snippet.examples[:MAX_EXAMPLES]
        ]
        unread = list(dict.fromkeys(example for _, example in wanted if example not in rows))
        for start in range(0, len(unread), _AT_ONCE):
            some = unread[start : start + _AT_ONCE]
            rows |= await self._in_thread(_rows, encoder, some)
        found = [ExampleRow(snippet, example, rows[example]) for snippet, example in wanted]
        likely = await self._in_thread(LikelySnippets, found, encoder.likely)
        self._known[entry.sha256] = (name, likely)
        self._forget()

    def _forget(self) -> None:
        """Forget islands that were asked longest ago, if too much is remembered; never the last one."""
        while len(self._known) > 1 and sum(len(likely.rows) for _, likely in self._known.values()) > self._max_rows:
            del self._known[next(iter(self._known))]

    async def _in_thread(self, work: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work, *arguments)

    def _note_failure(self, error: Exception) -> None:
        kind = type(error).__name__
        left_out = self._repeats.left_out(kind)
        if left_out is not None:
            where = error_location(error)
            self._log.error("second model failed", error=kind, where=where, left_out=left_out)


def _fault(error: Exception) -> RefusedError:
    """The error as one of ours, for the log."""
    if isinstance(error, RefusedError):
        return error
    text = f"loading it failed with {type(error).__name__} at {error_location(error)}"
    return RefusedError(text, reason=Reason.MODEL_UNAVAILABLE)


def _rows(encoder: MultilingualEncoder, texts: list[str]) -> dict[str, NDArray[np.int8]]:
    return {text: packed_row(encoder.encode(text)) for text in texts}
