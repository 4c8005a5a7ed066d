"""The second model at work: loaded at the first question that needs it, in a thread of its own.

It knows an island once it has read the island's examples. Until then, and whenever it fails, there is nothing to offer,
and people take the question as they would without it.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor

import numpy as np
from numpy.typing import NDArray

from edge.daemon.sync import PopEntry
from edge.errors import RefusedError
from edge.host import RepeatedLines, error_location, get_logger
from edge.records import Candidate, IslandName
from edge.triage import ExampleRow, LikelySnippets, MultilingualEncoder, packed_row

MAX_EXAMPLES = 12
"""Examples of a snippet that are read, 5 ms each. More hardly change what is likely."""

MAX_ROWS = 30_000
"""Examples that are remembered, of all islands together: 15 MiB."""

MAX_WAITING = 32
"""Questions that may wait for the model, about 0.2 s in all."""

MAX_ISLANDS_WAITING = 64

_AT_ONCE = 8
"""Examples that are read before a question gets its turn: 40 ms."""


class Languages:
    """Finds likely snippets for questions in other languages. Belongs to the event loop."""

    def __init__(
        self, executor: Executor, open_model: Callable[[], MultilingualEncoder], *, max_rows: int = MAX_ROWS
    ) -> None:
        """`executor` has one thread. `open_model` raises `RefusedError` if there is no sound model."""
        self._executor, self._open_model, self._max_rows = executor, open_model, max_rows
        self._encoder: MultilingualEncoder | None = None
        self._is_off = False
        self._known: dict[str, tuple[IslandName, LikelySnippets]] = {}
        """What was read, by the sha256 of the island's bytes; the one that was asked last is last."""
        self._wanted: asyncio.Queue[PopEntry] = asyncio.Queue(MAX_ISLANDS_WAITING)
        self._in_queue: set[str] = set()
        self._waiting, self._log, self._repeats = 0, get_logger(), RepeatedLines()

    async def suggest(self, entry: PopEntry, text: str) -> tuple[Candidate, ...]:
        """Likely snippets for `text`, best first; empty if the model does not know the island yet. Raises nothing."""
        if self._is_off or self._waiting >= MAX_WAITING:
            return ()
        known = self._known.pop(entry.sha256, None)
        if self._encoder is None or known is None:
            self._want(entry)
            return ()
        self._known[entry.sha256] = known
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._executor, _candidates, self._encoder, known[1], text)
        except Exception as error:  # noqa: BLE001 - the model's libraries may raise anything: people take the question
            self._note_failure(error)
            return ()
        finally:
            self._waiting -= 1

    async def keep(self) -> None:
        """Load the model when it is wanted, and read the islands that are. Runs until cancelled."""
        while True:
            entry = await self._wanted.get()
            try:
                encoder = self._encoder or await self._load()
                if encoder is not None and entry.sha256 not in self._known:
                    await self._read(encoder, entry)
            finally:
                self._in_queue.discard(entry.sha256)

    def _want(self, entry: PopEntry) -> None:
        # A full queue forgets the island: its next question is another try.
        if entry.sha256 not in self._in_queue and not self._wanted.full():
            self._in_queue.add(entry.sha256)
            self._wanted.put_nowait(entry)

    async def _load(self) -> MultilingualEncoder | None:
        if self._is_off:
            return None
        try:
            encoder = await asyncio.get_running_loop().run_in_executor(self._executor, self._open_model)
        except RefusedError as error:
            self._is_off = True
            text = "second model cannot be used, questions in other languages go to people"
            self._log.error(text, error=error.text, reason=error.reason)
            return None
        self._encoder = encoder
        self._log.info("second model loaded", model=encoder.name)
        return encoder

    async def _read(self, encoder: MultilingualEncoder, entry: PopEntry) -> None:
        """Read the examples of an island. Those that another revision of it had are not read again."""
        loop, name = asyncio.get_running_loop(), entry.island.name
        known = (likely.rows for known_name, likely in self._known.values() if known_name == name)
        rows = {row.example: row.row for found in known for row in found}
        wanted = [
            (snippet.id, example) for snippet in entry.island.snippets for example in snippet.examples[:MAX_EXAMPLES]
        ]
        unread = list(dict.fromkeys(example for _, example in wanted if example not in rows))
        for start in range(0, len(unread), _AT_ONCE):
            some = unread[start : start + _AT_ONCE]
            rows |= await loop.run_in_executor(self._executor, _rows, encoder, some)
        found = [ExampleRow(snippet, example, rows[example]) for snippet, example in wanted]
        likely = await loop.run_in_executor(self._executor, LikelySnippets, found, encoder.likely)
        self._known[entry.sha256] = (name, likely)
        self._forget()

    def _forget(self) -> None:
        """Forget islands that were asked longest ago, if too much is remembered; never the last one."""
        while len(self._known) > 1 and sum(len(likely.rows) for _, likely in self._known.values()) > self._max_rows:
            del self._known[next(iter(self._known))]

    def _note_failure(self, error: Exception) -> None:
        kind = type(error).__name__
        left_out = self._repeats.left_out(kind)
        if left_out is not None:
            where = error_location(error)
            self._log.error("second model failed", error=kind, where=where, left_out=left_out)


def _candidates(encoder: MultilingualEncoder, likely: LikelySnippets, text: str) -> tuple[Candidate, ...]:
    return likely.candidates(encoder.encode(text))


def _rows(encoder: MultilingualEncoder, texts: list[str]) -> dict[str, NDArray[np.int8]]:
    return {text: packed_row(encoder.encode(text)) for text in texts}
