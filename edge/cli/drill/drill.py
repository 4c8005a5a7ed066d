"""`skerry drill NAME`: the drills. Each is a command in a file of its own."""

import click

from edge.cli.drill.privacy_command import privacy_command


@click.group("drill")
def drill_command() -> None:
    """Play a bad day with processes of this machine's own, and say whether a promise held.

    Exit status 3 if it did not.
    """


drill_command.add_command(privacy_command)
