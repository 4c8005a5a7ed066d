"""`skerry keys holder`, `encrypt` and `passphrase`: files of private keys."""

from pathlib import Path

import click

from edge.cli.keys.key_change import named_passphrase, passphrase_option
from edge.cli.options import home_option
from edge.cli.terminal import echo
from edge.errors import ConfigError
from edge.host import replace_file
from edge.publish.keys import KeyStore, Passphrase, change_passphrase, find_passphrase, locked_keys
from edge.publish.signing import check_holder, hand_over


@click.command()
@home_option
@passphrase_option
def encrypt(home: Path, passphrase: Passphrase | None) -> None:
    """Encrypt the private keys in the home with a passphrase.

    Keys that are encrypted already stay as they are. To change their passphrase, use `skerry keys passphrase`.
    """
    folder = KeyStore(home / "keys", passphrase=passphrase)
    if not folder.folder.is_dir():
        raise ConfigError(f"there are no keys in {folder.folder}; create some with: skerry keys init --home {home}")
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
@passphrase_option
def passphrase(home: Path, folder: Path | None, new: Passphrase, passphrase: Passphrase | None) -> None:
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
    changed = change_passphrase(folder, old, new)
    echo(f"changed     {', '.join(changed) or 'nothing: all keys in this folder have the new passphrase already'}")
    if changed:
        echo("next        give services the new passphrase and restart them, then make new backups of the keys")
