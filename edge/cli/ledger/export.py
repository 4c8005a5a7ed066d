"""`skerry ledger export`: a verified copy of a log in a folder.

A file of a log never changes, but for the checkpoint, which is written last. So a copy that was stopped half-way is a
sound copy of an earlier state, and the next one goes on with it. Nothing is put among its files before the whole log
is verified, and found to begin with what is there.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from edge.cli.ledger.log_files import CHECKPOINT, FolderLog
from edge.cli.ledger.opening import LogReader, as_text, log_options, open_signed
from edge.cli.terminal import echo
from edge.host import replace_file, storage_errors, sync_folder
from edge.ledger import TILE_WIDTH, Checkpoint, Tile, verify_log

_STAGED = ".unfinished-copy"


@click.command("export")
@log_options
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def export_log_command(log: LogReader, folder: Path) -> None:
    """Copy a log into the folder DIR, and verify it.

    If DIR has an earlier copy of the log, only what is new is fetched, and the log must begin with that copy. Exit
    status 1 if anything does not verify: DIR stays as it was.
    """
    before = copy_log(log, folder)
    added = log.checkpoint.size - before
    echo(f"{folder} has {log.checkpoint.size} entries of {log.checkpoint.origin}, {added} of them new")


def copy_log(log: LogReader, folder: Path) -> int:
    """Bring the folder up to the log's checkpoint; returns how many entries it had before. Durable on return.

    Raises `RefusedError` if the log does not verify or is another one, `StorageError` if the folder cannot be written.
    """
    copied = FolderLog(folder)
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    before = _copied_checkpoint(copied, log)
    with _staging(folder) as staged:

        def read(tile: Tile) -> bytes:
            # A full tile is the same for ever. It is verified again, as all are.
            kept = copied.read(tile.path) if tile.width == TILE_WIDTH else None
            if kept is not None:
                return kept
            content = log.read(tile)
            with storage_errors(staged):
                (staged / tile.path).parent.mkdir(parents=True, exist_ok=True)
                (staged / tile.path).write_bytes(content)
            return content

        verify_log(log.checkpoint, read, since=before)
        _publish(staged, folder)
    # Last: a checkpoint is there only with every file that it covers.
    replace_file(folder / CHECKPOINT, log.note.encode())
    sync_folder(folder)
    return before.size if before else 0


def _copied_checkpoint(copied: FolderLog, log: LogReader) -> Checkpoint | None:
    content = copied.read(CHECKPOINT)
    return None if content is None else open_signed(as_text(content, CHECKPOINT), log.log, ()).checkpoint


def _publish(staged: Path, folder: Path) -> None:
    """Put every staged file into its place."""
    for path in sorted(staged.rglob("*")):
        if path.is_file():
            place = folder / path.relative_to(staged)
            with storage_errors(place):
                place.parent.mkdir(parents=True, exist_ok=True)
                replace_file(place, path.read_bytes())
            sync_folder(place.parent)


@contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """A folder for what is not verified. What an earlier copy left there is removed."""
    staged = folder / _STAGED
    with storage_errors(staged):
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir()
    try:
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)
