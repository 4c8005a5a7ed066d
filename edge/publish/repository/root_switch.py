"""A new root and the timestamp that belongs to it: two files, one moment.

A root may take the old timestamp's key away, so both must change together. The new timestamp first waits as
`next.<root version>.timestamp.json` next to the repository. The rename of the root is the moment at which the change
happens; a writer that stops between the two leaves a change that `finish_root_switch` completes.
"""

from pathlib import Path

from edge.host import Step, replace_file, storage_errors, sync_folder


def waiting_timestamp(home: Path, root_version: int) -> Path:
    """Where the timestamp waits for its root."""
    return home / f"next.{root_version}.timestamp.json"


def finish_root_switch(home: Path, *, on_step: Step) -> None:
    """Complete or forget a change of the root that was interrupted; may be repeated. Raises `StorageError`."""
    for waiting in home.glob("next.*.timestamp.json"):
        metadata = home / "repository" / "metadata"
        root = metadata / f"{waiting.name.split('.')[1]}.root.json"
        with storage_errors(waiting):
            if root.exists():
                replace_file(home / "root.json", root.read_bytes(), on_step=on_step)
                sync_folder(home)
                replace_file(metadata / "timestamp.json", waiting.read_bytes(), on_step=on_step)
                sync_folder(metadata)
            waiting.unlink()
        sync_folder(home)
