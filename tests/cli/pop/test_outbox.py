"""`skerry outbox` on the state of a stopped PoP, and of a running one."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from edge.cli import cli
from edge.errors import Reason
from edge.records import Priority, Provenance, SolvedByViewer, Ticket
from edge.store.outbox import Outbox, Parcel, take_back
from tests.config.test_config import SOUND

WORDS = "my secret pelargonium"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A stopped PoP with a waiting ticket, a dead letter, and a damaged ticket."""
    path = tmp_path / "pop.toml"
    path.write_text(SOUND)
    ticket = Ticket(
        id="t1",
        created="2026-09-01T00:00:00Z",  # type: ignore[arg-type]  # written, not read
        pop="p",
        island="a/b",
        revision=None,
        text=WORDS,
        reason=Reason.LOW_CONFIDENCE,
        lane="fast",
    )
    with Outbox(tmp_path / "state") as outbox:
        outbox.put_many(
            [Parcel("t1", msgspec.json.encode(ticket), Priority.URGENT), Parcel("t2", b"{}", origin="acme")]
        )
        outbox.put_many([Parcel("poison", WORDS.encode())])
        outbox.set_aside("t2", error="origin answered 422")
    return path


def run(config: Path, *arguments: str) -> Result:
    """Run one `skerry outbox` command."""
    return CliRunner().invoke(cli, ["outbox", arguments[0], "--config", str(config), *arguments[1:]])


def test_list_shows_everything_but_words(config: Path) -> None:
    """The list has age, class, origin, state and error; with --json one line each."""
    assert WORDS not in run(config, "list").output
    found = [json.loads(line) for line in run(config, "list", "--json").output.splitlines()]

    assert [(row["id"], row["priority"], row["origin"], row["dead_letter"], row["error"]) for row in found] == [
        ("t1", "urgent", "", False, ""),
        ("t2", "escalation", "acme", True, "origin answered 422"),
        ("poison", "escalation", "", False, ""),
    ]
    assert len(run(config, "list", "--dead-letters", "--json").output.splitlines()) == 1


def test_list_in_a_pipe(config: Path) -> None:
    """Ids are complete; an origin's text is neither markup nor a new column."""
    name = "67239865-6aa9-4fa7-a0ad-ef1a3a88878e"
    with Outbox(config.parent / "state") as outbox:
        outbox.put_many([Parcel(name, b"{}")])
        outbox.set_aside(name, error="http://[fe80::1]/ said [/b]\tor\x1b[2J\nso")
    lines = run(config, "list").output.splitlines()

    assert lines[0].split("\t") == ["ticket", "class", "origin", "state", "age", "tries", "bytes", "last error"]
    assert [line.split("\t")[0] for line in lines[1:]] == ["t1", "t2", "poison", name]
    assert lines[-1].split("\t")[-1] == "http://[fe80::1]/ said [/b]\\u0009or\\u001b[2J\\u000aso"


def test_list_says_when_a_ticket_is_tried_again(config: Path) -> None:
    """A ticket that failed waits for its next try, a dead letter for an operator."""
    with Outbox(config.parent / "state") as outbox:
        outbox.postpone("t1", until=outbox.now() + 3_000, error="origin answered 503")
    states = [line.split("\t")[3] for line in run(config, "list").output.splitlines()[1:]]

    assert 2_000 < int(states[0].removeprefix("again in ").removesuffix(" s")) <= 3_000
    assert states[1:] == ["dead letter", "waiting"]


@pytest.mark.parametrize("columns", [80, 100, 120])
def test_list_on_a_terminal(config: Path, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    """An id is on one line, the error is complete, and text that looks like markup is shown."""
    name, error = "67239865-6aa9-4fa7-a0ad-ef1a3a88878e", "http://[fe80::1]:28099/tickets/[/b]/with/status/422"
    with Outbox(config.parent / "state") as outbox:
        outbox.put_many([Parcel(name, b"{}")])
        outbox.set_aside(name, error=error)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(columns))
    said = [line.split() for line in run(config, "list").output.splitlines()]
    at = next(number for number, words in enumerate(said) if words and words[0].endswith(name))

    assert error == "".join(words[-1] for words in said[at:])


def test_show_leaves_out_words_unless_asked(config: Path) -> None:
    """A damaged ticket is shown by its length."""
    assert "text" not in json.loads(run(config, "show", "t1").output)
    assert json.loads(run(config, "show", "t1", "--with-text").output)["text"] == WORDS
    assert json.loads(run(config, "show", "poison").output) == {"damaged": len(WORDS)}
    assert run(config, "show", "nobody").output == (
        "error: the outbox holds no ticket 'nobody', expected one that `skerry outbox list` names\n"
    )


def test_export_writes_every_ticket(config: Path) -> None:
    """Each ticket is one line; nothing is removed."""
    assert WORDS not in run(config, "export").output
    lines = [json.loads(line) for line in run(config, "export", "--with-text").output.splitlines()]

    assert [line.get("id") for line in lines] == ["t1", None, None]
    assert lines[0]["text"] == WORDS
    assert len(run(config, "list", "--json").output.splitlines()) == 3


def test_retry_of_dead_letters(config: Path) -> None:
    """Tickets are named, or --all is given: one of both."""
    assert (
        run(config, "retry", "--all").output
        == f"tickets to be delivered: 1; next: skerry pop serve --config {config}\n"
    )
    assert run(config, "retry", "t1", "t2").output.startswith("tickets to be delivered: 2;")
    assert run(config, "list", "--dead-letters", "--json").output == ""
    assert run(config, "retry").exit_code == 2
    assert run(config, "retry", "--all", "t1").exit_code == 2


def test_hold_and_drop(config: Path) -> None:
    """A held ticket is a dead letter; one is dropped only if somebody says yes."""
    held = run(config, "hold", "t1")
    asked = CliRunner().invoke(cli, ["outbox", "drop", "--config", str(config), "t1"], input="n\n")
    dropped = CliRunner().invoke(cli, ["outbox", "drop", "--config", str(config), "t1", "t2"], input="y\n")
    left = [json.loads(line)["id"] for line in run(config, "list", "--json").output.splitlines()]

    assert (
        held.output == f"tickets held: 1; to deliver them again, run: skerry outbox retry TICKET... --config {config}\n"
    )
    assert 1 == asked.exit_code
    assert "Delete 1 ticket(s) for good, so that nobody answers them? [y/N]: n\nAborted!" in asked.output
    assert "tickets dropped: 2" in dropped.output
    assert ["poison"] == left


def test_pop_without_an_admin_socket_keeps_its_outbox(config: Path) -> None:
    """The error says which process uses the outbox and what to do."""
    with Outbox(config.parent / "state"):
        result = run(config, "list")

    assert result.exit_code == 1
    assert (
        f"is in use by process {os.getpid()}, expected one process per state directory; stop that one" in result.output
    )


def test_state_without_an_outbox(tmp_path: Path) -> None:
    """The error names the folder, and no outbox is created."""
    path = tmp_path / "pop.toml"
    path.write_text(SOUND)

    result = run(path, "list")
    assert result.output == (
        f"error: there is no outbox in {tmp_path}/state, expected a PoP's state directory; start the PoP once with:"
        f" skerry pop serve --config {path}\n"
    )
    assert not (tmp_path / "state").exists()


def test_take_back_is_listed_and_shown(config: Path) -> None:
    """Under the id of its ticket, which the list names just before; shown, it says which answer was picked."""
    source = Provenance(
        island="a/b",
        revision=1,
        snippet="price",
        approved_by="D",
        approved_at=datetime(2026, 9, 1, tzinfo=UTC),
        key_id="k",
    )
    solved = SolvedByViewer(
        id="t1.solved", ticket="t1", created=source.approved_at, pop="p", island="a/b", lane="fast", session=WORDS,
        provenance=source,
    )  # fmt: skip
    with Outbox(config.parent / "state") as outbox:
        assert take_back(outbox, "t1", msgspec.json.encode(solved), tenant="a")
    listed = [line.split("\t")[0] for line in run(config, "list").output.splitlines()]
    shown = run(config, "show", "t1.solved").output

    assert ["ticket", "t1", "t2", "poison", "t1.solved"] == listed
    found = json.loads(shown)
    assert ("t1", "price", "skerry.solved_by_viewer/1") == (
        found["ticket"], found["provenance"]["snippet"], found["schema"]
    )  # fmt: skip
    assert WORDS not in shown


def test_drop_of_a_ticket_drops_its_take_back(config: Path) -> None:
    """Nothing is left that an operator would have to name."""
    with Outbox(config.parent / "state") as outbox:
        assert take_back(outbox, "t1", b"{}", tenant="a")
    run(config, "drop", "t1", "--yes")
    listed = [line.split("\t")[0] for line in run(config, "list").output.splitlines()]

    assert ["ticket", "t2", "poison"] == listed
