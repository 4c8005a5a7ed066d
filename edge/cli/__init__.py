"""Which command was typed? The `skerry` command line: each command is loaded from its room when it is called."""

import importlib
import io
import sys
from typing import Any

import click

import edge
from edge.errors import ConfigError, SkerryError

__all__ = ["cli", "main"]

_COMMANDS = {
    "ask": ("edge.cli.pop", "ask_command", "Ask a PoP one question, as a viewer would."),
    "consent": ("edge.cli.consent", "consent_command", "Export, verify and recover records of consent."),
    "audit": ("edge.cli.ledger", "audit_command", "Compare a public chat with the logs of all PoPs."),
    "demo": ("edge.cli.demo", "demo_command", "Run publisher, PoP and origin on this machine, and ask questions."),
    "desk": ("edge.cli.desk", "desk_command", "Let people answer the tickets of all PoPs."),
    "drill": ("edge.cli.drill", "drill_command", "Play a bad day on this machine, and say whether a promise held."),
    "incident": ("edge.cli.author", "incident_command", "Replace one answer now, without retraining."),
    "island": ("edge.cli.author", "island_commands", "Check, evaluate, publish, roll back and withdraw islands."),
    "keys": ("edge.cli.keys", "keys_command", "Create, replace, protect and watch the keys that sign islands."),
    "ledger": ("edge.cli.ledger", "ledger_command", "Verify what PoPs logged, prove that a leaf is in it, copy it."),
    "outbox": ("edge.cli.pop", "outbox_command", "List, show, hold, drop and retry the tickets of a PoP."),
    "pop": ("edge.cli.pop", "pop_command", "Run a PoP."),
    "publisher": ("edge.cli.publisher", "publisher_command", "Serve signed islands to PoPs."),
    "recover": ("edge.cli.keys", "recover_command", "Recover from stolen or lost keys."),
    "sessions": ("edge.cli.sessions", "sessions_command", "Give a tenant the key of its viewers' pseudonyms."),
    "simulate": (
        "edge.cli.author",
        "simulate_command",
        "Simulate a drop: share answered, waits, people needed.",
    ),
    "solo": ("edge.cli.solo", "solo_command", "Run publisher, desk and PoP of one creator on this machine."),
    "stats": ("edge.cli.stats", "stats_command", "Show automation rate, response times and cost."),
    "status": (
        "edge.cli.publisher",
        "status_command",
        "Show which PoPs serve what is published, and why others do not.",
    ),
    "tenant": ("edge.cli.keys", "tenant_command", "Add and remove tenants, and publish with a tenant's own key."),
    "triage": ("edge.cli.author", "triage_command", "Measure triage on labelled texts."),
    "verify": ("edge.cli.pop", "verify_command", "Verify that a snippet is what its tenant signed."),
    "widget": ("edge.cli.widget", "widget_command", "Sign the viewers' widget, and make what shows it."),
}
"""By command: its room, its name on the room's face, and its line in `skerry --help`."""


class _LateGroup(click.Group):
    """A group that knows the name and help line of each command, and imports a command only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        room, name, _ = _COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(room), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in sorted(_COMMANDS.items())])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            fault: SkerryError = _extra_missing(error)
        except SkerryError as error:
            fault = error
        except UnicodeEncodeError:
            # A path may be of any bytes. All other words go into JSON or an address, which nothing checks them for.
            if all(map(_is_text, sys.argv)):
                raise
            fault = ConfigError("a word of the command is not text; to see what text is here, run: locale")
        from edge.cli.terminal import echo

        echo(f"error: {fault.text}", err=True)
        raise click.exceptions.Exit(1)


def _is_text(word: str) -> bool:
    """False for a word of the command line that came in another encoding than the locale's."""
    return not any("\ud800" <= character <= "\udfff" for character in word)


def _extra_missing(error: ModuleNotFoundError) -> ConfigError:
    """The error for a missing library: publishing needs some that a PoP does not have."""
    from edge.config import library_missing

    return library_missing(str(error.name), extra="publisher", needed_by="publishing")


@click.group(cls=_LateGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(edge.__version__, prog_name="skerry")
def cli() -> None:
    """Answer viewers' frequent questions at the edge, with answers that your team approved and signed.

    Questions that Skerry is not sure of go to your people.
    """


def _replace_unprintable() -> None:
    """Let stdout and stderr print `?` for a sign that their encoding lacks, in place of a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def main() -> None:
    """Entry point of the `skerry` command."""
    _replace_unprintable()
    try:
        cli()
    except BrokenPipeError:
        # The reader (`| head`, say) has gone. Closing stderr prevents a second error while Python flushes at exit.
        sys.stderr.close()
        sys.exit(1)
