"""`skerry ledger payloads` and `read`: a PoP gives out what it cannot read, and its tenant reads it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from edge.cli.keys import passphrase_option
from edge.cli.ledger.erase import decoded, tenant_option
from edge.cli.options import home_option
from edge.cli.pop import config_option, running_pop, state_option
from edge.cli.terminal import echo, echo_json_line
from edge.errors import ConfigError, RefusedError
from edge.host import replace_file, storage_errors
from edge.host.admin import call_admin
from edge.ledger import LEAF_SALT_BYTES, PayloadPlace, commitment, decrypt_payload, open_sealed_key
from edge.publish.keys import KeyStore, Passphrase, SealingKey, sealing_keys
from edge.records import DECODE_ERRORS
from edge.records.payloads import PayloadQuery, SealedPayload, SealedPayloads

FILE = "payloads.jsonl"


@click.command("payloads")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@tenant_option
@click.option("--event", default="", metavar="NAME", help="Only those of this event.")
@state_option
@config_option
def payloads_command(folder: Path, tenant: str, event: str, state: Path | None, config: Path | None) -> None:
    """Copy a tenant's payloads from a running PoP into DIR, sealed as they are.

    Nobody can read them but the tenant.
    """
    peer = running_pop(f"skerry ledger payloads {folder} --tenant {tenant}", state, config)
    lines, after = list[bytes](), 0
    while True:
        query = PayloadQuery(tenant=tenant, event=event, after=after)
        page = decoded(peer, call_admin(peer, "/v1/payloads/read", query), SealedPayloads)
        lines += [msgspec.json.encode(one) for one in page.payloads]
        if page.next is None:
            break
        after = page.next
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    replace_file(folder / FILE, b"".join(line + b"\n" for line in lines))
    echo(f"copied      {len(lines)} payloads to {folder / FILE}; where the tenant's sealing key is, read them with:")
    echo(f"            skerry ledger read {folder} --home HOME")


@click.command("read")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--leaf", default="", metavar="HASH", help="Only the payload of this leaf.")
@click.option(
    "--keys",
    "key_folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder of the tenant's sealing keys. Default: the keys of the home.",
)
@home_option
@passphrase_option
def read_command(folder: Path, leaf: str, key_folder: Path | None, home: Path, passphrase: Passphrase | None) -> None:
    """Read what `skerry ledger payloads` copied, where the tenant's sealing key is.

    Prints viewers' words: one line of JSON for each leaf, with the commitment by which its log proves it. Exit status 1
    if any cannot be read: it says which, and reads the others.
    """
    keys, left = KeyStore(key_folder or home / "keys", passphrase=passphrase), 0
    by_tenant = dict[str, tuple[SealingKey, ...]]()
    for number, one in enumerate(_payloads_in(folder / FILE), 1):
        if isinstance(one, RefusedError) or leaf in ("", one.leaf):
            try:
                if isinstance(one, RefusedError):
                    raise one
                if one.tenant not in by_tenant:
                    by_tenant[one.tenant] = sealing_keys(keys, one.tenant)
                echo_json_line(msgspec.json.encode(_opened(one, by_tenant[one.tenant])))
            except RefusedError as error:
                left += 1
                echo(f"line {number}: {error.text}", err=True)
    if left:
        raise RefusedError(
            f"{left} payloads cannot be read, expected those of tenants with a sealing key in {keys.folder}"
        )


def _opened(one: SealedPayload, keys: tuple[SealingKey, ...]) -> dict[str, Any]:
    """The payload as a document. Raises `RefusedError` if none of the keys opens it, or it was changed."""
    place = PayloadPlace(one.tenant, one.event, one.retention_class, one.leaf)
    for key in keys:
        try:
            opened = open_sealed_key(one.key, key.private)
        except RefusedError:
            continue
        opening = decrypt_payload(one.content, place, key=opened)
        return {
            "leaf": one.leaf,
            "event": f"{one.tenant}/{one.event}",
            "at": one.at,
            "class": one.retention_class,
            "commitment": commitment(opening).hex(),
            "salt": opening[:LEAF_SALT_BYTES].hex(),
            "payload": _document(opening[LEAF_SALT_BYTES:]),
        }
    raise RefusedError(
        f"payload of leaf {one.leaf[:64]} is sealed to another key than the {len(keys)} of its tenant here"
    )


def _document(payload: bytes) -> Any:
    try:
        return msgspec.json.decode(payload)
    except DECODE_ERRORS:
        raise RefusedError(f"payload of {len(payload)} bytes is not JSON") from None


def _payloads_in(file: Path) -> Iterator[SealedPayload | RefusedError]:
    """Each line of the file: a payload, or what is wrong with it."""
    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        text = f"cannot read {file}: {error.strerror}"
        raise ConfigError(f"{text}; to copy payloads there, run: skerry ledger payloads {file.parent}") from error
    for line in lines:
        try:
            yield msgspec.json.decode(line, type=SealedPayload)
        except DECODE_ERRORS:
            yield RefusedError(f"{len(line)} bytes are no payload, expected JSON that was not cut short")
