"""`skerry publisher witness`: the key by which everybody can see that this publisher saw a log."""

from pathlib import Path

import click

from edge.cli.options import home_option
from edge.cli.terminal import echo
from edge.publish.repository import Repository
from edge.publish.witness import witness_key


@click.command()
@home_option
def witness(home: Path) -> None:
    """Print the verifier key of this publisher as a witness of its PoPs' logs.

    Put it into `witness.key` of each PoP, and give it to everybody who verifies a log: skerry ledger verify --witness.
    """
    echo(witness_key(Repository(home).keys).text)
