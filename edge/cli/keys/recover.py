"""`skerry recover`: what to do when a key was stolen or lost, one command for each mishap."""

from pathlib import Path

import click

from edge.cli.keys.key_change import carry_out, new_key, out_option, passphrase_option, public_option
from edge.cli.options import home_option
from edge.publish.keys import Passphrase
from edge.publish.repository import Repository, Transaction
from edge.publish.signing import (
    add_key,
    find_key,
    read_public,
    reissue_root,
    remove_key,
    replace_online_keys,
    replace_stolen_tenant_key,
)


@click.group("recover")
def recover_command() -> None:
    """Recover from a stolen or lost key; every command says what it does and what is left to do."""


@recover_command.command("tenant-key")
@click.argument("name")
@click.option("--why", default="the tenant's key was stolen", show_default=True, help="What PoPs are told.")
@public_option
@out_option
@home_option
@passphrase_option
def tenant_key(
    *, name: str, why: str, public: Path | None, out: Path | None, home: Path, passphrase: Passphrase | None
) -> None:
    """A tenant's key was stolen: only a new one is good from now on, and every island is withdrawn.

    The old key ends at once, because anything that it signed may be the thief's. Publish the islands again with the new
    key; until then viewers reach people.
    """
    repository = Repository(home, passphrase=passphrase)
    repository.check_known(name)

    def edit(change: Transaction) -> None:
        replace_stolen_tenant_key(change, name, new_key(repository, name, public), why=why)

    click.echo(f"recover     tenant {name}: its old keys are worth nothing, its islands are withdrawn")
    carry_out(repository, edit, out=out)
    click.echo("then        check every island's TOML, and publish it again with the new key")


@recover_command.command("online-keys")
@out_option
@home_option
@passphrase_option
def online_keys(*, out: Path | None, home: Path, passphrase: Passphrase | None) -> None:
    """The publisher's snapshot or timestamp key was stolen, and versions may have been driven up.

    Both keys are replaced in one root, even if only one was stolen: with either kept, PoPs would hold on to the
    thief's version numbers. With both new they forget them, and counting starts where honest versions ended.
    """
    repository = Repository(home, passphrase=passphrase)

    def edit(change: Transaction) -> None:
        keys = {role: new_key(repository, role, None) for role in ("snapshot", "timestamp")}
        replace_online_keys(change, keys)

    click.echo("recover     snapshot and timestamp: new keys for both, versions counted on from the last honest one")
    carry_out(repository, edit, out=out)
    click.echo("then        restart `skerry publisher serve` if its keys are lent to it; PoPs need nothing")


@recover_command.command("root-key")
@click.argument("key")
@public_option
@out_option
@home_option
@passphrase_option
def root_key(*, key: str, public: Path | None, out: Path | None, home: Path, passphrase: Passphrase | None) -> None:
    """One root key was lost or stolen, and enough others are left: replace it. KEY is its id or its holder's name."""
    repository = Repository(home, passphrase=passphrase)

    def edit(change: Transaction) -> None:
        going = find_key(change, "root", key)
        add_key(change, "root", new_key(repository, "root", public))
        remove_key(change, "root", going)

    click.echo(f"recover     root: {key} goes, a new key comes; those that are left sign it, running PoPs follow")
    carry_out(repository, edit, out=out)


@recover_command.command("root-of-trust")
@click.option(
    "--public",
    "files",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A new root holder's public half; repeat. Without any, one key is made here.",
)
@click.option(
    "--threshold", type=click.IntRange(1, 9), metavar="N", help="How many of them must sign; else a majority."
)
@out_option
@home_option
@passphrase_option
def root_of_trust(
    *,
    files: tuple[Path, ...],
    threshold: int | None,
    out: Path | None,
    home: Path,
    passphrase: Passphrase | None,
) -> None:
    """Too few root keys are left to sign a root. A new root of trust is made, and every PoP has to be handed it.

    Nothing else changes: PoPs on the old root go on being served until that expires, so they can be given the new
    root.json one after the other. If root keys may have been stolen, run `skerry recover online-keys` afterwards:
    from that moment PoPs still on the old root grow stale.
    """
    repository = Repository(home, passphrase=passphrase)

    def edit(change: Transaction) -> None:
        keys = [read_public(file) for file in files] or [new_key(repository, "root", None)]
        reissue_root(change, keys, threshold=threshold or len(keys) // 2 + 1)

    click.echo("recover     root: a new root of trust, for which no earlier root vouches")
    old = repository.state().root
    carry_out(repository, edit, out=out)
    if out is not None:
        click.echo("            with the option --new-root-of-trust")
    click.echo(
        f"then        until {old.expires:%Y-%m-%d} put {repository.root_copy} in place of every PoP's trusted_root"
    )
    click.echo("            it takes the new root with its next poll, without a restart, and keeps what it holds")
