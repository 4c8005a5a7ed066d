"""The demo's output: lines and tables for people, a summary for programs."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from edge.cli.demo.questions import is_harmless
from edge.cli.pop import COLOURS
from edge.publish.source import SampleQuestion
from edge.records import AskResponse

if TYPE_CHECKING:
    from edge.cli.demo.harness import Harness


class DemoOutput:
    """Prints and collects the demo's steps. The demo fails if one step fails."""

    def __init__(self, *, to_stderr: bool) -> None:
        self._console = Console(stderr=to_stderr, highlight=False)
        self._steps: list[dict[str, Any]] = []
        self._questions: list[dict[str, Any]] = []

    @property
    def failed(self) -> bool:
        """True if any step failed."""
        return any(not step["ok"] for step in self._steps)

    def say(self, text: str) -> None:
        """Print a line between two steps."""
        self._console.print(Text(text, style="dim"))

    def step(self, name: str, *, ok: bool, found: str, **figures: Any) -> None:
        """Print one step: its name, the result, and whether it succeeded."""
        self._steps.append({"step": name, "ok": ok, "found": found, **figures})
        mark = Text("  ok  ", style="bold green") if ok else Text(" FAIL ", style="bold red")
        self._console.print(mark + Text(f"{name}: ", style="bold") + Text(found), soft_wrap=True)

    def questions(self, asked: list[tuple[SampleQuestion, AskResponse, float]]) -> None:
        """Print a table of all questions and their outcomes."""
        table = Table(title="Questions and their outcomes", title_justify="left", expand=True)
        table.add_column("question", ratio=1)
        table.add_column("outcome", no_wrap=True)
        table.add_column("snippet", no_wrap=True, max_width=18)
        table.add_column("confidence", justify="right", no_wrap=True)
        table.add_column("ms", justify="right", no_wrap=True)
        for question, response, took_ms in asked:
            found = response.provenance.snippet if response.provenance else ""
            found = found or ", ".join(option.snippet for option in response.options)
            table.add_row(
                Text(question.text) + Text(f" ({question.kind.value})", style="dim"),
                Text(response.outcome, style=COLOURS[response.outcome]) + Text(f"\n{response.reason}", style="dim"),
                Text(found),
                "" if response.confidence is None else f"{response.confidence:.2f}",
                f"{took_ms:.1f}",
            )
            self._questions.append(
                {
                    "island": question.island,
                    "text": question.text,
                    "kind": question.kind,
                    "outcome": response.outcome,
                    "reason": response.reason,
                    "confidence": response.confidence,
                    "snippet": found,
                    "ms": round(took_ms, 3),
                    "accepted": is_harmless(question, response),
                }
            )
        self._console.print(table)

    def conclude(self) -> None:
        """Print the number of steps that failed."""
        failed = sum(not step["ok"] for step in self._steps)
        if failed:
            self._console.print(Text(f"{failed} of {len(self._steps)} steps failed", style="bold red"))
        else:
            self._console.print(Text(f"all {len(self._steps)} steps succeeded", style="bold green"))

    def suggest(self, harness: "Harness", links: Sequence[str]) -> None:
        """Print commands to try while the demo keeps running, and `links`, the lines about its pages."""
        island = "lumen-live/winter-tour"
        body = f'{{"island": "{island}", "text": "when does the stream start?"}}'
        for line in (
            "",
            "The demo keeps running until Ctrl-C. Its pages:",
            *links,
            "",
            "Try in another terminal:",
            *_path_hint(),
            f"  skerry ask --url {harness.pop_url} {island} when does the stream start",
            f"  curl -s {harness.pop_url}/v1/ask -d '{body}'",
            f"  curl -s {harness.pop_url}/v1/islands",
            f"  curl -s {harness.pop_url}/readyz",
            f"  curl -s {harness.pop_url}/metrics",
            f"  curl -s {harness.pop_url}/openapi.json",
            f"  curl -s {harness.origin.url}                      # the tickets that reached people before",
            f"  skerry stats --url {harness.pop_url}                # automation rate and response times",
            f"  skerry island withdraw {island} --why 'trying it' --home {harness.home}",
        ):
            self._console.print(Text(line), soft_wrap=True)

    def summary(self) -> dict[str, Any]:
        """All steps and questions, for programs."""
        return {"ok": not self.failed, "steps": self._steps, "questions": self._questions}


def _path_hint() -> tuple[str, ...]:
    """The line that puts `skerry` on the shell's path. Nothing if it is there already."""
    if shutil.which("skerry"):
        return ()
    return (f'  export PATH="{Path(sys.executable).parent}:$PATH"      # the folder of skerry',)
