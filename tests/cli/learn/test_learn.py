"""`skerry island learn` and `skerry island export`: the patch, the report, and what is refused."""

import asyncio
import io
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import msgspec
import pytest
from aiohttp.test_utils import TestServer
from click.testing import Result

from edge.cli.learn.export import _created, _export
from edge.errors import StorageError
from edge.publish.learn import read_export
from edge.publish.learn.lines import MAX_LINE_BYTES
from edge.records import Outcome
from edge.records.desk import ExportLine
from edge.wire.desks import ZammadOrigin
from tests.publish.learn.exports import line, sound
from tests.wire.desks.fake_desks import ZammadDesk
from tests.wire.desks.test_desks import TICKET

Skerry = Callable[..., Result]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A sound export."""
    path = tmp_path / "drop.jsonl"
    path.write_text("\n".join(sound()) + "\n")
    return path


def test_report_and_patch(skerry: Skerry, island_file: Path, export: Path, tmp_path: Path) -> None:
    """The file is not changed. The report has 80 columns, the effect of each proposal, and what to do next."""
    before, patch = island_file.read_bytes(), tmp_path / "drop.patch"
    result = skerry("island", "learn", "acme/drop", "--from", export, "--file", island_file, "--output", patch)
    lines = [one for one in result.output.splitlines() if str(tmp_path) not in one]

    assert 0 == result.exit_code, result.output
    assert before == island_file.read_bytes()
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("learned   acme/drop: ")
    assert result.output.count("effect: solved ") == result.output.count("why: ") > 0
    assert "draft: Wash it at 30 degrees" in result.output
    subprocess.run(["patch", "--quiet", str(island_file), str(patch)], check=True)
    assert 0 == skerry("island", "check", island_file).exit_code
    assert f"next      patch {island_file} {patch}" in result.output


def test_patch_on_stdout_is_alone_there(skerry: Skerry, island_file: Path, export: Path) -> None:
    """The report is on stderr, so that the patch can be piped."""
    result = skerry("island", "learn", "acme/drop", "--from", export, "--file", island_file)

    assert result.stdout.startswith("--- a/drop.toml\n+++ b/drop.toml\n@@ ")
    assert result.stderr.startswith("learned   acme/drop: ")


def test_nothing_to_learn(skerry: Skerry, island_file: Path, tmp_path: Path) -> None:
    """An empty export is no error; lines that were left out are counted."""
    (tmp_path / "e.jsonl").write_text("no JSON\n" + line("\u202eevil", used="refund") + "\n")
    result = skerry("island", "learn", "acme/drop", "--from", tmp_path / "e.jsonl", "--file", island_file)

    assert (0, "") == (result.exit_code, result.stdout)
    assert "left out  1 x line that is no JSON of the format" in result.stderr
    assert "left out  1 x question with characters that are not seen" in result.stderr
    assert "next      nothing to change" in result.stderr
    assert "evil" not in result.stderr


NOTHING = {
    "another file": ("format = 1\n" * 5, "no line is of the format; islands/export.md shows it"),
    "another island": (line("when", used="tour") + "\n", "most lines name snippets that this island has not; give the"),
    "no line": ("", "nothing to change; come back with a longer export"),
}


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_to_learn_says_why(skerry: Skerry, island_file: Path, tmp_path: Path, name: str) -> None:
    """A longer export does not help with the wrong file."""
    content, expected = NOTHING[name]
    (tmp_path / "e.jsonl").write_text(content)
    result = skerry("island", "learn", "acme/drop", "--from", tmp_path / "e.jsonl", "--file", island_file)

    assert expected in " ".join(result.stderr.split())


def test_export_of_several_islands(skerry: Skerry, island_file: Path, export: Path) -> None:
    """Lines that name no snippet cannot be told apart: the author is told."""
    export.write_text(export.read_text() + line("when", used="tour") + "\n")
    result = skerry("island", "learn", "acme/drop", "--from", export, "--file", island_file)

    assert "careful   1 line named snippets that this island has not." in result.stderr


def test_patch_is_its_owners_and_its_folder_exists(skerry: Skerry, island_file: Path, tmp_path: Path) -> None:
    """It has words that nobody has read; a missing folder is told before a minute of work."""
    (tmp_path / "e.jsonl").write_text("")
    rest = ("island", "learn", "acme/drop", "--from", tmp_path / "e.jsonl", "--file", island_file, "--output")
    written, missing = skerry(*rest, tmp_path / "a.patch"), skerry(*rest, tmp_path / "none" / "a.patch")

    assert (0, 0o600) == (written.exit_code, (tmp_path / "a.patch").stat().st_mode & 0o777)
    assert f"error: {tmp_path}/none is no folder; choose another file with: --output FILE\n" == missing.stderr


def test_names_with_spaces_are_quoted(skerry: Skerry, island_file: Path, export: Path, tmp_path: Path) -> None:
    """What is printed can be pasted into a shell."""
    file, patch = island_file.rename(tmp_path / "my drop.toml"), tmp_path / "my.patch"
    result = skerry("island", "learn", "acme/drop", "--from", export, "--file", file, "--output", patch)

    assert f"next      patch '{file}' {patch}\n" in result.output
    assert f"skerry island check '{file}'\n" in result.output


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_patch_of_either_line_end(
    skerry: Skerry, island_file: Path, export: Path, tmp_path: Path, newline: str
) -> None:
    """`patch` takes it, and the file keeps its line ends."""
    island_file.write_bytes(island_file.read_bytes().replace(b"\n", newline.encode()))
    patch = tmp_path / "drop.patch"
    skerry("island", "learn", "acme/drop", "--from", export, "--file", island_file, "--output", patch)
    subprocess.run(["patch", "--quiet", str(island_file), str(patch)], check=True)
    after = island_file.read_bytes()

    assert b"wash" in after
    assert after.count(b"\n") == after.count(newline.encode())


def test_file_of_another_island(skerry: Skerry, island_file: Path, export: Path) -> None:
    """It is not changed by the words of this one."""
    result = skerry("island", "learn", "acme/gig", "--from", export, "--file", island_file)

    assert 1 == result.exit_code
    assert f"error: {island_file} is island acme/drop, expected acme/gig\n" == result.stderr


def test_file_with_errors(skerry: Skerry, island_file: Path, export: Path) -> None:
    """It must be right before it can learn."""
    island_file.write_text(island_file.read_text().replace('locale = "en"\n', ""))
    result = skerry("island", "learn", "acme/drop", "--from", export, "--file", island_file)

    assert 1 == result.exit_code
    assert f"for all problems: skerry island check {island_file}" in result.stderr


def test_patch_does_not_overwrite_what_is_read(skerry: Skerry, island_file: Path, export: Path) -> None:
    """A patch in place of the author's file would be the end of it."""
    for output in (island_file, export):
        before = output.read_bytes()
        rest = ("--from", export, "--file", island_file, "--output", output)
        result = skerry("island", "learn", "acme/drop", *rest)

        assert f"error: {output} is read by this command; choose another file with: --output FILE\n" == result.stderr
        assert before == output.read_bytes()


REFUSED = {
    "no desk": (),
    "two desks": ("--zammad", "https://a.example", "--chatwoot", "https://b.example", "--account", "1"),
    "no account": ("--chatwoot", "https://b.example"),
    "an account of Zammad": ("--zammad", "https://a.example", "--account", "1"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_export_of_no_desk(skerry: Skerry, tmp_path: Path, name: str) -> None:
    """The error says what to give, and no file is made."""
    rest = ("--token-file", tmp_path / "token", "--output", tmp_path / "out")
    result = skerry("island", "export", "acme/drop", *REFUSED[name], *rest)

    assert "error: expected one desk: --chatwoot URL --account NUMBER, or --zammad URL\n" == result.stderr
    assert not (tmp_path / "out").exists()


def test_export_that_exists_is_kept(skerry: Skerry, tmp_path: Path) -> None:
    """Its words may be the only copy."""
    token, out = tmp_path / "token", tmp_path / "out"
    token.write_text("agent-token-agent-token\n")
    token.chmod(0o600)
    out.write_text("kept")
    rest = ("--token-file", token, "--output", out)
    result = skerry("island", "export", "acme/drop", "--zammad", "http://127.0.0.1:1", *rest)

    assert f"error: cannot create {out}: File exists; choose another file with: --output FILE\n" == result.stderr
    assert "kept" == out.read_text()


@pytest.mark.parametrize(
    "url", ["http://desk.example.com", "ftp://127.0.0.1", "desk.example.com", "https://", "http://["]
)
def test_export_to_an_address_that_would_see_the_token(skerry: Skerry, tmp_path: Path, url: str) -> None:
    """Nothing is sent, and the address is not quoted: it may hold a password."""
    rest = ("--token-file", tmp_path / "token", "--output", tmp_path / "out")
    result = skerry("island", "export", "acme/drop", "--zammad", url, *rest)

    text = "error: the desk's address is not safe for a token, expected one like https://desk.example.com\n"
    assert text == result.stderr


def test_export_that_cannot_be_finished_is_removed(skerry: Skerry, tmp_path: Path) -> None:
    """Half an export would look like a whole one."""
    token, out = tmp_path / "token", tmp_path / "out"
    token.write_text("agent-token-agent-token\n")
    token.chmod(0o600)
    rest = ("--token-file", token, "--output", out)
    result = skerry("island", "export", "acme/drop", "--zammad", "http://127.0.0.1:1", *rest)

    assert 1 == result.exit_code
    assert result.stderr.startswith("error: ")
    assert "agent-token" not in result.stderr
    assert not out.exists()


def test_export_that_was_killed_is_no_export(tmp_path: Path) -> None:
    """Until it is whole, it has another name; and a file that came meanwhile is kept."""
    out, seen = tmp_path / "out", []
    with _created(out) as file:
        file.write(b"half")
        file.flush()
        seen = [path.name for path in tmp_path.iterdir()]
    with pytest.raises(StorageError), _created(tmp_path / "other"):
        (tmp_path / "other").write_text("kept")

    assert [True, False] == [len(seen) == 1, "out" in seen]
    assert ["other", "out"] == sorted(path.name for path in tmp_path.iterdir())
    assert ("half", "kept") == (out.read_text(), (tmp_path / "other").read_text())


def test_export_of_long_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread below a reply would make the line too long to be read: its beginning is kept."""
    found = ExportLine(question="q" * 9_000, outcome=Outcome.ESCALATE, reply="r\n" * 90_000, at=datetime.now(UTC))

    class OneLine:
        def __init__(self, *_: object, **__: object) -> None: ...

        async def lines(self, _: str) -> AsyncIterator[ExportLine]:
            yield found

    monkeypatch.setattr("edge.cli.learn.export.ZammadExport", OneLine)
    file = io.BytesIO()
    asyncio.run(_export(file, "acme/drop", "https://a.example", None, "token"))

    assert len(file.getvalue()) <= MAX_LINE_BYTES
    assert ("q" * 4_000, 4_000) == (
        (read := msgspec.json.decode(file.getvalue(), type=ExportLine)).question,
        len(read.reply),
    )


async def test_export_is_written(skerry: Skerry, tmp_path: Path) -> None:
    """JSON lines that only their owner may read; `learn` takes them."""
    token, out, fake = tmp_path / "token", tmp_path / "out", ZammadDesk()
    token.write_text(f"{fake.token}\n")
    token.chmod(0o600)
    async with TestServer(fake.app) as server, aiohttp.ClientSession() as session:
        url = str(server.make_url("/"))
        origin = ZammadOrigin(session, url, token=fake.token, group="Viewers", customer="v@a.example", timeout_s=5)
        await origin.deliver(TICKET.id, msgspec.json.encode(TICKET))
        rest = ("--token-file", token, "--output", out)
        result = await asyncio.to_thread(skerry, "island", "export", TICKET.island, "--zammad", url, *rest)

    assert 0 == result.exit_code, result.output
    assert f"exported  1 line of {TICKET.island} to {out}" in result.output
    assert 0o600 == out.stat().st_mode & 0o777
    assert [TICKET.text] == [line.question for line in read_export(out, Counter())]
