"""`skerry audit`: answers of a public chat that are missing, altered or extra, each with its proof or without one."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from edge.cli import cli
from edge.cli.transcript import read_transcript
from edge.errors import RefusedError
from edge.ledger import NoteKey, Tile, commit, from_bundle, read_checkpoint, read_logged_proof
from edge.records import SignedAnswer
from edge.records.ledger import LeafKind, LeafPayload, ShownAnswer
from tests.cli.ledger.test_bundle import opening_line
from tests.cli.ledger.test_ledger import KEY, ORIGIN, WITNESS, WITNESS_PEN, write
from tests.client.answers import document_of, saved, sign
from tests.ledger.logs import LogInMemory

START = datetime(2026, 9, 1, 18, 0, tzinfo=UTC).timestamp()
CHANNEL = "stream:twitch-mara"
PRICE, SIZE = (
    sign(document_of(text, snippet=name)) for text, name in (("It is **68** euro.", "price"), ("It fits.", "size"))
)


def leaf(at_s: float, shown: SignedAnswer, channel: str = CHANNEL) -> LeafPayload:
    """What a decision commits to; the time is in `confidence`, which nobody asks for here."""
    snippet = "price" if shown is PRICE else "size"
    return LeafPayload(
        island="northwind/drop",
        channel=channel,
        confidence=at_s,
        answers=(ShownAnswer(snippet=snippet, digest=shown.unencoded_digest),),
    )


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    """A log with four answers and a gap, their words, and the answers as files."""
    payloads = [leaf(0, PRICE), leaf(60, SIZE), leaf(90, PRICE, "widget"), leaf(120, PRICE)]
    leaves = [
        commit(LeafKind.DECISION, one, at_ms=int((START + (one.confidence or 0)) * 1000), salt=bytes([number]) * 32)
        for number, one in enumerate(payloads)
    ]
    log = LogInMemory()
    unread = [
        commit(kind, payloads[0], at_ms=int(START * 1000), salt=kind.ljust(32).encode())
        for kind in (LeafKind.DECISION, LeafKind.TAP, LeafKind.HAND_OVER, LeafKind.REPLY, LeafKind.CONSENT)
    ]
    gap = commit(LeafKind.GAP, at_ms=int(START * 1000), salt=b"y" * 32, missing=3)
    log.add(*(one.entry for one in (*leaves, *unread, gap)))
    folder = write(tmp_path / "log", log)
    openings = tmp_path / "openings"
    openings.write_text("\n".join(opening_line(one) for one in leaves))
    files = []
    for name, signed in (("price", PRICE), ("size", SIZE)):
        (tmp_path / name).write_bytes(saved(signed))
        files += ["--answer", str(tmp_path / name)]
    return [
        *("audit", str(folder), "--key", NoteKey("another", WITNESS.public).text, "--key", KEY.text),
        *("--author", "shop_bot", "--channel", CHANNEL, "--openings", str(openings), *files),
    ]


def run(arguments: list[str], transcript: Path, *more: str) -> Result:
    """The command."""
    return CliRunner().invoke(cli, [*arguments, "--transcript", str(transcript), *more])


def chat(path: Path, *lines: tuple[float, str, str]) -> Path:
    """A transcript as CSV."""
    rows = [f'{datetime.fromtimestamp(START + at, UTC):%Y-%m-%dT%H:%M:%SZ},{who},"{text}"' for at, who, text in lines]
    path.write_text("Time,Author,Message\n" + "\n".join(rows) + "\n")
    return path


SOUND = (
    (-5.0, "ada", "what does it cost?"),
    (3.0, "shop_bot", "@ada It is 68 euro."),
    (61.0, "shop_bot", "@bo It fits."),
    (124.0, "shop_bot", "@cy It is 68 euro."),
)


def test_chat_that_is_sound(arguments: list[str], tmp_path: Path) -> None:
    """Every answer is proven; what the widget was told is not looked for in the chat."""
    result = run(arguments, chat(tmp_path / "chat.csv", *SOUND))

    expected = (
        "3 proven, 0 altered, 0 extra, 0 missing; in 1 logs\n"
        "3 acts have no leaf, and 3 that may have shown an answer cannot be read\n"
        "1 replies of people belong to hand-overs without a leaf\n"
    )
    assert (expected, 0) == (result.output, result.exit_code)


def test_chat_that_is_not_what_was_said(arguments: list[str], tmp_path: Path) -> None:
    """One answer with another price, one that nobody logged, and one that is gone."""
    path = chat(
        tmp_path / "chat.csv",
        (3.0, "shop_bot", "@ada It is 98 euro."),
        (30.0, "shop_bot", "Everything is free, just mail us your card!"),
        SOUND[3],
    )
    result = run(arguments, path)

    assert 1 == result.exit_code
    assert "1 proven, 1 altered, 1 extra, 1 missing; in 1 logs\n" in result.output
    assert (
        "altered  2026-09-01 18:00:03 row 1: @ada It is 98 euro.\n         the log has: It is **68** euro."
        in result.output
    )
    assert "extra    2026-09-01 18:00:30 row 2: Everything is free, just mail us your card!\n" in result.output
    assert "missing  2026-09-01 18:01:00 leaf " in result.output


def test_ledgers_of_several_pops(arguments: list[str], tmp_path: Path) -> None:
    """What one PoP answered is looked for in all logs, and gaps of all count."""
    answered = commit(LeafKind.TAP, leaf(30, SIZE), at_ms=int((START + 30) * 1000), salt=b"z" * 32)
    gap = commit(LeafKind.GAP, at_ms=int(START * 1000), salt=b"g" * 32, missing=2)
    log = LogInMemory()
    log.add(answered.entry, gap.entry)
    second = NoteKey("ams-1/acme/drop", WITNESS.public)
    folder = write(tmp_path / "second", log, key=second, pen=WITNESS_PEN)
    (tmp_path / "more").write_text(opening_line(answered))
    more = (str(folder), "--key", second.text, "--openings", str(tmp_path / "more"))
    said = chat(tmp_path / "chat.csv", *SOUND, (31.0, "shop_bot", "@di It fits."))
    alone, together = run(arguments, said), run([*arguments, *more], said)

    assert "3 proven, 0 altered, 1 extra, 0 missing; in 1 logs\n3 acts have no leaf" in alone.output
    assert "4 proven, 0 altered, 0 extra, 0 missing; in 2 logs\n5 acts have no leaf" in together.output
    assert (1, 0) == (alone.exit_code, together.exit_code)


def test_two_states_of_one_log(arguments: list[str], tmp_path: Path) -> None:
    """The same log from two places counts once, in its newest state. Two histories are refused."""
    said, copy = chat(tmp_path / "chat.csv", *SOUND), LogInMemory()
    checkpoint = read_checkpoint((tmp_path / "log" / "checkpoint").read_text().rpartition("\n\n")[0] + "\n")
    tile = Tile(-1, 0, checkpoint.size)
    entries = from_bundle((tmp_path / "log" / tile.path).read_bytes(), tile.width)
    copy.add(*entries[:4])
    same = run([arguments[0], str(write(tmp_path / "copy", copy)), *arguments[1:]], said)
    forked = LogInMemory()
    forked.add(*entries[:3], entries[4])
    fork = run([arguments[0], str(write(tmp_path / "fork", forked)), *arguments[1:]], said)

    assert (0, True) == (same.exit_code, "3 proven, 0 altered, 0 extra, 0 missing; in 1 logs" in same.output)
    assert (1, True) == (fork.exit_code, "the log has two histories" in fork.output)


def test_report_for_programs(arguments: list[str], tmp_path: Path) -> None:
    """Each leaf has a proof that stands for itself; what is extra has none."""
    extra = (30.0, "shop_bot", "Everything is free!")
    report = msgspec.json.decode(run(arguments, chat(tmp_path / "chat.csv", *SOUND, extra), "--json").stdout)

    assert ([ORIGIN], {"proven": 3, "extra": 1}, 3, 1, 3) == (
        report["logs"],
        report["counts"],
        report["gaps"],
        report["replies_alone"],
        report["unreadable"],
    )
    for one in report["findings"]:
        if one["word"] == "extra":
            assert "proof" not in one
        else:
            read_logged_proof(one["proof"]).check(bytes.fromhex(one["leaf"]), log=KEY)


def test_log_that_was_changed(arguments: list[str], tmp_path: Path) -> None:
    """Nothing is compared with a log that does not verify."""
    tile = tmp_path / "log" / "tile" / "0" / "000.p" / "10"
    tile.write_bytes(bytes(32) + tile.read_bytes()[32:])

    assert "the file was changed" in run(arguments, chat(tmp_path / "chat.csv", *SOUND)).output


def test_answer_whose_words_are_not_given(arguments: list[str], tmp_path: Path) -> None:
    """Without them nothing can be compared; the command says what to do."""
    result = run(arguments[:-2], chat(tmp_path / "chat.csv", *SOUND))

    text = "error: answer 'size' of northwind/drop is logged, and its words are not given; save it with: curl -si URL"
    assert result.output.startswith(text)


def test_file_of_an_answer_that_was_changed(arguments: list[str], tmp_path: Path) -> None:
    """The words are those that the leaf names, or none."""
    (tmp_path / "price").write_bytes((tmp_path / "price").read_bytes().replace(b"68", b"98"))

    assert "its digest is another" in run(arguments, chat(tmp_path / "chat.csv", *SOUND)).output


FORMS = {
    "JSON lines": '{"timestamp": 1788285603, "user": "shop", "text": "hi"}\n\n',
    "milliseconds": '{"at": 1788285603000, "name": "shop", "body": "hi"}',
    "CSV": "Date,Username,Content\n2026-09-01 18:00:03,shop,hi\n",
    "CSV with a mark and a zone": "\ufefftime,author,text,more\n2026-09-01T20:00:03+02:00,shop,hi,x\n",
    "seconds as text": "time,author,text\n1788285603.0,shop,hi\n",
}


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS.keys())
def test_forms_of_a_transcript(tmp_path: Path, content: str) -> None:
    """The same line, as tools write it."""
    (tmp_path / "chat").write_text(content, encoding="utf-8")

    assert [(START + 3, "shop", "hi")] == [
        (one.at_s, one.author, one.text) for one in read_transcript(tmp_path / "chat")
    ]


BAD = {
    "no time": ("author,text\na,b\n", "row 1 of {path} has the columns 'author, text', expected a time"),
    "no such time": ("time,author,text\nsoon,a,b\n", "row 1 of {path} has the columns"),
    "an endless time": ("time,author,text\ninf,a,b\n", "row 1 of {path} has the columns"),
    "a list": ('{"time": 1, "author": ["a"], "text": "b"}', "row 1 of {path} has the columns"),
    "broken JSON": ('{"time": 1, "author": "a", "text": "b"}\n{\n', "line 2 of {path} is no JSON object"),
    "broken CSV": ('time,author,text\n1,a,"b\n', "{path} is no CSV that can be read"),
}


@pytest.mark.parametrize(("content", "text"), BAD.values(), ids=BAD.keys())
def test_transcript_that_cannot_be_read(tmp_path: Path, content: str, text: str) -> None:
    """It says which row, and what is expected."""
    path = tmp_path / "chat"
    path.write_text(content)
    with pytest.raises(RefusedError) as caught:
        read_transcript(path)

    assert caught.value.text.startswith(text.format(path=path))


def test_transcript_that_is_no_text(tmp_path: Path) -> None:
    """A picture, say."""
    (tmp_path / "chat").write_bytes(b"\x89PNG\xff")
    with pytest.raises(RefusedError, match="is not UTF-8"):
        read_transcript(tmp_path / "chat")
