"""`skerry desk key`: by which keys a desk believes a PoP's consent records."""

from pathlib import Path

import click

from edge.cli.desk.options import desk_home_option, tell_running_desk
from edge.cli.options import read_keys
from edge.cli.terminal import echo
from edge.desk.access import set_pop_keys, tokens_path


@click.command()
@desk_home_option
@click.option("--pop", metavar="NAME", required=True, help="The PoP. It must have a token.")
@click.argument("keys", metavar="[KEY]...", nargs=-1)
def key(*, home: Path, pop: str, keys: tuple[str, ...]) -> None:
    """Name the public keys of a PoP: a consent record or a log that another key signed is refused then.

    KEY is what STATE/status.pub of the PoP has, in hexadecimal or base64. The keys replace those that were named
    before. Without any, the first key that the PoP used is believed, and a record by another one is shown as not
    verified. After a rotation or a recovery, name both keys: what came in between is verified then, too.
    """
    set_pop_keys(tokens_path(home), pop, read_keys(keys))
    tell_running_desk(home)
    echo(
        f"consent records of {pop} are believed by {len(keys)} keys"
        if keys
        else f"{pop} is believed by the first key that it used"
    )
