"""`skerry recover`: one command for each kind of stolen or lost key."""

from pathlib import Path

import click

from edge.cli.keys.key_change import carry_out, new_key, out_option, passphrase_option, public_option
from edge.cli.keys.restored import restored
from edge.cli.options import home_option
from edge.cli.terminal import echo
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
    """Recover from stolen or lost keys, and from an old backup.

    Each command prints what it does, and what is left for you to do.
    """


recover_command.add_command(restored)


@recover_command.command("tenant-key")
@click.argument("name")
@click.option(
    "--why", default="the tenant's key was stolen", show_default=True, help="Reason, which PoPs log and show."
)
@public_option
@out_option
@home_option
@passphrase_option
def tenant_key(
    *, name: str, why: str, public: Path | None, out: Path | None, home: Path, passphrase: Passphrase | None
) -> None:
    """Replace a stolen tenant key.

    All islands of the tenant NAME are withdrawn, because the thief may have signed any of them. Publish them again with
    the new key. Until then, questions go to people.
    """
    repository = Repository(home, passphrase=passphrase)
    repository.check_known(name)

    def edit(change: Transaction) -> None:
        replace_stolen_tenant_key(change, name, new_key(repository, name, public), why=why)

    echo(f"recover     tenant {name}: its old keys are no longer valid, its islands are withdrawn")
    carry_out(repository, edit, out=out)
    echo("then        check each island's file, and publish it again with the new key")


@recover_command.command("online-keys")
@out_option
@home_option
@passphrase_option
def online_keys(*, out: Path | None, home: Path, passphrase: Passphrase | None) -> None:
    """Replace a stolen snapshot or timestamp key.

    Both keys are replaced, even if only one was stolen. The thief may have published very high version numbers, which
    PoPs forget only when both keys change in one root. Numbering goes on from the last honest version.
    """
    repository = Repository(home, passphrase=passphrase)

    def edit(change: Transaction) -> None:
        keys = {role: new_key(repository, role, None) for role in ("snapshot", "timestamp")}
        replace_online_keys(change, keys)

    echo("recover     snapshot and timestamp: both have new keys, and numbering goes on from the last honest version")
    carry_out(repository, edit, out=out)
    echo("then        restart `skerry publisher serve` if systemd or a vault gives it its keys; PoPs need nothing")


@recover_command.command("root-key")
@click.argument("key")
@public_option
@out_option
@home_option
@passphrase_option
def root_key(*, key: str, public: Path | None, out: Path | None, home: Path, passphrase: Passphrase | None) -> None:
    """Replace a lost or stolen root key.

    KEY is the start of its id, or its holder's name. Enough other root keys must be left to sign the new root.
    """
    repository = Repository(home, passphrase=passphrase)

    def edit(change: Transaction) -> None:
        old = find_key(change, "root", key)
        add_key(change, "root", new_key(repository, "root", public))
        remove_key(change, "root", old)

    echo(f"recover     root: a new key replaces {key}; the other root keys sign it, running PoPs get it by themselves")
    carry_out(repository, edit, out=out)


@recover_command.command("root-of-trust")
@click.option(
    "--public",
    "files",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Public file of a new root holder; may be repeated. Default: create one key here.",
)
@click.option(
    "--threshold", type=click.IntRange(1, 9), metavar="N", help="Root holders that must sign. Default: a majority."
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
    """Create a new root of trust when too few root keys are left.

    You must copy the new root.json to each PoP. PoPs with the old root are served until it expires, so you can do one
    after the other. If root keys may have been stolen, run `skerry recover online-keys` afterwards: from then on PoPs
    with the old root become stale.
    """
    repository = Repository(home, passphrase=passphrase)

    def edit(change: Transaction) -> None:
        keys = [read_public(file) for file in files] or [new_key(repository, "root", None)]
        reissue_root(change, keys, threshold=threshold or len(keys) // 2 + 1)

    echo("recover     root: a new root of trust, which no earlier root signs")
    old = repository.state().root
    carry_out(repository, edit, out=out)
    if out is not None:
        echo("            with the option --new-root-of-trust")
    echo(f"then        before {old.expires:%Y-%m-%d}, copy {repository.root_copy} over the trusted_root of each PoP")
    echo("            a PoP uses the new root from its next poll on; it needs no restart, and keeps its islands")
