"""The option of servers that keep logs of PoPs. Apart from other options: a PoP never loads an archive."""

from collections.abc import Callable
from typing import Any

import click

from edge.archive import ARCHIVE_BYTES

archive_option: Callable[[Any], Any] = click.option(
    "--archive-bytes",
    type=click.IntRange(min=0),
    default=ARCHIVE_BYTES,
    show_default=True,
    metavar="N",
    help="Bytes of closed logs to keep for each PoP that moves them here. A log beyond it stays on its PoP.",
)
