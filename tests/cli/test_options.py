"""What the publisher's commands print of what others wrote."""

import re
from functools import partial

import pytest
from rich.console import Console

from edge.cli import options as home


def test_table_shows_cells_as_they_are(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A PoP's last error is no markup, and no command to the operator's terminal."""
    monkeypatch.setattr(home, "Console", partial(Console, force_terminal=True, width=120, no_color=True))
    home.echo_table(("pop", "last error"), [("fra-1", "[/x] [red]expected\x1b[2K\rall is well")])

    shown = capsys.readouterr().out
    assert "[/x] [red]expected\\u001b[2K\\u000dall is well" in shown
    assert "\x1b[2K" not in shown


def test_table_for_programs_has_one_line_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    """A tab or a line break in a cell is written out, so every row stays one line."""
    home.echo_table(("pop", "last error"), [("fra-1", "a\tb\nc")])

    assert "pop\tlast error\nfra-1\ta\\u0009b\\u000ac\n" == capsys.readouterr().out


def test_table_that_is_too_wide_becomes_blocks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No name is broken and no empty cell is shown; what belongs to a row stands below its first cell."""
    monkeypatch.setattr(home, "Console", partial(Console, force_terminal=True, width=40, no_color=True))
    rows = [("acme/hoodie-drop", "3", "fresh", "2026-09-01T00:00:00Z", "-"), ("  refund", "-", "-", "-", "-")]
    home.echo_table(("island", "revision", "state", "since", "why"), rows)

    expected = "acme/hoodie-drop\n  revision 3  state fresh\n  since 2026-09-01T00:00:00Z\n  refund\n"
    assert expected == re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
