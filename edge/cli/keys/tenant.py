"""`skerry tenant`: adds and removes tenants, and publishes with a key that never leaves the tenant."""

import time
from datetime import datetime
from pathlib import Path

import click
from tuf.api.metadata import Targets

from edge.cli.keys.key_change import carry_out, new_key, open_for_change, out_option, passphrase_option, public_option
from edge.cli.keys.keys import add_second_key
from edge.cli.options import home_option
from edge.cli.terminal import echo
from edge.config import model_files
from edge.errors import ConfigError, RefusedError
from edge.host import replace_file, sync_folder, utc_now
from edge.publish.keys import KeyStore, Passphrase, PrivateKey, newest_sealing_key
from edge.publish.repository import SignedIsland, check_tenants, revision_in
from edge.publish.signing import accept_submission, add_tenant, make_submission, read_role, remove_tenant
from edge.publish.source import errors_in, lint_draft, read_island
from edge.records import IslandName
from edge.triage import MODEL_FILES, load_triage
from edge.trust import register_keys


@click.group("tenant")
def tenant_command() -> None:
    """Add and remove tenants, and publish with a tenant's own key.

    A tenant is a brand or creator. Its islands are named NAME/ISLAND.
    """


@tenant_command.command()
@click.argument("name")
@public_option
@out_option
@home_option
@passphrase_option
def add(*, name: str, public: Path | None, out: Path | None, home: Path, passphrase: Passphrase | None) -> None:
    """Add a tenant, which may then publish islands.

    It may publish islands named NAME/ISLAND only. A tenant that keeps its key to itself gives you the public file of
    `skerry keys holder` (--public), and signs its first, empty role (--out). Otherwise its key is created here.
    """
    check_tenants([name])
    repository = open_for_change(home, passphrase)
    carry_out(repository, lambda change: add_tenant(change, name, new_key(repository, name, public)), out=out)
    echo(f"tenant      {name} may publish islands named {name}/ISLAND once this is in force")


@tenant_command.command()
@click.argument("name")
@public_option
@out_option
@home_option
@passphrase_option
def rotate(*, name: str, public: Path | None, out: Path | None, home: Path, passphrase: Passphrase | None) -> None:
    """Add a second key for a tenant.

    Both keys are valid until you run `skerry keys revoke NAME OLD-KEY`.
    """
    repository = open_for_change(home, passphrase)
    repository.check_known(name)
    carry_out(repository, lambda change: add_second_key(change, name, new_key(repository, name, public)), out=out)


@tenant_command.command()
@click.argument("name")
@out_option
@home_option
@passphrase_option
def remove(*, name: str, out: Path | None, home: Path, passphrase: Passphrase | None) -> None:
    """Remove a tenant: PoPs stop serving its islands within seconds."""
    repository = open_for_change(home, passphrase)
    repository.check_known(name)
    carry_out(repository, lambda change: remove_tenant(change, name), out=out)


@tenant_command.command()
@click.argument("files", nargs=-1, type=click.Path(dir_okay=False, path_type=Path), metavar="[FILE]...")
@click.option(
    "--key",
    "key_file",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="KEY.json",
    help="File of the tenant's private key.",
)
@click.option(
    "--role",
    "role_file",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="VERSION.NAME.json",
    help="The tenant's role in force, downloaded from the publisher's metadata/.",
)
@click.option("--withdraw", "withdrawn", multiple=True, metavar="ISLAND", help="Withdraw an island; may be repeated.")
@click.option("--why", default="", help="Reason for --withdraw; PoPs log it and show it.")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder for the signed files.",
)
@passphrase_option
def publish(
    *,
    files: tuple[Path, ...],
    key_file: Path,
    role_file: Path,
    withdrawn: tuple[str, ...],
    why: str,
    out: Path,
    passphrase: Passphrase | None,
) -> None:
    """Check, compile and sign islands with the tenant's own key.

    It writes a folder for the publisher, whose operator runs `skerry tenant accept`. Without FILE the role is renewed.
    """
    register_keys()
    if withdrawn and not why.strip():
        raise click.UsageError("give a reason with --why TEXT; PoPs log it and show it")
    keys = KeyStore(key_file.parent, passphrase=passphrase)
    key = keys.load(key_file.stem)
    name, metadata = read_role(role_file)
    now = utc_now().replace(microsecond=0)
    sealing = newest_sealing_key(keys, name)
    signed = _sign(files, name, metadata.signed, key, now, sealing=sealing)
    submission = make_submission(
        name, metadata.signed, islands=signed, withdrawn=dict.fromkeys(withdrawn, why), key=key, now=now
    )
    _write(out, submission)
    for name_of_island, island in signed.items():
        echo(f"signed      {name_of_island} revision {island.custom.revision}, {len(island.data):,} bytes")
    if signed and not sealing:
        echo(f"payloads    not kept by PoPs: {name} has no sealing key next to {key_file}; to make one, run:")
        echo(f"            skerry keys sealing {name} --keys {key_file.parent}")
    echo(f"role        {name} version {metadata.signed.version}, expires {metadata.signed.expires:%Y-%m-%d}")
    echo(f"next        send {out} to the publisher's operator, who runs:  skerry tenant accept {out.name} --home DIR")


@tenant_command.command()
@click.argument("folder", type=click.Path(file_okay=False, exists=True, path_type=Path))
@home_option
@passphrase_option
def accept(*, folder: Path, home: Path, passphrase: Passphrase | None) -> None:
    """Check what a tenant has signed, and put it in force.

    FOLDER is the folder that `skerry tenant publish` wrote.
    """
    started = time.monotonic()
    with open_for_change(home, passphrase).change(utc_now()) as change:
        name = accept_submission(change, folder)
    elapsed_ms = (time.monotonic() - started) * 1000
    echo(f"in force    {name} version {change.state.tenants[name].version}, {elapsed_ms:.0f} ms")


def _sign(
    files: tuple[Path, ...], tenant_name: str, role: Targets, key: PrivateKey, now: datetime, *, sealing: bytes
) -> dict[IslandName, SignedIsland]:
    if not files:
        return {}
    # Imported here: it loads scikit-learn, which takes a second.
    from edge.publish.compile import prepare_island, sign_island

    triage = load_triage(model_files(MODEL_FILES))
    drafts = [read_island(file) for file in files]
    findings = [finding for draft in drafts for finding in lint_draft(draft, now=now, encoder=triage.encoder)]
    for finding in findings:
        echo(str(finding), err=True)
    if errors_in(findings):
        raise RefusedError(f"nothing was signed: {len(errors_in(findings))} errors")
    signed = {}
    for draft in drafts:
        source = draft.source()
        name = IslandName(source.tenant, source.island)
        if name.tenant != tenant_name:
            raise RefusedError(
                f"island '{name}' belongs to another tenant, expected one of {tenant_name!r}, as in --role"
            )
        prepared = prepare_island(source, triage=triage)
        revision = revision_in(role, name) + 1
        signed[name] = sign_island(prepared, revision=revision, signer=key, now=now, sealing=sealing)
    return signed


def _write(folder: Path, files: dict[str, bytes]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"cannot create {folder}: {error.strerror}; choose another folder with: --out DIR") from error
    for name, content in files.items():
        replace_file(folder / name, content)
    sync_folder(folder)
