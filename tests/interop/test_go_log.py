"""Go's own readers of signed notes and transparency logs read our logs, and find every byte that was changed."""

import asyncio
import json
import os
import subprocess
from pathlib import Path
from random import Random

import pytest
from nacl.signing import SigningKey

from edge.ledger import Checkpoint, NoteKey, new_tiles, read_checkpoint
from tests.daemon.conftest import pop_config, running_origin, running_pop, running_publisher
from tests.ledger.logs import LogInMemory
from tests.pen import DROP, Pen
from tests.waiting import until

PEN = SigningKey(b"\x01" * 32)
KEY = NoteKey("pop-1/drop", bytes(PEN.verify_key))
GO_PACKAGES = "/usr/share/gocode"

pytestmark = pytest.mark.requires("go")


@pytest.fixture(scope="module")
def read_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Go program, built with Debian's packages of golang.org/x/mod."""
    folder = tmp_path_factory.mktemp("go")
    program = folder / "read_log"
    environment = os.environ | {"GO111MODULE": "off", "GOPATH": GO_PACKAGES, "GOCACHE": str(folder / "cache")}
    source = Path(__file__).parent / "read_log.go"
    subprocess.run(["go", "build", "-o", program, source], env=environment, check=True)
    return program


def written(folder: Path, size: int) -> Path:
    """A log of `size` entries in a folder."""
    log = LogInMemory()
    for number in range(size):
        log.add(f"entry {number}".encode())
    for path, content in log.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    (folder / "checkpoint").write_text(Checkpoint(KEY.name, size, log.tree.root).sign(PEN))
    return folder


def read(program: Path, folder: Path, key: NoteKey = KEY) -> subprocess.CompletedProcess[str]:
    """What Go says of the log in a folder."""
    return subprocess.run([program, folder, key.text], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("size", [1, 2, 7, 255, 256, 257, 700])
def test_go_reads_our_log(read_log: Path, tmp_path: Path, size: int) -> None:
    """Checkpoint, hashes, entries, and the proofs of each entry and each earlier state."""
    found = read(read_log, written(tmp_path, size))

    assert (f"pop-1/drop: {size} entries, signed by pop-1/drop\n", "") == (found.stdout, found.stderr)


def test_go_finds_what_was_changed(read_log: Path, tmp_path: Path) -> None:
    """One bit of any file that belongs to the last state is noticed."""
    folder, rng = written(tmp_path, 300), Random(19)
    files = [
        "checkpoint",
        "tile/0/000",
        "tile/0/001.p/44",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/44",
    ]
    for path in files:
        sound = (folder / path).read_bytes()
        for _ in range(5):
            changed = bytearray(sound)
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
            (folder / path).write_bytes(changed)

            assert 0 != read(read_log, folder).returncode, path
        (folder / path).write_bytes(sound)
    assert 0 == read(read_log, folder).returncode


async def test_go_reads_what_a_pop_wrote(read_log: Path, pen: Pen, tmp_path: Path) -> None:
    """Decisions and hand-overs of a running PoP, fetched over HTTP as a monitor does, past a full tile."""
    folder, log = tmp_path / "fetched", f"/v1/ledger/{DROP}"
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    async with running_origin() as origin, running_publisher(home) as publisher_url:
        islands = {"required": [str(DROP)]}
        config = pop_config(tmp_path, publisher_url=publisher_url, origin_url=origin.url, islands=islands)
        async with running_pop(config, origin) as pop:
            await pop.until_served()
            for number in range(260):
                text = "I want to talk to a person" if number % 50 == 0 else "when does it ship?"
                await pop.post({"island": str(DROP), "text": text, "session": f"viewer-{number}"})

            async def is_whole() -> bool:
                status, note, _ = await pop.get(f"{log}/checkpoint")
                return status == 200 and read_checkpoint(note.decode()).size == 260

            await until(is_whole, "a log of 260 leaves")
            public = json.loads((await pop.get("/v1/ledger"))[1])["key"]
            for path in ("checkpoint", *(tile.path for tile in new_tiles(0, 260))):
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes((await pop.get(f"{log}/{path}"))[1])
    origin_name = f"test-pop/{DROP}"
    found = await asyncio.to_thread(read, read_log, folder, NoteKey(origin_name, bytes.fromhex(public)))

    assert (f"{origin_name}: 260 entries, signed by {origin_name}\n", "") == (found.stdout, found.stderr)
