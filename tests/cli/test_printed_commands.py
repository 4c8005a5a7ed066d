"""Every command that Skerry prints can be run as it is: one that takes `--home` has it.

Without it, a command that works on a home takes `skerry-home` in the folder where it is run, and often makes one there.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from edge.cli import cli

EDGE = Path(__file__).parents[2] / "edge"

# After a colon, as in "…, run: skerry keys init", or at the beginning of a line. Words in backticks are no commands to
# copy: they are names of commands.
_COMMAND = re.compile(r"(?:: +|^ *|\w+ {2,})skerry ((?:[a-z-]+ )*[a-z-]+)")
_NEXT_LINES = 3
"""A text may go on in the next strings of a function."""


class _Texts(ast.NodeVisitor):
    """The strings of a module by line, without docstrings; what f-strings put in is `…`."""

    def __init__(self) -> None:
        self.found: list[tuple[int, str]] = []

    def visit_Expr(self, node: ast.Expr) -> None:
        if not (isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)):
            self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.found.append((node.lineno, node.value))

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        parts = (part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
        self.found.append((node.lineno, "".join(map(str, parts))))


def _texts(file: Path) -> list[tuple[int, str]]:
    texts = _Texts()
    texts.visit(ast.parse(file.read_text(encoding="utf-8")))
    return texts.found


def _takes_home(words: str) -> bool:
    """True if the command that `words` begin with has the option `--home`."""
    command: click.Command | None = cli
    for word in words.split():
        if not isinstance(command, click.Group):
            break
        command = command.get_command(click.Context(command), word)
    return command is not None and any("--home" in parameter.opts for parameter in command.params)


def _without_home() -> Iterator[str]:
    for file in sorted(EDGE.rglob("*.py")):
        texts = _texts(file)
        for line, text in texts:
            near = "".join(other for at, other in texts if line <= at <= line + _NEXT_LINES)
            for match in _COMMAND.finditer(text):
                # With `--url` a command asks a publisher on another machine.
                if _takes_home(match[1]) and "--home" not in near and "--url" not in near:
                    yield f"{file.relative_to(EDGE.parent)}:{line}: skerry {match[1]}"


def test_printed_command_names_its_home() -> None:
    """No string of the product has a command that takes `--home` and lacks it."""
    assert [] == list(_without_home())


FOUND = {
    "at the end of an error": ("no home here, run: skerry keys init", ["keys init"]),
    "in a table of next steps": ("next      skerry publisher serve", ["publisher serve"]),
    "on a line of its own": ("            skerry recover root-of-trust", ["recover root-of-trust"]),
    "as a name": ("the command `skerry keys init` makes one", []),
}


@pytest.mark.parametrize("case", FOUND)
def test_where_a_command_is_looked_for(case: str) -> None:
    """The search finds what people copy."""
    text, expected = FOUND[case]

    assert expected == [match[1] for match in _COMMAND.finditer(text)]
    assert all(map(_takes_home, expected))
