"""`skerry keys`: the keys that a publisher and its tenants sign with."""

from pathlib import Path

import click

from edge.cli.keys.ceremony import ceremony
from edge.cli.keys.key_change import (
    all_encrypted,
    carry_out,
    new_key,
    open_for_change,
    out_option,
    passphrase_option,
    public_option,
)
from edge.cli.keys.key_files import encrypt, holder, passphrase, sealing
from edge.cli.keys.starter import (
    AGENT_SPAN,
    make_first_agents,
    make_first_pop,
    name_in_config,
    pop_config,
    start_lines,
)
from edge.cli.options import echo_table, home_option
from edge.cli.terminal import echo, echo_json
from edge.errors import RefusedError
from edge.host import utc_now
from edge.publish.keys import Passphrase
from edge.publish.repository import Repository, Transaction, islands_signed_by
from edge.publish.signing import KeyInventory, RoleEntry, add_key, find_key, remove_key, take_inventory
from edge.trust import Ed25519Key


@click.group("keys")
def keys_command() -> None:
    """Make, encrypt, replace and watch the keys that sign islands."""


keys_command.add_command(ceremony)
for command in (encrypt, holder, passphrase, sealing):
    keys_command.add_command(command)


@keys_command.command()
@home_option
@click.option("--tenant", "tenants", multiple=True, metavar="NAME", help="A creator or brand; repeat for several.")
@click.option(
    "--root-keys", type=click.IntRange(1, 9), default=1, show_default=True, help="How many root keys to make."
)
@click.option(
    "--threshold", type=click.IntRange(1, 9), default=1, show_default=True, help="How many of them must sign."
)
@passphrase_option
def init(home: Path, tenants: tuple[str, ...], root_keys: int, threshold: int, passphrase: Passphrase | None) -> None:
    """Make keys, repository, root.json, a starter pop.toml and tokens for the desk. Run it again to add tenants.

    With a passphrase private keys are encrypted; without one they stay plain, as in a demo.
    """
    if threshold > root_keys:
        raise click.UsageError(f"--threshold {threshold} is more than --root-keys {root_keys}")
    repository = Repository(home, passphrase=passphrase)
    added = repository.init(now=utc_now(), tenants=tenants, root_keys=root_keys, threshold=threshold)
    make_first_pop(home, now=utc_now())
    agents = make_first_agents(home, repository.state().tenants, now=utc_now())
    echo(f"keys      {repository.keys.folder}  private: back them up, show them to nobody")
    if not all_encrypted(repository):
        echo("          stored plain; to encrypt them:")
        echo(f"          skerry keys encrypt --home {home} --passphrase-file FILE")
    echo(f"root      {repository.root_copy}  public: every PoP starts from it")
    echo(f"PoP       {pop_config(home)}  settings of {name_in_config(home)}; publisher and desk know it")
    for agent in agents:
        echo(f"person    {agent.path}  token for the desk: {agent.tenant}, {AGENT_SPAN.days} days")
    names = (f"{tenant} (new)" if tenant in added else tenant for tenant in repository.state().tenants)
    echo(f"tenants   {', '.join(names) or 'none'}")
    _echo_next(home, repository)


def _echo_next(home: Path, repository: Repository) -> None:
    """Print what to run now: once there is a tenant, all that brings its first island to viewers, in order."""
    if not repository.state().tenants:
        echo(f"next      skerry keys init --home {home} --tenant NAME")
        return
    echo(f"next      skerry island publish --home {home} FILE")
    echo("          then, each in a terminal of its own:")
    for line in start_lines(home):
        echo(f"          {line}")
    echo("          or these three in one:")
    echo(f"          skerry solo --home {home}")


def add_second_key(change: Transaction, tenant: str, key: Ed25519Key) -> None:
    """Add a second key of a tenant, and print what has to be done before the old one can go."""
    old = [key.keyid[:8] for key in change.state.keys(tenant).values()]
    add_key(change, tenant, key)
    echo(f"rotate      both keys of {tenant} are good; publish its islands again with the new one, then run")
    echo(f"            skerry keys revoke --home {change.home} {tenant} {old[0]}")


@keys_command.command()
@click.argument("role")
@click.option("--key", "old", metavar="KEY", help="The key to replace: the start of its id, or its holder's name.")
@public_option
@out_option
@home_option
@passphrase_option
def rotate(
    *, role: str, old: str | None, public: Path | None, out: Path | None, home: Path, passphrase: Passphrase | None
) -> None:
    """Replace a key of root, targets, snapshot or timestamp; add a second key for a tenant.

    A tenant's old key stays good until it is revoked, so its islands go on being served: publish them again with the
    new key, then run `skerry keys revoke`.
    """
    repository = open_for_change(home, passphrase)

    def edit(change: Transaction) -> None:
        if role in change.state.tenants:
            add_second_key(change, role, new_key(repository, role, public))
            return
        keys = change.state.keys(role) if role in change.state.root.roles else {}
        only = next(iter(keys.values())).keyid if len(keys) == 1 else ""
        going = find_key(change, role, old or only)
        add_key(change, role, new_key(repository, role, public))
        remove_key(change, role, going)
        echo(f"rotate      key {going[:8]} of {role} is replaced by the new one in one step")

    carry_out(repository, edit, out=out)


@keys_command.command()
@click.argument("role")
@click.argument("key")
@click.option(
    "--anyway",
    is_flag=True,
    help="Remove it even if islands that it signed are no longer served then.",
)
@out_option
@home_option
@passphrase_option
def revoke(role: str, key: str, out: Path | None, home: Path, *, anyway: bool, passphrase: Passphrase | None) -> None:
    """Remove a key from a role that has others. KEY is the start of its id, or its holder's name."""
    repository = open_for_change(home, passphrase)

    def edit(change: Transaction) -> None:
        key_id = find_key(change, role, key)
        islands = islands_signed_by(repository.folder, change.state, role, key_id)
        if islands and not anyway:
            text = f"key {key_id[:8]} of {role!r} signs {', '.join(islands)}, which would no longer be served"
            raise RefusedError(f"{text}; publish again with the new key first, or add --anyway")
        remove_key(change, role, key_id)
        echo(f"revoke      PoPs refuse what key {key_id[:8]} signs for {role} from now on")

    carry_out(repository, edit, out=out)


@keys_command.command()
@click.argument("role")
@out_option
@home_option
@passphrase_option
def renew(role: str, out: Path | None, home: Path, passphrase: Passphrase | None) -> None:
    """Sign a role again with the same keys. A root is then good for a year, targets for 90 days, a tenant for 30."""
    # A root may be renewed all the same: `skerry recover restored` asks for that.
    repository = Repository(home, passphrase=passphrase) if role == "root" else open_for_change(home, passphrase)

    def edit(change: Transaction) -> None:
        if role not in {*change.state.root.roles, *change.state.tenants}:
            raise RefusedError(f"there is no role {role[:64]!r}; see: skerry keys status --home {home}")
        change.touch(role)

    carry_out(repository, edit, out=out)


@keys_command.command()
@home_option
@click.option("--json", "as_json", is_flag=True, help="Print the keys as JSON.")
@click.option("--check", is_flag=True, help="Exit status 1 when there is a warning.")
def status(home: Path, *, as_json: bool, check: bool) -> None:
    """Show who holds which key, where it is stored, and when each role expires. Needs no passphrase."""
    inventory = take_inventory(Repository(home), now=utc_now())
    if as_json:
        echo_json(inventory)
    else:
        _echo_inventory(inventory)
    if check and inventory.warnings:
        raise click.exceptions.Exit(1)


def _echo_inventory(inventory: KeyInventory) -> None:
    rows = [row for role in inventory.roles for row in _rows(role)]
    echo_table(("role", "signs", "key", "holder", "stored", "expires", "left"), rows)
    if inventory.unused:
        echo(f"unused      {', '.join(inventory.unused)}: revoked, or waiting for a ceremony")
    if inventory.sealing:
        echo(f"sealing     {', '.join(inventory.sealing)}: read what PoPs keep, back them up")
    for warning in inventory.warnings:
        echo(f"warning: {warning}", err=True)


def _rows(role: RoleEntry) -> list[tuple[str, ...]]:
    minutes = max(role.left_s, 0) // 60
    left = f"{minutes // 1440} d" if minutes >= 1440 else f"{minutes} min"  # noqa: PLR2004 - minutes of a day
    signs = f"{role.threshold} of {len(role.keys)}"
    return [
        (role.role, signs, key.key_id[:8], key.holder or "-", key.stored, f"{role.expires:%Y-%m-%dT%H:%M:%SZ}", left)
        for key in role.keys
    ]
