"""Every `skerry` command that a page names exists, with the options that it is given; so does every program."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click
import pytest

from edge.cli import cli
from tests.docs.pages import ROOT, files

PAGES = {str(path.relative_to(ROOT)): path for path in files("*.md")}
"""By its path in the project."""

PROGRAMS = {
    "apt-get", "base64", "chmod", "chown", "cp", "curl", "docker", "echo", "export", "grep", "head", "header",
    "install", "journalctl", "make", "openssl", "pip", "printf", "python3", "sed", "shred", "skerry", "systemctl",
    "systemd-creds", "timedatectl", "useradd",
}  # fmt: skip
"""Programs of a usual Debian, of this project, or that a page says how to get; `header` is a function of its page."""

OPERATORS = {"|", "||", "&", "&&", ";"}
REDIRECTIONS = {">", ">>", "<"}
PLACEHOLDER = re.compile(r"…|\.\.\.|[A-Z][A-Z/…]*")
OLD_NAME = re.compile(r"^\| `skerry [^|]*\|", flags=re.MULTILINE)
"""The first cell of the table of renamed commands in CHANGELOG."""


class Line(NamedTuple):
    """One command as its words, without what a shell does with it."""

    text: str
    words: list[str]


def sh_blocks(text: str) -> list[str]:
    """What is to be typed."""
    return re.findall(r"^```sh\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


def code(text: str) -> Iterator[str]:
    """Every line of code of a page: of blocks, fenced or indented, and within sentences."""
    for block in re.findall(r"^```\w*\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE):
        yield from block.replace("\\\n", " ").splitlines()
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    yield from re.findall(r"^ {4}(\S.*)$", prose.replace("\\\n", " "), flags=re.MULTILINE)
    yield from (" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose))


def commands(line: str) -> Iterator[Line]:
    """The commands of one line, also after a pipe; a line that no shell would take has none."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    try:
        tokens = list(lexer)
    except ValueError:
        return
    words: list[str] = []
    before = ""
    for token in [*tokens, ";"]:
        if token in OPERATORS or token.startswith("("):
            if words:
                yield Line(line, without_sudo(words))
            words = []
        elif token not in REDIRECTIONS and before not in REDIRECTIONS:
            words.append(token)
        before = token


def without_sudo(words: list[str]) -> list[str]:
    """The command that sudo runs, by the name of its program alone."""
    words = words[3:] if words[:2] == ["sudo", "-u"] else words
    return [words[0].rpartition("/")[2], *words[1:]] if words and words[0].startswith("/") else words


def skerry_lines(page: Path) -> Iterator[Line]:
    """Every command of ours."""
    text = OLD_NAME.sub("|", page.read_text(encoding="utf-8"))
    for line in code(text):
        yield from (one for one in commands(line) if one.words and one.words[0] == "skerry" and len(one.words) > 1)


def fault_of(words: list[str]) -> str | None:
    """What is wrong with a command of ours; None for one that the command line knows."""
    command: click.Command = cli
    # With its settings: click remembers the names of a command's help option from the first context that it sees.
    context = click.Context(cli, info_name="skerry", **cli.context_settings)
    rest = list(words)
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        name = rest.pop(0)
        if PLACEHOLDER.fullmatch(name):
            return None
        found = command.get_command(context, name)
        if found is None:
            return f"no command {name!r}"
        command, context = found, click.Context(found, info_name=name, parent=context)
    known = {
        option for parameter in command.get_params(context) for option in (*parameter.opts, *parameter.secondary_opts)
    }
    unknown = [word for word in rest if word.startswith("-") and word.partition("=")[0] not in {*known, "--help", "-h"}]
    return f"no option {', '.join(unknown)}" if unknown else None


@pytest.mark.parametrize("name", PAGES)
def test_commands_exist(name: str) -> None:
    """Each command and option that a page names, in blocks and in sentences."""
    found = {line.text: fault for line in skerry_lines(PAGES[name]) if (fault := fault_of(line.words[1:]))}

    assert {} == found


def test_pages_name_commands() -> None:
    """The test above looks at something."""
    assert 50 < len(list(skerry_lines(PAGES["deploy/operate.md"])))


@pytest.mark.parametrize("name", [name for name in PAGES if name.startswith("deploy/")])
def test_programs_are_known(name: str) -> None:
    """What is to be typed begins with a program that a reader has, or with a variable."""
    lines = [
        line for block in sh_blocks(PAGES[name].read_text(encoding="utf-8")) for line in code(f"```sh\n{block}```")
    ]
    first = {one.words[0] for line in lines for one in commands(line) if one.words}
    unknown = {word for word in first if word not in PROGRAMS and not re.match(r"\w+=|[{}]|-|\d", word)}

    assert set() == unknown


FAULTS = {
    "a command that is not there": ("skerry fly", "no command 'fly'"),
    "an option that is not there": ("skerry outbox list --lost", "no option --lost"),
    "an option with a value": ("skerry island publish --half 10% FILE", "no option --half"),
    "another user's": ("sudo -u skerry-publisher /opt/skerry/bin/skerry pop run", "no command 'run'"),
    "the second of two": ("skerry keys status | skerry frobnicate", "no command 'frobnicate'"),
    "a group": ("skerry keys", None),
    "anything of a group": ("skerry outbox …", None),
    "with everything": ("skerry status --url https://x --token-file t --wait --timeout 30s", None),
    "help": ("skerry tenant --help", None),
}


@pytest.mark.parametrize(("text", "expected"), FAULTS.values(), ids=FAULTS.keys())
def test_faults_are_found(text: str, expected: str | None) -> None:
    """The last fault of a line, as a reader would meet it."""
    found = [fault for line in commands(text) if (fault := fault_of(line.words[1:]))]

    assert ([expected] if expected else []) == found
