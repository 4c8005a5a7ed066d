"""`skerry keys holder`, `sealing`, `encrypt` and `passphrase`: files of private keys."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from edge.cli.keys.key_change import named_passphrase, passphrase_option
from edge.cli.options import home_option, life_text, time_text
from edge.cli.terminal import echo
from edge.errors import ConfigError
from edge.host import replace_file, utc_now
from edge.publish.fleet import online_roles
from edge.publish.keys import KeyStore, Passphrase, change_passphrase, find_passphrase, locked_keys
from edge.publish.repository import Repository, check_tenants
from edge.publish.signing import check_holder, hand_over

_yes_option: Callable[[Any], Any] = click.option("--yes", is_flag=True, help="Do it without asking, after the warning.")


@click.command()
@home_option
@_yes_option
@passphrase_option
def encrypt(home: Path, passphrase: Passphrase | None, *, yes: bool) -> None:
    """Encrypt the private keys in the home with a passphrase.

    Keys that are encrypted already stay as they are. To change their passphrase, use `skerry keys passphrase`.
    """
    folder = KeyStore(home / "keys", passphrase=passphrase)
    if not folder.folder.is_dir():
        raise ConfigError(f"there are no keys in {folder.folder}; create some with: skerry keys init --home {home}")
    if not all(map(folder.is_encrypted, folder.names())):
        _warn_of_timestamps(home, "encrypt the keys now?", yes=yes)
    with locked_keys(folder.folder):
        encrypted = [name for name in folder.names() if folder.encrypt(name)]
    echo(f"encrypted   {', '.join(encrypted) or 'nothing: all keys in this home are encrypted already'}")
    echo("next        give services the passphrase, in systemd with: LoadCredential=skerry-passphrase:FILE")


@click.command()
@click.argument("name")
@click.option(
    "--keys",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("skerry-keys"),
    show_default=True,
    help="Folder for your private key, on a machine or medium of your own.",
)
@click.option("--plain", is_flag=True, help="No passphrase: the medium itself is encrypted.")
@passphrase_option
def holder(name: str, folder: Path, *, plain: bool, passphrase: Passphrase | None) -> None:
    """Create a key of your own.

    NAME is your name. The command writes the private key, and the file NAME.public for the publisher. It needs no
    network and no repository.
    """
    check_holder(name)
    if passphrase is None and not plain:
        raise click.UsageError(
            "a holder's key needs a passphrase: add --passphrase-file FILE ('-' to be asked), or --plain"
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"cannot create {folder}: {error.strerror}; choose another folder with: --keys DIR"
        ) from error
    key = KeyStore(folder, passphrase=passphrase).create(name)
    public = folder.parent / f"{name}.public"
    replace_file(public, hand_over(key, name))
    echo(f"private     {folder / name}.json  keep it on this machine, and back it up")
    echo(f"public      {public}  give it to the publisher; its signature proves that you have the key")


@click.command()
@click.argument("tenant")
@click.option(
    "--keys",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the tenant's keys, on a machine of its own. Default: the keys of the home.",
)
@home_option
@passphrase_option
def sealing(tenant: str, folder: Path | None, home: Path, passphrase: Passphrase | None) -> None:
    """Make a further sealing key for a tenant.

    PoPs seal what viewers say to TENANT's newest sealing key, once an island is published with it. Keep the older ones:
    they read what was sealed before. `skerry keys init` and `rotate` make one themselves where the tenant's signing key
    is here. A tenant that signs elsewhere makes it there, next to the key that it publishes with.
    """
    check_tenants([tenant])
    key = KeyStore(folder or home / "keys", passphrase=passphrase).create_sealing(tenant)
    echo(f"private     {folder or home / 'keys'}/{key.role}.json  back it up: without it nobody reads what was kept")
    echo(f"next        publish the islands of {tenant} again")


@click.command()
@home_option
@click.option(
    "--keys",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of a holder's or tenant's keys. Default: the keys of the home.",
)
@click.option(
    "--new-passphrase-file",
    "new",
    type=click.Path(path_type=Path),
    callback=named_passphrase,
    required=True,
    help="File with the new passphrase; '-' to be asked for it.",
)
@_yes_option
@passphrase_option
def passphrase(home: Path, folder: Path | None, new: Passphrase, passphrase: Passphrase | None, *, yes: bool) -> None:
    """Change the passphrase of all encrypted keys in a folder.

    If it is stopped half-way, one passphrase still opens all keys: the old one or the new one. Run it again to complete
    it. Copies and backups keep the old passphrase, so make new ones.
    """
    folder = folder or home / "keys"
    old = passphrase or find_passphrase()
    if old is None:
        raise click.UsageError("the old passphrase is needed: add --passphrase-file FILE ('-' to be asked)")
    if not folder.is_dir():
        raise ConfigError(f"there is no folder {folder}; name the folder of the keys with: --keys DIR")
    if folder == home / "keys":
        _warn_of_timestamps(home, "change the passphrase now?", yes=yes)
    changed = change_passphrase(folder, old, new)
    echo(f"changed     {', '.join(changed) or 'nothing: all keys in this folder have the new passphrase already'}")
    if changed:
        echo(
            "next        give services the new passphrase, restart those that have it as a credential, make new backups"
        )


def _warn_of_timestamps(home: Path, question: str, *, yes: bool) -> None:
    """Say what becomes of timestamps if the server lacks the passphrase, and ask before going on, on a terminal."""
    repository = Repository(home)
    if not repository.exists():
        return
    timestamp, *_ = online_roles(repository)
    until = f"{time_text(timestamp.expires)} ({life_text(timestamp.expires - utc_now())})"
    for line in (
        "warning: a running publisher that lacks this passphrase can sign no timestamp from now on.",
        f"         The one in force is valid until {until}. Then PoPs call their islands stale,",
        "         and stop serving each after its `max_stale`. Give the publisher the passphrase and restart it:",
        "         LoadCredential=skerry-passphrase:FILE in systemd, or: export SKERRY_PASSPHRASE_FILE=FILE",
    ):
        echo(line, err=True)
    if sys.stdin.isatty() and not yes:
        click.confirm(question, abort=True, err=True)
