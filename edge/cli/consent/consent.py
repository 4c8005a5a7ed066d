"""`skerry consent`: records of what viewers agreed to, for the years after an event."""

import base64
import os
import shlex
import sys
import uuid
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

import click

from edge.cli.consent.kept_words import sealing_tenants
from edge.cli.consent.record_files import ReadRecord, read_records
from edge.cli.options import read_keys
from edge.cli.terminal import echo, echo_json_line
from edge.config import PopConfig, read_pop_config
from edge.consent import MAX_SKEW_S, in_force, known_of, reissued_record, sign_record
from edge.daemon import consent_parcel
from edge.desk.consents import every_record
from edge.desk.store import read_only
from edge.errors import ConfigError
from edge.host import utc_now
from edge.host.admin import is_listening
from edge.ledger import LEAF_SALT_BYTES, commit
from edge.records.consent import ConsentRecord
from edge.records.ledger import LeafKind, LeafPayload
from edge.store.consents import stored_records
from edge.store.leaves import NewLeaf
from edge.store.outbox import Outbox, Parcel
from edge.store.secrets import open_pop_signer
from edge.trust import PopSigner

_FILE = click.Path(dir_okay=False, path_type=Path)
_AT_ONCE = 500
"""Records in one transaction."""

_key_option = click.option(
    "--key",
    "keys",
    multiple=True,
    required=True,
    metavar="KEY",
    help="Archived public key of a PoP (its status.pub), in hexadecimal or base64; again for a further one.",
)


@click.group("consent")
def consent_command() -> None:
    """Export and verify consent records; issue them again after the loss of a PoP's key."""


@consent_command.command()
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), help="Folder of a desk.")
@click.option("--config", "path", type=_FILE, help="Configuration file of a PoP (pop.toml).")
@click.option(
    "--tenant", metavar="TENANT", default="", help="Only records of this tenant. Default: of all. For a desk."
)
def export(*, home: Path | None, path: Path | None, tenant: str) -> None:
    """Print every consent record of a desk, or of a PoP, as one line of JSON, as it was signed.

    Desk or PoP may be running. No line has a question, a name or an address.
    """
    if (home is None) == (path is None) or (path is not None and tenant):
        raise click.UsageError("expected --home of a desk, or --config of a PoP, and --tenant with the first alone")
    if home is not None:
        with read_only(home) as connection:
            for line in every_record(connection, tenant=tenant):
                echo_json_line(line)
        return
    for line in stored_records(read_pop_config(_given(path)).state_dir):
        echo_json_line(line)


@consent_command.command()
@click.argument("file", type=_FILE)
@_key_option
def verify(file: Path, *, keys: tuple[str, ...]) -> None:
    """Verify an export with archived public keys, without a network, however old it is.

    Exit status 1 if a record is not believed.
    """
    read = list(read_records(file, read_keys(keys)))
    bad = [one for one in read if one.record is None]
    for one in bad:
        echo(f"line {one.line}: {one.fault}")
    echo(f"{len(read) - len(bad)} of {len(read)} records are signed by these keys")
    sys.exit(1 if bad or not read else 0)


@consent_command.command()
@click.argument("file", type=_FILE)
@click.option("--config", "path", type=_FILE, required=True, help="Configuration file of the PoP (pop.toml).")
@_key_option
def recover(file: Path, *, path: Path, keys: tuple[str, ...]) -> None:
    """Issue the consents of an export again, under the key that a PoP has now.

    For a PoP that lost its key or its disk. FILE is an export of the desk; KEY is the lost public key. Each consent
    that is in force becomes a new record that names the old one, keeps its date, and goes to the desk. The PoP must be
    stopped. Run it again at will: what was issued again is not issued twice.
    """
    config, lost, now = read_pop_config(path), read_keys(keys), utc_now()
    quoted = shlex.quote(str(path))
    if is_listening(config.state_dir):
        raise ConfigError(
            f"the PoP of {quoted} is running; stop it, then run: skerry consent recover --config {quoted}"
        )
    config.state_dir.mkdir(parents=True, exist_ok=True)
    signer = open_pop_signer(config.state_dir)
    if signer.public in lost:
        key = shlex.quote(str(config.state_dir / "status.key"))
        raise ConfigError(f"the PoP still has the key that is said to be lost; for a new one, run: rm {key}")
    # Records of the new key are believed as well: they say what was issued again before, and what ended since.
    read = [one for one in read_records(file, [*lost, signer.public]) if one.record is not None]
    known = sealing_tenants(config.state_dir)
    keep = known or frozenset()
    again = [_parcel(one, config, signer, now=now, keep=keep) for one in _in_force(read, now, signer.public)]
    with Outbox(config.state_dir) as outbox:
        # Of an earlier release, which wrote them also where nothing could keep them. Not by a guess: they may be kept.
        if known is not None and outbox.leaves.forget_openings(lambda log: _tenant(log) in keep):
            outbox.empty_log()
        for start in range(0, len(again), _AT_ONCE):
            outbox.put_many(again[start : start + _AT_ONCE])
    echo(f"{len(again)} consents are issued again by key {signer.public.hex()}")
    both = " ".join(key.hex() for key in (*lost, signer.public))
    echo(f"at the desk: skerry desk key --home DESK --pop {config.pop.name} {both}")
    echo(f"next: skerry pop serve --config {quoted}")


def _in_force(read: list[ReadRecord], now: datetime, public: bytes) -> Iterator[ReadRecord]:
    """The records with a consent that is in force, and that was not issued again. `public`: the key of now."""
    by_viewer = dict[tuple[str, str], list[ConsentRecord]]()
    ends = dict[str, list[ConsentRecord]]()
    issued = {one.record.reissues for one in read if one.record is not None and one.record.reissues}
    for one in read:
        if one.record is None:
            continue
        # What was issued again counts by its last record alone: both have the same date.
        if one.record.record_id not in issued:
            by_viewer.setdefault((one.island, one.record.pii_principal_id), []).append(one.record)
        for ended in one.record.event.withdraws:
            ends.setdefault(ended, []).append(one.record)
    good = set[str]()
    for records in by_viewer.values():
        # A withdrawal may have another pseudonym, of a newer secret: it names what it ends.
        known = [known for record in records for known in known_of(record)]
        known += [known for record in records for end in ends.get(record.record_id, ()) for known in known_of(end)]
        good |= {one.record for one in in_force(known, now=now.timestamp())}
    new = base64.b64encode(public).decode()
    return (one for one in read if one.record is not None and one.record.record_id in good and one.key != new)


def _parcel(read: ReadRecord, config: PopConfig, signer: PopSigner, *, now: datetime, keep: Collection[str]) -> Parcel:
    if read.record is None:
        raise ValueError("a record that is not believed is not issued again")
    # From the old id, so that a repetition makes no second record.
    name = str(uuid.uuid5(uuid.UUID(read.record.record_id), signer.public.hex()))
    record = reissued_record(read.record, record_id=name, pop=config.pop.name)
    message = sign_record(record, island=read.island, sign=signer.sign_as, public=signer.public)
    until = now.timestamp() + config.sessions.life_s + MAX_SKEW_S
    ends = record.event.valid_until
    expires = min(until, ends.timestamp()) if ends else until
    known, leaf = known_of(record, expires=expires), _leaf(record, read.island, now=now, keep=keep)
    return consent_parcel(message, record, known, leaf, origin=config.origin, until=expires)


def _tenant(log: str) -> str:
    return log.partition("/")[0]


def _leaf(record: ConsentRecord, island: str, *, now: datetime, keep: Collection[str]) -> NewLeaf:
    """The leaf of a record that is issued again, dated now. It is in the log of the island's own name.

    A PoP that lost its disk has no island that could name another event. Words of tenants that are not in `keep` are
    written nowhere.
    """
    purposes = tuple(purpose.purpose for purpose in record.pii_processing.purposes)
    payload = LeafPayload(island=island, record=record.record_id, purposes=purposes)
    at_ms = int(now.timestamp() * 1_000)
    made = commit(LeafKind.CONSENT, payload, at_ms=at_ms, salt=os.urandom(LEAF_SALT_BYTES))
    return NewLeaf(made.id, island, made.entry, opening=made.opening if _tenant(island) in keep else b"")


def _given(path: Path | None) -> Path:
    if path is None:
        raise click.UsageError("expected --config of a PoP")
    return path
