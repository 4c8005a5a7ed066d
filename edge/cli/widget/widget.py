"""`skerry widget`: the commands, each loaded when it is called."""

import click

from edge.cli.widget.embed import embed_command
from edge.cli.widget.sign import sign_command
from edge.cli.widget.twitch import twitch_command


@click.group("widget")
def widget_command() -> None:
    """Sign the viewers' widget, and print or write what shows it."""


for _command in (embed_command, sign_command, twitch_command):
    widget_command.add_command(_command)
