"""`skerry keys ceremony`: several people hold the keys of root and targets, and sign on machines of their own."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from edge.cli.keys.key_change import carry_out, explain, passphrase_option, warn_of_plain_keys
from edge.cli.options import home_option
from edge.cli.terminal import echo
from edge.host import utc_now
from edge.publish.fleet import home_ahead, raise_online, require_level_with_fleet
from edge.publish.keys import KeyStore, Passphrase
from edge.publish.repository import Repository, Transaction
from edge.publish.signing import (
    RoleDraft,
    assemble_restored,
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

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _holder_options(*, required: bool) -> Callable[[_Command], _Command]:
    """Options for the holders of both roles, `required` or not, and for the folder of the drafts."""

    def add(command: _Command) -> _Command:
        # Click lists options in the reverse of the order in which they are added.
        command = click.option(
            "--out",
            type=click.Path(file_okay=False, path_type=Path),
            required=True,
            metavar="DIR",
            help="Folder for the drafts.",
        )(command)
        for role in ("targets", "root"):
            command = click.option(
                f"--{role}-threshold",
                type=click.IntRange(1, 9),
                metavar="N",
                help=f"{role.capitalize()} holders that must sign. Default: a majority.",
            )(command)
            command = click.option(
                f"--{role}",
                f"{role}_files",
                multiple=True,
                type=_PUBLIC,
                required=required,
                metavar="FILE",
                help=f"Public file of a {role} holder; may be repeated.",
            )(command)
        return command

    return add


@click.group()
def ceremony() -> None:
    """Let several people sign root and targets.

    Each holder creates a key (`skerry keys holder`). `prepare` or `bootstrap` writes drafts, each holder signs them,
    and `assemble` puts drafts and signatures in force. Each step prints the next one.
    """


@ceremony.command()
@home_option
@_holder_options(required=False)
def prepare(
    *,
    home: Path,
    root_files: tuple[Path, ...],
    root_threshold: int | None,
    targets_files: tuple[Path, ...],
    targets_threshold: int | None,
    out: Path,
) -> None:
    """Draft a root with the holders' keys, for them to sign.

    Nothing changes before `assemble`. The keys in the home that are replaced sign once more then.
    """
    if not root_files and not targets_files:
        raise click.UsageError("name at least one holder with --root FILE or --targets FILE")
    wanted = {"root": (root_files, root_threshold), "targets": (targets_files, targets_threshold)}

    def edit(change: Transaction) -> None:
        for role, (files, threshold) in wanted.items():
            if files:
                keys = [read_public(file) for file in files]
                set_keys(change, role, keys, threshold=threshold or _majority(keys))

    echo("prepare     drafts of the next root, and of what depends on it, without signatures; nothing changes yet")
    carry_out(Repository(home), edit, out=out)


@ceremony.command(name="bootstrap")
@home_option
@_holder_options(required=True)
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
    """Draft the first root and targets of a new home.

    Use it instead of `skerry keys init` if no key of root or targets may be on this machine. Only the keys of snapshot
    and timestamp are created here.
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
    echo("bootstrap   drafts of a new repository, for its holders to sign; nothing is in force yet")
    for path in drafts:
        echo(f"draft       {path}")
    echo("next        each holder runs:  skerry keys ceremony sign DRAFT --key KEY.json")
    echo(f"            put their signature files into {out}, then run here:")
    echo(f"            skerry keys ceremony assemble {out} --home {home}")


def _majority(keys: Sequence[object]) -> int:
    return len(keys) // 2 + 1


@ceremony.command()
@click.argument("draft", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--key", "key_file", type=_PUBLIC, required=True, metavar="FILE", help="File of your private key.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder for the signature file. Default: the draft's folder.",
)
@click.option("--yes", is_flag=True, help="Sign without asking.")
@passphrase_option
def sign(draft: Path, key_file: Path, out: Path | None, *, yes: bool, passphrase: Passphrase | None) -> None:
    """Show a draft, and sign it if you agree.

    It writes your signature file, which is public. It needs no network and no repository.
    """
    document = read_draft(draft)
    echo("sign        by signing you agree to:")
    for line in explain(document):
        echo(f"            {line}")
    echo(f"sha256      {document.sha256}  the other holders must see the same")
    if not yes:
        click.confirm("sign it?", abort=True, err=True)
    key = KeyStore(key_file.parent, passphrase=passphrase).load(key_file.stem)
    path = write_signature(out or draft.parent, *sign_draft(document, key))
    echo(f"signature   {path}  public: send it to the publisher's operator")


@ceremony.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--new-root-of-trust", is_flag=True, help="Only after `skerry recover root-of-trust`.")
@click.option("--restored", "is_restored", is_flag=True, help="Only after `skerry recover restored`.")
@home_option
@passphrase_option
def assemble(
    folder: Path, home: Path, passphrase: Passphrase | None, *, new_root_of_trust: bool, is_restored: bool
) -> None:
    """Put drafts and signatures of a folder in force.

    FOLDER has the drafts and the holders' signature files. Everything is in force at once, or nothing if signatures are
    missing.
    """
    repository = Repository(home, passphrase=passphrase)
    if not repository.exists():
        for draft in bootstrap_repository(repository, folder, now=utc_now().replace(microsecond=0)):
            _echo_assembled(draft)
        echo("in force    a new repository, without tenants")
        echo(f"root        {repository.root_copy}  public: copy it to each PoP")
        echo(f"next        skerry tenant add NAME --home {home} --out DIR  then the targets' holders sign")
        return
    ahead = home_ahead(home) if is_restored else ()
    if not is_restored and not new_root_of_trust:
        require_level_with_fleet(home)
    with repository.change(utc_now()) as change:
        change.reissues_root = new_root_of_trust
        for draft in assemble_restored(change, folder) if is_restored else assemble_drafts(change, folder):
            _echo_assembled(draft)
        if is_restored:
            raise_online(change, ahead)
    echo(f"in force    {', '.join(change.touched)}; running PoPs get it by themselves")
    echo(f"root        {repository.root_copy}  public: copy it to new PoPs")
    echo(f"next        skerry keys status --home {home}  keys that it calls unused can be destroyed")


def _echo_assembled(draft: RoleDraft) -> None:
    echo(f"assemble    role {draft.role} version {draft.signed.version}, sha256 {draft.sha256}")
