"""`skerry ledger`: a log in a folder or behind an address is verified, proved from and copied."""

import base64
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from random import Random

import msgspec
import pytest
from click.testing import CliRunner, Result
from nacl.signing import SigningKey

from edge.cli import cli
from edge.ledger import Checkpoint, NoteKey, SignatureType, cosignature, leaf_hash, open_note, read_logged_proof
from tests.ledger.logs import PEN, LogInMemory
from tests.local_server import LocalServer, QuietHandler

ORIGIN = "fra-1/acme/drop"
KEY = NoteKey(ORIGIN, bytes(PEN.verify_key))
WITNESS_PEN = SigningKey(b"\x02" * 32)
WITNESS = NoteKey("witness.example/w1", bytes(WITNESS_PEN.verify_key), SignatureType.COSIGNATURE)
SEEN_S = 1_795_666_488


def write(
    folder: Path, log: LogInMemory, size: int | None = None, *, key: NoteKey = KEY, pen: SigningKey = PEN
) -> Path:
    """The log's files, with a cosigned checkpoint of a size."""
    size = log.tree.size if size is None else size
    for path, content in log.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    checkpoint = Checkpoint(key.name, size, log.roots[size])
    line = cosignature(checkpoint.text, WITNESS.name, WITNESS_PEN, at_s=SEEN_S)
    (folder / "checkpoint").write_text(checkpoint.sign(pen) + line)
    return folder


def log_of(size: int) -> LogInMemory:
    """A log of numbered entries."""
    log = LogInMemory()
    log.add(*(f"entry {number}".encode() for number in range(size)))
    return log


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A log of 300 entries."""
    return write(tmp_path / "log", log_of(300))


@pytest.fixture
def url(folder: Path) -> Iterator[str]:
    """Its address."""

    class Handler(QuietHandler, SimpleHTTPRequestHandler):
        """Serves the folder."""

        def translate_path(self, path: str) -> str:
            return str(folder / path.lstrip("/"))

    server = LocalServer(Handler)
    yield f"{server.url}/"
    server.close()


def run(command: str, *arguments: object, key: str = KEY.text) -> Result:
    """A command about a log."""
    return CliRunner().invoke(cli, ["ledger", command, *map(str, arguments), "--key", key])


def test_verify_a_folder(folder: Path) -> None:
    """It says which log it is, and who saw it when."""
    result = run("verify", folder, "--witness", WITNESS.text)

    root = base64.b64encode(log_of(300).tree.root).decode()
    cosigned = "by witness.example/w1, 2026-11-26 04:14:48 UTC"
    expected = f"log       {ORIGIN}\nentries   300\nroot      {root}\ncosigned  {cosigned}\n"
    assert (expected, 0) == (result.output, result.exit_code)


def test_verify_an_address_for_programs(url: str, tmp_path: Path) -> None:
    """The same from an address, with an earlier checkpoint, as JSON. The key is written as a publisher lists it."""
    earlier = tmp_path / "earlier"
    earlier.write_text(Checkpoint(ORIGIN, 7, log_of(7).tree.root).sign(PEN))
    result = run("verify", url, "--since", earlier, "--json", key=KEY.public.hex())

    found = msgspec.json.decode(result.stdout)
    assert (0, ORIGIN, 300, 7) == (result.exit_code, found["log"], found["entries"], found["since"])
    assert "cosigned" not in found


def test_every_changed_byte_is_found(tmp_path: Path) -> None:
    """Every byte of every file of a small log, also of its checkpoint with both signatures."""
    log = log_of(2)
    log.add(b"third")
    folder, rng, count = write(tmp_path / "log", log), Random(19), 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        sound = path.read_bytes()
        for at in range(len(sound)):
            path.write_bytes(sound[:at] + bytes([sound[at] ^ 1 << rng.randrange(8)]) + sound[at + 1 :])
            result = run("verify", folder, "--witness", WITNESS.text)
            count += 1

            assert 1 == result.exit_code, (path, at, result.output)
            assert result.output.startswith("error: ")
        path.write_bytes(sound)
    assert 0 == run("verify", folder, "--witness", WITNESS.text).exit_code
    assert count > 500


FAULTS: dict[str, tuple[Callable[[Path], object], tuple[str, ...], str]] = {
    "no log": (
        shutil.rmtree,
        (),
        "there is no checkpoint, expected a log; name its own folder, or of a running PoP: URL/v1/ledger/TENANT/EVENT",
    ),
    "a tile is missing": (
        lambda folder: (folder / "tile/0/000").unlink(),
        (),
        "there is no tile/0/000, expected every file of a log",
    ),
    "not cosigned": (
        lambda folder: (folder / "checkpoint").write_text(Checkpoint(ORIGIN, 300, log_of(300).tree.root).sign(PEN)),
        ("--witness", WITNESS.text),
        "checkpoint is not cosigned by witness.example/w1",
    ),
    "no text": (
        lambda folder: (folder / "checkpoint").write_bytes(b"\xff"),
        (),
        "checkpoint is no text, expected a signed note",
    ),
    "no witness": (
        lambda _: None,
        ("--witness", KEY.text),
        f"{ORIGIN} is the key of a log, expected a witness's; to see it, ask who runs the witness",
    ),
    "huge": (
        lambda folder: os.truncate(folder / "checkpoint", 17_000_001),
        (),
        "checkpoint has more than 17000000 bytes, expected fewer in a file of a log",
    ),
    "no earlier checkpoint": (
        lambda _: None,
        ("--since", "nowhere"),
        "cannot read nowhere: No such file or directory; keep a checkpoint with: curl -so nowhere URL/checkpoint",
    ),
}


@pytest.mark.parametrize(("fault", "more", "text"), FAULTS.values(), ids=FAULTS.keys())
def test_what_is_said(folder: Path, fault: Callable[[Path], object], more: tuple[str, ...], text: str) -> None:
    """One line that says what is wrong."""
    fault(folder)

    assert f"error: {text}\n" == run("verify", folder, *more).output


def test_another_key(folder: Path) -> None:
    """A log that somebody else signed is nobody's."""
    other = NoteKey(ORIGIN, WITNESS.public)

    assert f"error: note is not signed by {ORIGIN}\n" == run("verify", folder, key=other.text).output


def test_nobody_at_the_address() -> None:
    """It is the network, in words."""
    result = run("verify", "http://127.0.0.1:1/log")

    assert "error: http://127.0.0.1:1/log/checkpoint cannot be read: Connection refused\n" == result.output


@pytest.mark.parametrize("leaf", [0, 255, 256, 299])
def test_prove(folder: Path, leaf: int) -> None:
    """The proof of one leaf stands for itself, with the witness's word in it."""
    digest = leaf_hash(f"entry {leaf}".encode())
    result = run("prove", folder, "--leaf", digest.hex())

    proof = read_logged_proof(result.stdout)
    assert leaf == proof.leaf
    opened = proof.check(digest, log=KEY, witnesses=[WITNESS])
    assert [KEY, WITNESS] == [one.key for one in opened.signatures]
    assert result.stdout == run("prove", folder, "--leaf", base64.b64encode(digest).decode()).stdout


def test_prove_what_is_not_there(folder: Path) -> None:
    """No proof, and no leaf without a hash."""
    digest = hashlib.sha256(b"other").hexdigest()

    assert f"error: leaf {digest} is not among the 300 of {ORIGIN}\n" == run("prove", folder, "--leaf", digest).output
    text = "error: --leaf is no hash, expected 64 hexadecimal digits or 44 signs of Base64\n"
    assert text == run("prove", folder, "--leaf", "abc").output


def test_prove_from_a_changed_tile(folder: Path) -> None:
    """A proof that would not hold is not given."""
    tile = folder / "tile/0/001.p/44"
    tile.write_bytes(bytes(32) + tile.read_bytes()[32:])

    assert "leads to another root" in run("prove", folder, "--leaf", leaf_hash(b"entry 3").hex()).output


def test_export_grows(url: str, folder: Path, tmp_path: Path) -> None:
    """A copy verifies by itself. Later only what is new is added, and a copy that is as new stays."""
    copy = tmp_path / "copies" / "drop"
    assert f"{copy} has 300 entries of {ORIGIN}, 300 of them new\n" == run("export", url, copy).output
    write(folder, log_of(513))

    assert f"{copy} has 513 entries of {ORIGIN}, 213 of them new\n" == run("export", url, copy).output
    assert f"{copy} has 513 entries of {ORIGIN}, 0 of them new\n" == run("export", url, copy).output
    assert 0 == run("verify", copy, "--witness", WITNESS.text).exit_code
    files = {path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()}
    earlier = {"tile/entries/001.p/44", "tile/0/001.p/44", "tile/1/000.p/1"}
    assert log_of(513).files.keys() | earlier | {"checkpoint"} == files


def forked() -> LogInMemory:
    """Another history of the same log, longer than the first."""
    log = log_of(299)
    log.add(b"other", *(b"more" for _ in range(100)))
    return log


def changed() -> LogInMemory:
    """A longer log with a tile that is not its own."""
    log = log_of(600)
    log.files["tile/0/001"] = bytes(8192)
    return log


@pytest.mark.parametrize("made", [forked, changed, partial(log_of, 299)])
def test_export_of_what_does_not_verify(
    url: str, folder: Path, tmp_path: Path, made: Callable[[], LogInMemory]
) -> None:
    """The copy stays as it was, byte by byte."""
    copy = tmp_path / "copy"
    run("export", url, copy)
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    write(folder, made())

    assert 1 == run("export", url, copy).exit_code
    assert before == {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}


def test_export_after_a_kill(url: str, folder: Path, tmp_path: Path) -> None:
    """Files of a state that got no checkpoint, and unfinished ones, are replaced."""
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    write(copy, log_of(300), 0)
    (copy / ".unfinished-copy" / "tile").mkdir(parents=True)
    (copy / ".unfinished-copy" / "tile" / "left").write_text("over")

    assert 0 == run("verify", copy).exit_code
    assert 0 == run("export", url, copy).exit_code
    assert 0 == run("verify", copy, "--witness", WITNESS.text).exit_code
    assert not (copy / ".unfinished-copy").exists()


def test_export_into_a_file(url: str, tmp_path: Path) -> None:
    """The system's own word for what is wrong."""
    (tmp_path / "file").write_text("")
    result = run("export", url, tmp_path / "file" / "copy")

    assert f"error: cannot write {tmp_path}/file/copy: Not a directory\n" == result.output


def test_tile_that_is_full_by_now(folder: Path) -> None:
    """A log that grew while it was read: the full tile begins with what was asked for."""
    write(folder, log_of(512))
    write(folder, log_of(512), 300)
    for path in ("tile/entries/001.p/44", "tile/0/001.p/44"):
        (folder / path).unlink()

    assert 0 == run("verify", folder).exit_code
    text, _ = open_note((folder / "checkpoint").read_text(), [KEY])
    assert "\n300\n" in text
