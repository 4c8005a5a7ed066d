"""`skerry keys holder`, `encrypt` and `passphrase`: private keys where they lie."""

from pathlib import Path

import click

from edge.cli.keys.key_change import named_passphrase, passphrase_option
from edge.cli.options import home_option
from edge.errors import ConfigError
from edge.host import replace_file
from edge.publish.keys import KeyStore, Passphrase, change_passphrase, find_passphrase, locked_keys
from edge.publish.signing import check_holder, hand_over


@click.command()
@home_option
@passphrase_option
def encrypt(home: Path, passphrase: Passphrase | None) -> None:
    """Encrypt the home's plain private keys with a passphrase."""
    folder = KeyStore(home / "keys", passphrase=passphrase)
    if not folder.folder.is_dir():
        raise ConfigError(f"no keys in {folder.folder}, run: skerry keys init --home {home}")
    with locked_keys(folder.folder):
        encrypted = [name for name in folder.names() if folder.encrypt(name)]
    click.echo(f"encrypted   {', '.join(encrypted) or 'nothing: every key here is encrypted already'}")
    click.echo("next        let services read the passphrase: LoadCredential=skerry-passphrase:FILE (systemd)")


@click.command()
@click.argument("name")
@click.option(
    "--keys",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("skerry-keys"),
    show_default=True,
    help="Where your private key is kept: on a machine or medium of your own.",
)
@click.option("--plain", is_flag=True, help="Without a passphrase, on a medium that is itself encrypted.")
@passphrase_option
def holder(name: str, folder: Path, *, plain: bool, passphrase: Passphrase | None) -> None:
    """Make a key of your own, and the public half to hand to the publisher. Needs neither network nor repository."""
    check_holder(name)
    if passphrase is None and not plain:
        raise click.UsageError("a holder's key is encrypted: add --passphrase-file FILE ('-' to be asked), or --plain")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"cannot make {folder}: {error.strerror}, choose another with: --keys DIR") from error
    key = KeyStore(folder, passphrase=passphrase).create(name)
    public = folder.parent / f"{name}.public"
    replace_file(public, hand_over(key, name))
    click.echo(f"private     {folder / name}.json  never leaves this machine; back it up")
    click.echo(f"public      {public}  hand it to the publisher, who sees that you have the key")


@click.command()
@home_option
@click.option(
    "--keys",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="A holder's or tenant's folder; without, the keys of the publisher's home.",
)
@click.option(
    "--new-passphrase-file",
    "new",
    type=click.Path(path_type=Path),
    callback=named_passphrase,
    required=True,
    help="File with the passphrase to come, '-' to be asked for it.",
)
@passphrase_option
def passphrase(home: Path, folder: Path | None, new: Passphrase, passphrase: Passphrase | None) -> None:
    """Change the passphrase of every encrypted key in a folder.

    Stopped at any moment, either the old one still opens all of them or the new one does; run it again to complete it.
    Copies and backups keep the old passphrase: make new ones.
    """
    folder = folder or home / "keys"
    old = passphrase or find_passphrase()
    if old is None:
        raise click.UsageError("the old passphrase is wanted: add --passphrase-file FILE ('-' to be asked)")
    if not folder.is_dir():
        raise ConfigError(f"no keys in {folder}, name their folder with: --keys DIR")
    changed = change_passphrase(folder, old, new)
    click.echo(f"changed     {', '.join(changed) or 'nothing: the new passphrase opens every key here already'}")
    if changed:
        click.echo("next        give services the new passphrase and restart them; make new backups of the keys")
