"""Carries out changes of keys and roles, for all commands that make them: at once, or as drafts for people to sign."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from tuf.api.metadata import Role, Root, Targets

from edge.cli.terminal import echo
from edge.errors import SkerryError
from edge.foreign_words import one_line
from edge.host import utc_now
from edge.publish.fleet import require_level_with_fleet
from edge.publish.keys import SEALING, Passphrase, checked_passphrase, read_passphrase
from edge.publish.repository import Repository, Transaction, key_name, target_custom
from edge.publish.signing import RoleDraft, holder_of, read_draft, read_public, take_inventory, write_drafts
from edge.trust import LOADERS, Ed25519Key

_ON_TERMINAL = Path("-")


def named_passphrase(_ctx: click.Context, param: click.Parameter, path: Path | None) -> Passphrase | None:
    """Callback of an option that names a passphrase file: the passphrase, asked for if the file is `-`."""
    if path is None:
        return None
    if path == _ON_TERMINAL:
        title = "new passphrase" if param.name == "new" else "passphrase"
        return checked_passphrase(click.prompt(title, hide_input=True, err=True).encode(), where="the answer")
    return read_passphrase(path)


passphrase_option: Callable[[Any], Any] = click.option(
    "--passphrase-file",
    "passphrase",
    type=click.Path(path_type=Path),
    callback=named_passphrase,
    help="File with the passphrase of the private keys; '-' to be asked for it. Default: SKERRY_PASSPHRASE_FILE, or "
    "the systemd credential 'skerry-passphrase'.",
)

out_option: Callable[[Any], Any] = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Change nothing yet: write drafts to this folder, for other key holders to sign.",
)

public_option: Callable[[Any], Any] = click.option(
    "--public",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The new key's public file, from its holder's 'skerry keys holder'. Default: create the key here.",
)


def new_key(repository: Repository, role: str, public: Path | None) -> Ed25519Key:
    """The public key of a new key: read from a holder's file, or created here for the role."""
    if public is not None:
        return read_public(public)
    key = repository.keys.create_next(f"root-{_next_root(repository)}" if role == "root" else key_name(role))
    echo(f"new key     {key.role} in {repository.keys.folder}  private: back it up")
    if key_name(role) != role and role != "root":
        sealing = repository.keys.create_sealing(role)
        echo(f"new key     {sealing.role} in {repository.keys.folder}  private: back it up; keep the older ones")
    return Ed25519Key.from_raw(key.public)


def open_for_change(home: Path, passphrase: Passphrase | None) -> Repository:
    """The repository, for a change that PoPs should take. Raises `RefusedError` if the fleet is ahead of the home."""
    require_level_with_fleet(home)
    return Repository(home, passphrase=passphrase)


def all_encrypted(repository: Repository) -> bool:
    """Whether every private key in the home is encrypted with a passphrase."""
    return all(repository.keys.is_encrypted(name) for name in repository.keys.names())


def warn_of_plain_keys(repository: Repository) -> None:
    """Print a warning if a private key in the home is not encrypted."""
    if not all_encrypted(repository):
        text = "private keys are not encrypted, which is for demos only; encrypt them with"
        echo(f"warning: {text}: skerry keys encrypt --home {repository.home} --passphrase-file FILE", err=True)


def carry_out(repository: Repository, edit: Callable[[Transaction], None], *, out: Path | None) -> tuple[str, ...]:
    """Make the change that `edit` describes, or with `out` write drafts of it. Prints what was done and what is next.

    Returns the roles that change. If it raises, nothing has changed, and keys created for it are deleted.
    """
    before = set(repository.keys.names())
    try:
        if out is not None:
            return _draft(repository, edit, out)
        with repository.change(utc_now()) as change:
            edit(change)
    except BaseException:
        _discard_unused(repository, before)
        raise
    versions = ", ".join(f"{role} {change.state.signed(role).version}" for role in change.touched)
    echo(f"in force    {versions}")
    return change.touched


def _discard_unused(repository: Repository, before: set[str]) -> None:
    """Delete the keys that were created for a change that failed. The next attempt creates others.

    A change may be in force although it raised afterwards. So only keys that the repository does not use are deleted,
    and none if it cannot be read.
    """
    try:
        unused = take_inventory(repository, now=utc_now()).unused
    except SkerryError:
        return
    # A sealing key was made together with a signing key. Nothing is sealed to it before it is published.
    made = {name for name in repository.keys.names() if name.startswith(SEALING)} if unused else set[str]()
    for name in sorted({*unused, *made} - before):
        repository.keys.discard(name)
        echo(f"new key     {name} was deleted again, because the change failed")


def _draft(repository: Repository, edit: Callable[[Transaction], None], out: Path) -> tuple[str, ...]:
    with repository.proposal(utc_now()) as change:
        old_root = change.state.keys("root"), change.state.threshold("root")
        edit(change)
        paths = write_drafts(change, out)
        for path in paths:
            draft = read_draft(path)
            echo(f"draft       {path}")
            if draft.role == "root":
                echo(f"            to be signed by {_some_keys(*old_root)}, the root holders so far")
            keys, threshold = change.state.keys(draft.role), change.state.threshold(draft.role)
            echo(f"            to be signed by {_some_keys(keys, threshold)}")
    echo("next        each holder runs:  skerry keys ceremony sign DRAFT --key KEY.json")
    echo(f"            put their signature files into {out}, then run here:")
    echo(f"            skerry keys ceremony assemble {out} --home {repository.home}")
    return change.touched


def explain(draft: RoleDraft) -> Sequence[str]:
    """What a holder agrees to by signing the draft, in lines. Control characters in the draft are not printed."""
    return [one_line(line) for line in _draft_lines(draft)]


def _draft_lines(draft: RoleDraft) -> Sequence[str]:
    signed = draft.signed
    lines = [f"role {draft.role}, version {signed.version}, expires {signed.expires:%Y-%m-%d}"]
    if isinstance(signed, Root):
        return [*lines, *(_role_line(role, signed, named) for role, named in signed.roles.items())]
    delegated = (signed.delegations.roles if signed.delegations else None) or {}
    lines += [_role_line(f"tenant {tenant}", signed, role) for tenant, role in delegated.items()]
    islands = {path: target for path, target in signed.targets.items() if path.endswith(".island")}
    custom = {path.removesuffix(".island"): target_custom(target) for path, target in islands.items()}
    lines += [f"  {island} revision {target.revision}" for island, target in custom.items()]
    return [*lines, *(f"  {path}, which pages run" for path in signed.targets if path.startswith(LOADERS))]


def _role_line(title: str, delegator: Root | Targets, role: Role) -> str:
    keys = [delegator.get_key(key_id) for key_id in role.keyids]
    return f"  {title}: {role.threshold} of {', '.join(_key(key) for key in keys)}"


def _some_keys(keys: dict[bytes, Any], threshold: int) -> str:
    return f"{threshold} of {', '.join(_key(key) for key in keys.values())}"


def _key(key: Any) -> str:
    return f"{holder_of(key) or 'key'} ({key.keyid[:8]})"


def _next_root(repository: Repository) -> int:
    numbers = [name.removeprefix("root-") for name in repository.keys.names_for("root")]
    return max((int(number) for number in numbers if number.isdigit()), default=0) + 1
