"""`skerry keys ceremony`: root and targets in the hands of several people, who sign on machines of their own."""

from collections.abc import Sequence
from pathlib import Path

import click

from edge.cli.keys.key_change import carry_out, explain, passphrase_option, warn_of_plain_keys
from edge.cli.options import home_option
from edge.host import utc_now
from edge.publish.keys import KeyStore, Passphrase
from edge.publish.repository import Repository, Transaction
from edge.publish.signing import (
    RoleDraft,
    bootstrap_repository,
    draft_bootstrap,
    read_draft,
    read_public,
    set_keys,
    sign_draft,
    write_signature,
)
from edge.publish.signing import assemble as assemble_drafts

_PUBLIC = click.Path(dir_okay=False, path_type=Path)


@click.group()
def ceremony() -> None:
    """Put root and targets into several hands; each step says what it does."""


@ceremony.command()
@home_option
@click.option("--root", "root_files", multiple=True, type=_PUBLIC, metavar="FILE", help="A root holder; repeat.")
@click.option("--root-threshold", type=click.IntRange(1, 9), metavar="N", help="Root holders that must sign.")
@click.option("--targets", "targets_files", multiple=True, type=_PUBLIC, metavar="FILE", help="A targets holder.")
@click.option("--targets-threshold", type=click.IntRange(1, 9), metavar="N", help="Targets holders that must sign.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="DIR")
def prepare(
    *,
    home: Path,
    root_files: tuple[Path, ...],
    root_threshold: int | None,
    targets_files: tuple[Path, ...],
    targets_threshold: int | None,
    out: Path,
) -> None:
    """Draft a root whose root and targets keys are the holders', for all of them to sign.

    Without a threshold a majority must sign. The keys here that these holders replace sign once more, at the end.
    """
    if not root_files and not targets_files:
        raise click.UsageError("name at least one holder with --root FILE or --targets FILE")
    wanted = {"root": (root_files, root_threshold), "targets": (targets_files, targets_threshold)}

    def edit(change: Transaction) -> None:
        for role, (files, threshold) in wanted.items():
            if files:
                keys = [read_public(file) for file in files]
                set_keys(change, role, keys, threshold=threshold or _majority(keys))

    click.echo("prepare     the next root, and what depends on it, without signatures; nothing changes yet")
    carry_out(Repository(home), edit, out=out)


@ceremony.command(name="bootstrap")
@home_option
@click.option("--root", "root_files", multiple=True, type=_PUBLIC, required=True, metavar="FILE", help="Repeat.")
@click.option("--root-threshold", type=click.IntRange(1, 9), metavar="N", help="Root holders that must sign.")
@click.option("--targets", "targets_files", multiple=True, type=_PUBLIC, required=True, metavar="FILE", help="Repeat.")
@click.option("--targets-threshold", type=click.IntRange(1, 9), metavar="N", help="Targets holders that must sign.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="DIR")
@passphrase_option
def draft_first(
    *,
    home: Path,
    root_files: tuple[Path, ...],
    root_threshold: int | None,
    targets_files: tuple[Path, ...],
    targets_threshold: int | None,
    out: Path,
    passphrase: Passphrase | None,
) -> None:
    """Draft the very first root and targets of a new home, by the holders' keys; without 'skerry keys init'.

    Without a threshold a majority must sign. Only the keys of snapshot and timestamp are made here.
    """
    root, targets = ([read_public(file) for file in files] for files in (root_files, targets_files))
    repository = Repository(home, passphrase=passphrase)
    drafts = draft_bootstrap(
        repository,
        root=(root, root_threshold or _majority(root)),
        targets=(targets, targets_threshold or _majority(targets)),
        out=out,
        now=utc_now().replace(microsecond=0),
    )
    warn_of_plain_keys(repository)
    click.echo("found       a repository that begins with what its holders sign; nothing is in force yet")
    for path in drafts:
        click.echo(f"draft       {path}")
    click.echo("next        each holder, with their own key:  skerry keys ceremony sign DRAFT --key KEY.json")
    click.echo(f"            then here, with the signatures in {out}:  skerry keys ceremony assemble {out}")


def _majority(keys: Sequence[object]) -> int:
    return len(keys) // 2 + 1


@ceremony.command()
@click.argument("draft", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--key", "key_file", type=_PUBLIC, required=True, metavar="FILE", help="Your private key.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Default: the draft's folder."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@passphrase_option
def sign(draft: Path, key_file: Path, out: Path | None, *, yes: bool, passphrase: Passphrase | None) -> None:
    """Show what a draft says and, if you agree, write your signature file. Needs neither network nor repository."""
    found = read_draft(draft)
    click.echo("sign        you put your name to:")
    for line in explain(found):
        click.echo(f"            {line}")
    click.echo(f"sha256      {found.sha256}  compare it with what the others see")
    if not yes:
        click.confirm("sign it?", abort=True, err=True)
    key = KeyStore(key_file.parent, passphrase=passphrase).load(key_file.stem)
    path = write_signature(out or draft.parent, *sign_draft(found, key))
    click.echo(f"signature   {path}  public: send it to the person who assembles")


@ceremony.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--new-root-of-trust", is_flag=True, help="Only after `skerry recover root-of-trust`.")
@home_option
@passphrase_option
def assemble(folder: Path, home: Path, passphrase: Passphrase | None, *, new_root_of_trust: bool) -> None:
    """Put drafts and signatures of a folder together; once enough have signed, all of it is in force at once."""
    repository = Repository(home, passphrase=passphrase)
    if not repository.exists():
        for draft in bootstrap_repository(repository, folder, now=utc_now().replace(microsecond=0)):
            _echo_assembled(draft)
        click.echo("in force    a new repository, without tenants yet")
        click.echo(f"root        {repository.root_copy}  public: every PoP starts from it")
        click.echo(f"next        skerry tenant add NAME --home {home} --out DIR, for the targets' holders to sign")
        return
    with repository.change(utc_now()) as change:
        change.reissues_root = new_root_of_trust
        for draft in assemble_drafts(change, folder):
            _echo_assembled(draft)
    click.echo(f"in force    {', '.join(change.touched)}; running PoPs follow by themselves")
    click.echo(f"root        {repository.root_copy}  public: new PoPs start from it")
    click.echo("next        skerry keys status; keys that it calls unused can be destroyed")


def _echo_assembled(draft: RoleDraft) -> None:
    click.echo(f"assemble    role {draft.role} version {draft.signed.version}, sha256 {draft.sha256}")
