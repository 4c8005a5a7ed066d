"""A new root and its timestamp are two files that change at one moment.

A root may take away the key of the old timestamp, so both must change together. The new timestamp first waits as
`next.<root version>.timestamp.json` in the home. The rename of the root is the moment of the change. If the writer
stops after it, the next process that takes the lock completes the change with `finish_root_switch`.
"""

from pathlib import Path

from edge.host import Step, replace_file, storage_errors, sync_folder


def waiting_timestamp(home: Path, root_version: int) -> Path:
    """Path at which a timestamp waits for the root of this version."""
    return home / f"next.{root_version}.timestamp.json"


def finish_root_switch(home: Path, *, on_step: Step) -> None:
    """Complete an interrupted change of root, or drop it if its root is missing. Idempotent; the caller has the lock.

    Raises `StorageError` when the disk fails; the next call tries again.
    """
    for waiting in home.glob("next.*.timestamp.json"):
        metadata = home / "repository" / "metadata"
        root = metadata / f"{waiting.name.split('.')[1]}.root.json"
        with storage_errors(waiting):
            # The waiting file goes last: if we crash before, the next call does the same again.
            if root.exists():
                replace_file(home / "root.json", root.read_bytes(), on_step=on_step)
                sync_folder(home)
                replace_file(metadata / "timestamp.json", waiting.read_bytes(), on_step=on_step)
                sync_folder(metadata)
            waiting.unlink()
        sync_folder(home)
