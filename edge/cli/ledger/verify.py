"""`skerry ledger verify`: is a log what it says, and did it only grow?"""

import base64
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from edge.cli.ledger.opening import LogReader, as_text, log_options, open_signed
from edge.cli.terminal import echo, echo_json
from edge.errors import ConfigError
from edge.foreign_words import one_line
from edge.ledger import Checkpoint, verify_log


class _Cosigned(msgspec.Struct, frozen=True, kw_only=True):
    """One witness."""

    by: str
    at: datetime


class _VerifiedLog(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What `--json` prints of a log that is verified."""

    log: str
    entries: int
    root: str
    cosigned: tuple[_Cosigned, ...] = ()
    since: int | None = None
    """Entries of the earlier checkpoint."""


@click.command("verify")
@log_options
@click.option(
    "--since",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A checkpoint of this log that you kept: the log must begin with it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what is verified as JSON.")
def verify_log_command(log: LogReader, since: Path | None, *, as_json: bool) -> None:
    """Verify a whole log: signatures, every entry and every tile.

    A folder is verified without a network. Exit status 1 if anything in it was changed, or if it has another history
    than the checkpoint of --since.
    """
    earlier = None if since is None else _earlier(since, log)
    verify_log(log.checkpoint, log.read, since=earlier, also=log.files.tiles())
    verified = _VerifiedLog(
        log=log.checkpoint.origin,
        entries=log.checkpoint.size,
        root=base64.b64encode(log.checkpoint.root).decode(),
        cosigned=tuple(
            _Cosigned(by=one.key.name, at=moment) for one in log.opened.signatures if (moment := _moment(one.at_s))
        ),
        since=None if earlier is None else earlier.size,
    )
    if as_json:
        echo_json(verified)
    else:
        _echo(verified)


def _earlier(path: Path, log: LogReader) -> Checkpoint:
    try:
        note = as_text(path.read_bytes(), str(path))
    except OSError as error:
        raise ConfigError(
            f"cannot read {path}: {error.strerror}; keep a checkpoint with: curl -so {path} URL/checkpoint"
        ) from error
    return open_signed(note, log.log, ()).checkpoint


def _moment(seconds: int | None) -> datetime | None:
    """None for the log's own signature, and for a time that no calendar has."""
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _echo(verified: _VerifiedLog) -> None:
    rows = [("log", verified.log), ("entries", str(verified.entries)), ("root", verified.root)]
    rows += [("cosigned", f"by {one.by}, {one.at:%Y-%m-%d %H:%M:%S %Z}") for one in verified.cosigned]
    if verified.since is not None:
        rows.append(("grew", f"from the {verified.since} entries of --since"))
    for label, value in rows:
        echo(f"{label:<9} {one_line(value)}")
