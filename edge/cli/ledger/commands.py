"""`skerry ledger`: the group of its commands."""

import click

from edge.cli.ledger.bundle import bundle_command
from edge.cli.ledger.erase import erase_command, hold_command, holds_command, release_command
from edge.cli.ledger.export import export_log_command
from edge.cli.ledger.payloads import payloads_command, read_command
from edge.cli.ledger.prove import prove_command
from edge.cli.ledger.verify import verify_log_command


@click.group("ledger")
def ledger_command() -> None:
    """Verify what PoPs logged, prove that a leaf is in a log, and copy logs.

    A log is a folder or an address with the files of C2SP tlog-tiles: `checkpoint`, and tiles below `tile/`.
    """


for _command in (verify_log_command, prove_command, export_log_command, bundle_command):
    ledger_command.add_command(_command)
for _command in (erase_command, hold_command, release_command, holds_command, payloads_command, read_command):
    ledger_command.add_command(_command)
