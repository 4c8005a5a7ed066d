"""Damage in SQLite's write-ahead log (sqlite.org/fileformat.html, section 4; sqlite.org/walformat.html).

SQLite takes the frames before the first one with a wrong checksum, and drops the others without a word. Usually that is
right: they are a transaction that was being written when the process or the machine stopped. It is wrong if a committed
transaction is among them. Two facts tell:

* The next transaction is written only after the last one was synced. So if a bad frame is followed by a commit and more
  frames of the same log, then that commit was durable before.
* The index in memory (`-shm`) has the number of committed frames. Only the kernel keeps it, so it is believed if the
  machine was not started since.

Not seen: the end of a log that is missing, or a bad frame in its last transaction, after the machine was started.
"""

import struct
from collections.abc import Iterator
from itertools import dropwhile, takewhile
from pathlib import Path
from typing import NamedTuple

_HEADER_BYTES, _FRAME_HEADER_BYTES, _SALTS = 32, 24, slice(16, 24)
_MAGIC = {0x377F0682: "<", 0x377F0683: ">"}
"""The magic number also gives the byte order of the words that checksums are made of."""

_INDEX = struct.Struct("=IIIBBHIIII8s")
"""The header of the index without its checksum: version, unused, changes, is initialised, byte order, page size, number
of frames, pages, checksum of the last frame (two), salts. It is there twice, as a writer may stop between the two."""

_INDEX_COPY_BYTES, _BACKFILLED = 48, struct.Struct("=96xI")

_Sum = tuple[int, int]


class _Frame(NamedTuple):
    is_commit: bool
    is_of_log: bool
    """It has the salts of the log's header. Another one is left from an earlier use of the file."""
    is_whole: bool
    """It is of this log, and its checksum is right. That continues the checksum of the frame before."""


class _Index(NamedTuple):
    frames: int
    backfilled: int
    salts: bytes


def log_damage(log: Path, index: Path | None) -> str | None:
    """What is damaged in a log that must have frames, or None. Raises `OSError`.

    `index` is its index if the machine was not started since it was written.
    """
    known = _read_index(index) if index is not None else None
    if known is not None and known.frames <= known.backfilled:
        # All of it is in the database, too.
        return None
    content = log.read_bytes()
    if not content:
        return "it is 0 bytes long, expected what was stored last"
    if len(content) < _HEADER_BYTES or not _is_header_sound(content):
        return "its header is damaged"
    frames = list(_frames(content))
    sound = sum(1 for _ in takewhile(lambda frame: frame.is_whole, frames))
    if known is not None:
        if known.salts != content[_SALTS]:
            return "it is another log than the one that was in use"
        committed = max((number for number, frame in enumerate(frames[:sound], 1) if frame.is_commit), default=0)
        # What follows is no sign of damage here: a transaction that was rolled back leaves frames behind, too.
        return f"frame {sound + 1} of {known.frames} is damaged" if committed < known.frames else None
    after_commit = list(dropwhile(lambda frame: not (frame.is_of_log and frame.is_commit), frames[sound:]))[1:]
    if any(frame.is_of_log for frame in after_commit):
        return f"frame {sound + 1} is damaged, and committed ones follow"
    return None


def _is_header_sound(content: bytes) -> bool:
    order = _MAGIC.get(int.from_bytes(content[:4], "big"))
    return order is not None and _checksum((0, 0), content[:24], order) == struct.unpack(">II", content[24:32])


def _frames(content: bytes) -> Iterator[_Frame]:
    """Every whole frame. The checksum of a frame continues the one that is stored in the frame before."""
    order = _MAGIC[int.from_bytes(content[:4], "big")]
    page_bytes, salts = int.from_bytes(content[8:12], "big"), content[_SALTS]
    size, last = _FRAME_HEADER_BYTES + page_bytes, struct.unpack(">II", content[24:32])
    for at in range(_HEADER_BYTES, len(content) - size + 1, size):
        page, pages_after = struct.unpack_from(">II", content, at)
        stored = struct.unpack_from(">II", content, at + 16)
        is_of_log = page > 0 and content[at + 8 : at + 16] == salts
        covered = content[at : at + 8] + content[at + _FRAME_HEADER_BYTES : at + size]
        yield _Frame(pages_after > 0, is_of_log, is_of_log and _checksum(last, covered, order) == stored)
        last = stored


def _checksum(last: _Sum, content: bytes, order: str) -> _Sum:
    """Section 4.2. `content` is a multiple of 8 bytes long."""
    first, second = last
    for one, two in struct.iter_unpack(f"{order}II", content):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + two + first) & 0xFFFFFFFF
    return first, second


def _read_index(index: Path) -> _Index | None:
    """None if there is none, or if its writer stopped half-way."""
    try:
        with index.open("rb") as stream:
            content = stream.read(_BACKFILLED.size)
    except FileNotFoundError:
        return None
    copy = content[:_INDEX_COPY_BYTES]
    if len(content) < _BACKFILLED.size or copy != content[_INDEX_COPY_BYTES : 2 * _INDEX_COPY_BYTES]:
        return None
    if _checksum((0, 0), copy[: _INDEX.size], "=") != struct.unpack("=II", copy[_INDEX.size :]):
        return None
    *_, frames, _, _, _, salts = _INDEX.unpack(copy[: _INDEX.size])
    (backfilled,) = _BACKFILLED.unpack(content)
    return _Index(frames, backfilled, salts)
