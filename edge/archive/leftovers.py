"""Uploads that nobody goes on with: a PoP that never returns must not fill its room for ever. Blocking.

A log on its way is one that has no verified copy here. Those that were verified are never touched.
"""

import math
from collections.abc import Iterable
from pathlib import Path

from edge.archive.upload import GONE, NEW, is_origin
from edge.host import storage_errors

UNFINISHED_S = 7 * 86_400.0
"""How long a log on its way is kept after the last byte. A PoP that has it tries again within an hour; one that is
repaired within a week goes on where it was, and a later one begins again.
"""


def abandoned(archive: Path, *, before: float) -> list[str]:
    """The logs, `POP/TENANT/EVENT`, whose upload had its last byte before `before` (Unix seconds).

    Raises `StorageError`.
    """
    with storage_errors(archive):
        folders = [folder for folder in archive.glob(f"*/*/*{NEW}") if _last_byte(folder) < before]
    return _origins(folders, archive)


def half_deleted(archive: Path) -> list[str]:
    """The logs of whose upload a part is left, because the process died while it deleted it. Raises `StorageError`."""
    with storage_errors(archive):
        return _origins(archive.glob(f"*/*/*{GONE}"), archive)


def _origins(folders: Iterable[Path], archive: Path) -> list[str]:
    """Their names. An operator may keep folders of their own there."""
    names = (folder.relative_to(archive).with_suffix("").as_posix() for folder in folders)
    return sorted(name for name in names if is_origin(name))


def _last_byte(folder: Path) -> float:
    """When something was last written below `folder`, in Unix seconds."""
    try:
        return max(path.stat().st_mtime for path in (folder, *folder.rglob("*")))
    except FileNotFoundError:
        # Its verification has just ended, and it has its name.
        return math.inf
