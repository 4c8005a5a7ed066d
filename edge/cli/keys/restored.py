"""`skerry recover restored`: a publisher whose home came back from a backup goes on above its fleet."""

from collections.abc import Sequence
from pathlib import Path

import click

from edge.cli.keys.key_change import carry_out, out_option, passphrase_option
from edge.cli.options import home_option
from edge.cli.terminal import echo
from edge.host import utc_now
from edge.publish.fleet import home_ahead, lost_roles, raise_numbers, raise_root
from edge.publish.keys import Passphrase
from edge.publish.repository import Repository
from edge.records import Ahead


@click.command()
@out_option
@home_option
@passphrase_option
def restored(*, out: Path | None, home: Path, passphrase: Passphrase | None) -> None:
    """Go on with a home that was restored from an old backup.

    PoPs post what they have seen. Revisions and versions of this home are raised above that, so that PoPs take what you
    publish next. Until you publish an island again, PoPs go on with the later revision that they have; an island that
    this home does not know any more is withdrawn.

    It needs the keys of each tenant and role that a PoP has seen later than this home. With --out, holders of keys that
    are elsewhere sign drafts.
    """
    repository = Repository(home, passphrase=passphrase)
    ahead = home_ahead(home)
    if not ahead:
        echo("recover     nothing to do: no PoP has posted a later number than this home has")
        echo("            PoPs post every 30 s. If they have not yet, start the publisher and wait:")
        echo(f"            skerry publisher serve --home {home}")
        return
    for one in ahead:
        echo(f"ahead       {one.text}")
    lost = lost_roles(repository.state(), ahead)
    if not _raise_root(repository, ahead, home):
        return
    echo("recover     revisions and versions are raised above what the fleet has seen")
    carry_out(repository, lambda change: raise_numbers(change, ahead), out=out)
    if out is not None:
        echo("            with the option --restored")
    _echo_rest(ahead, lost, home)


def _raise_root(repository: Repository, ahead: Sequence[Ahead], home: Path) -> bool:
    """Sign the root until it is above the fleet's. False if its keys are elsewhere; then what to do is printed."""
    version = next((one.accepted for one in ahead if one.role == "root"), 0)
    if raise_root(repository, version, now=utc_now()):
        return True
    missing = version - repository.state().root.version + 1
    echo(f"root        its keys are elsewhere. Let its holders sign it {missing} times, each time with:")
    echo(f"            skerry keys renew root --out DIR --home {home}")
    echo("            then run this command again. If keys of the root were replaced after the backup, run instead:")
    echo(f"            skerry recover root-of-trust --home {home}")
    return False


def _echo_rest(ahead: Sequence[Ahead], lost: Sequence[str], home: Path) -> None:
    """What is left for people to do."""
    for tenant in lost:
        echo(f"lost        tenant {tenant} was added after the backup, add it again with its own key:")
        echo(f"            skerry tenant add {tenant} --home {home}")
    islands = [one for one in ahead if one.island]
    if islands:
        echo("then        publish these again from their authors' files, the newest you have:")
        for one in islands:
            what = "unknown here, withdrawn until then" if not one.published else f"here {one.published}"
            echo(f"            {one.island}  PoPs have revision {one.accepted}, {what}")
        echo(f"            skerry island publish --home {home} FILE...")
    echo(f"check       skerry status --home {home}")
