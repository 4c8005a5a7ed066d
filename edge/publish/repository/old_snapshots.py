"""Snapshots that no client may ask for any more. Each change leaves one behind, and nothing else reads them.

Roles and islands of earlier revisions stay, because a rollback goes back to them. Roots stay: a client of any age goes
through all of them.
"""

import re
from datetime import datetime, timedelta
from pathlib import Path

from edge.errors import StorageError
from edge.host import Step, ignore, storage_errors
from edge.publish.repository.repository import Repository
from edge.publish.repository.versions import clock_version

KEPT = 4
"""The newest snapshots stay, however old they are."""

KEPT_FOR = timedelta(hours=1)
"""A client reads the timestamp, and then the snapshot that it names: within seconds, or some minutes on a bad line."""

_NAME = re.compile(r"([1-9][0-9]*)\.snapshot\.json")


def remove_old_snapshots(repository: Repository, *, now: datetime, on_step: Step = ignore) -> int:
    """Delete snapshots that were replaced more than an hour ago; gives their number. Idempotent.

    Raises `ConfigError` without a repository, `StorageError` if it is damaged, its files cannot be
    listed or one cannot be deleted.
    """
    # Locked, because a change writes its snapshot before the timestamp that names it.
    with repository.proposal(now) as change:
        try:
            old = _old_snapshots(repository.metadata, change.state.snapshot.version, now)
        except OSError as error:
            raise StorageError(f"cannot list {repository.metadata}: {error.strerror}") from error
        for path in old:
            # If we crash here, those that are left are deleted the next time. The one in force is never among them.
            with storage_errors(path):
                path.unlink(missing_ok=True)
            on_step(f"{path.name} deleted")
    return len(old)


def _old_snapshots(metadata: Path, in_force: int, now: datetime) -> list[Path]:
    """Oldest first. A number above the clock stays used: a change of keys looks for one that never was."""
    numbers = (_NAME.fullmatch(path.name) for path in metadata.iterdir())
    versions = sorted(int(match[1]) for match in numbers if match)
    replaced = [version for version in versions if version < in_force]
    paths = [metadata / f"{version}.snapshot.json" for version in [*replaced, in_force]]
    # A snapshot is replaced when the next one is written.
    candidates = zip(replaced, paths, paths[1:], strict=False)
    before = (now - KEPT_FOR).timestamp()
    last = len(replaced) - (KEPT - 1)
    return [
        path
        for version, path, following in list(candidates)[: max(last, 0)]
        if version < clock_version(now) and following.stat().st_mtime < before
    ]
