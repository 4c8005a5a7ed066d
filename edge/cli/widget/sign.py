"""`skerry widget sign`: the widget's loader, as this release has it, as a target that the publisher signs."""

from pathlib import Path

import click

from edge.cli.keys import carry_out, open_for_change, out_option, passphrase_option
from edge.cli.options import home_option
from edge.cli.terminal import echo
from edge.cli.widget.built import read_loader
from edge.publish.keys import Passphrase
from edge.publish.repository import Transaction, list_loader, unlist_loaders


@click.command("sign")
@click.option("--only", is_flag=True, help="Sign no other release's widget any more.")
@out_option
@home_option
@passphrase_option
def sign_command(*, only: bool, out: Path | None, home: Path, passphrase: Passphrase | None) -> None:
    """Sign the widget of this release of Skerry, so that PoPs serve it with a signature.

    Run it with a new release before you upgrade PoPs. The signature is made again with the role `targets`. The widgets
    of earlier releases stay signed, for PoPs that still have them, until you say --only.
    """
    content = read_loader()

    def edit(change: Transaction) -> None:
        for path, file in list_loader(change.state.targets, content).items():
            change.add_target(path, file)
        if only:
            for gone in unlist_loaders(change.state.targets, content):
                echo(f"not signed  {gone}")
        change.touch("targets")

    carry_out(open_for_change(home, passphrase), edit, out=out)
    echo(f"next        skerry widget embed TENANT/ISLAND --pop URL --pin key --home {home}")
