"""A publisher cosigns what goes on from what it cosigned before, and nothing else."""

import asyncio
import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from edge.errors import RefusedError
from edge.ledger import (
    MAX_SUBMISSION_BYTES,
    Checkpoint,
    NoteKey,
    Submission,
    consistency_proof,
    cosignature,
    open_checkpoint,
    read_submission,
)
from edge.publish.fleet import FleetMembers
from edge.publish.keys import KeyStore
from edge.publish.repository import Repository
from edge.publish.signing import take_inventory
from edge.publish.witness import WitnessRoutes, witness_key
from edge.publish.witness.seen import SeenLogs
from edge.records import Problem
from tests.ledger.logs import PEN, LogInMemory

ORIGIN = "fra-1/acme/drop"
KEY = NoteKey(ORIGIN, bytes(PEN.verify_key))
SIGNING_S = 1_795_666_488


class Asked:
    """A witness, and a log that asks it."""

    def __init__(self, url: str, session: aiohttp.ClientSession, key: NoteKey) -> None:
        self.url, self.session, self.key = url, session, key
        self.log = LogInMemory()
        self.log.add(*(f"entry {number}".encode() for number in range(20)))

    def submission(
        self, before: int, size: int, *, note: str | None = None, proof: tuple[bytes, ...] | None = None
    ) -> Submission:
        """What the log sends, or something else in its place."""
        own = tuple(consistency_proof(before, size, self.log.hashes)) if before <= size else ()
        signed = Checkpoint(ORIGIN, size, self.log.roots[size]).sign(PEN)
        return Submission(before, own if proof is None else proof, signed if note is None else note)

    async def post(self, submission: Submission | bytes) -> tuple[int, str, str]:
        """Status, type and text of an answer."""
        body = submission if isinstance(submission, bytes) else submission.body
        async with self.session.post(f"{self.url}/v1/witness/add-checkpoint", data=body) as response:
            return response.status, response.content_type, await response.text()

    async def refusal(self, submission: Submission | bytes) -> tuple[int, str, str]:
        """Status, reason and text of a refusal."""
        status, media, body = await self.post(submission)
        assert "application/problem+json" == media
        problem = msgspec.json.decode(body, type=Problem)
        return status, problem.reason, problem.detail


@contextlib.asynccontextmanager
async def serving(home: Path) -> AsyncIterator[Asked]:
    """Serve the witness of a home whose fleet has one PoP."""
    keys = KeyStore(home / "keys")
    app = web.Application(client_max_size=1024)
    WitnessRoutes(home, keys, now=lambda: datetime.fromtimestamp(SIGNING_S, UTC)).add_to(app)
    key = await asyncio.to_thread(witness_key, keys)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        yield Asked(str(server.make_url("")).rstrip("/"), session, key)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose fleet has one PoP."""
    home = tmp_path / "home"
    home.mkdir()
    FleetMembers(home).add("fra-1", bytes(PEN.verify_key).hex())
    return home


async def test_log_that_grows(home: Path) -> None:
    """Each state is cosigned, also the same one again, and a reader believes the witness by its key alone."""
    async with serving(home) as asked:
        for before, size in ((0, 3), (3, 3), (3, 16), (16, 20)):
            submission = asked.submission(before, size)
            status, media, line = await asked.post(submission)

            assert (200, "text/plain") == (status, media)
            opened = open_checkpoint(submission.note + line, KEY, [asked.key])
            assert [(KEY, None), (asked.key, SIGNING_S)] == [(one.key, one.at_s) for one in opened.signatures]


async def test_log_that_does_not_know_what_was_cosigned(home: Path) -> None:
    """It is told the size, also by a publisher that was started again, and goes on from there."""
    async with serving(home) as asked:
        await asked.post(asked.submission(0, 7))
    async with serving(home) as asked:
        assert (409, "text/x.tlog.size", "7\n") == await asked.post(asked.submission(0, 9))
        assert (409, "text/x.tlog.size", "7\n") == await asked.post(asked.submission(8, 9))
        assert 200 == (await asked.post(asked.submission(7, 9)))[0]


FORM = "expected a line `old SIZE`, up to 63 hashes, an empty line and a checkpoint, in 65536 bytes"

REFUSED: dict[str, tuple[Callable[[Asked], Submission | bytes], tuple[int, str, str]]] = {
    "no log of a member": (
        lambda asked: asked.submission(5, 9, note=Checkpoint("ams-1/acme/drop", 9, bytes(32)).sign(PEN)),
        (404, "pop_unknown", "the log is of no PoP of this fleet, expected POP/TENANT/EVENT of a member"),
    ),
    "no log of a PoP": (
        lambda asked: asked.submission(5, 9, note=Checkpoint("example.com/log", 9, bytes(32)).sign(PEN)),
        (404, "pop_unknown", "the log is of no PoP of this fleet, expected POP/TENANT/EVENT of a member"),
    ),
    "signed by another key": (
        lambda asked: asked.submission(
            5, 9, note=f"{Checkpoint(ORIGIN, 9, asked.log.roots[9]).text}\n" + cosignature("x\n", ORIGIN, PEN, at_s=1)
        ),
        (403, "signature_invalid", f"note is not signed by {ORIGIN}"),
    ),
    "a signature that is wrong": (
        lambda asked: asked.submission(5, 9, note=asked.submission(5, 9).note.replace("\n9\n", "\n8\n")),
        (403, "signature_invalid", f"signature of {ORIGIN} is not good"),
    ),
    "an old size above the new one": (
        lambda asked: asked.submission(9, 5),
        (400, "malformed", "the old size is 9, expected at most 5"),
    ),
    "no proof": (
        lambda asked: asked.submission(5, 9, proof=()),
        (
            422,
            "hash_mismatch",
            "fra-1/acme/drop: consistency proof of 0 hashes, expected another number of them from 5 to 9 leaves",
        ),
    ),
    "a proof of another log": (
        lambda asked: asked.submission(5, 9, note=Checkpoint(ORIGIN, 9, bytes(32)).sign(PEN)),
        (422, "hash_mismatch", "fra-1/acme/drop: consistency proof from 5 to 9 leaves leads to another root"),
    ),
    "two roots of one size": (
        lambda asked: asked.submission(5, 5, note=Checkpoint(ORIGIN, 5, bytes(32)).sign(PEN)),
        (409, "hash_mismatch", "fra-1/acme/drop has two roots for 5 leaves"),
    ),
    "no text": (
        lambda _: b"\xff",
        (
            400,
            "malformed",
            f"body of 1 bytes, {FORM}",
        ),
    ),
    "a note without a checkpoint": (
        lambda asked: asked.submission(5, 9, note="a\n\nb\n"),
        (422, "malformed", "checkpoint begins with 'a\\n', expected lines of a name, a size and a root"),
    ),
    "a checkpoint without signatures": (
        lambda asked: asked.submission(5, 9, note=f"{Checkpoint(ORIGIN, 9, asked.log.roots[9]).text}\nsigned, Ada\n"),
        (422, "malformed", "signature line 'signed, Ada', expected '\N{EM DASH} NAME BASE64'"),
    ),
    "too much": (
        lambda _: bytes(MAX_SUBMISSION_BYTES + 1),
        (413, "too_large", "the body is 65537 bytes, expected at most 65536"),
    ),
}


@pytest.mark.parametrize(("made", "expected"), REFUSED.values(), ids=REFUSED.keys())
async def test_what_is_refused(
    home: Path, made: Callable[[Asked], Submission | bytes], expected: tuple[int, str, str]
) -> None:
    """The status of the specification, and the last state stays."""
    async with serving(home) as asked:
        await asked.post(asked.submission(0, 5))

        assert expected == await asked.refusal(made(asked))
        assert 200 == (await asked.post(asked.submission(5, 9)))[0]


async def test_two_histories_are_an_error_in_the_log(home: Path) -> None:
    """The operator learns of it."""
    with capture_logs() as lines:
        async with serving(home) as asked:
            await asked.post(asked.submission(0, 5))
            await asked.post(asked.submission(5, 5, note=Checkpoint(ORIGIN, 5, bytes(32)).sign(PEN)))

    found = [(line["log_level"], line["event"]) for line in lines]
    assert [("error", "log does not go on from what was cosigned")] == found


async def test_body_of_unknown_length(home: Path) -> None:
    """It could be without end."""

    async def chunks() -> AsyncIterator[bytes]:
        yield b"old 0\n"

    async with (
        serving(home) as asked,
        asked.session.post(f"{asked.url}/v1/witness/add-checkpoint", data=chunks()) as response,
    ):
        assert 400 == response.status


async def test_requests_at_once(home: Path) -> None:
    """Of many that go on from the same state one wins; the state is never taken back."""
    async with serving(home) as asked:
        statuses = [
            status for status, _, _ in await asyncio.gather(*(asked.post(asked.submission(0, n)) for n in range(1, 20)))
        ]

        assert (1, 18) == (statuses.count(200), statuses.count(409))
        cosigned = 1 + statuses.index(200)
        assert (409, "text/x.tlog.size", f"{cosigned}\n") == await asked.post(asked.submission(20, 20))


async def test_state_that_is_damaged(home: Path) -> None:
    """No cosignature, and no new beginning."""
    (home / "witness.db").write_bytes(b"SQLite format 3\0" + bytes(5000))
    async with serving(home) as asked:
        expected = (503, "storage", "the witness cannot sign now; try again")

        assert expected == await asked.refusal(asked.submission(0, 5))
    assert 5016 == (home / "witness.db").stat().st_size


async def test_key_that_others_may_read(home: Path) -> None:
    """A key that somebody may have copied signs nothing, and nothing is remembered."""
    async with serving(home) as asked:
        (home / "keys" / "witness.json").chmod(0o644)
        assert (503, "config", "the witness cannot sign now; try again") == await asked.refusal(asked.submission(0, 5))
        (home / "keys" / "witness.json").chmod(0o600)

        assert 200 == (await asked.post(asked.submission(0, 5)))[0]


def test_logs_of_one_pop_are_bounded(home: Path) -> None:
    """One more than that is refused, and those that are there go on."""
    seen = SeenLogs(home, max_logs_of_pop=2)
    for name in ("a", "b", "a"):
        with seen.advancing(name, "fra-1") as row:
            row.to(1, bytes(32), "note")
    with (
        pytest.raises(RefusedError, match="PoP 'fra-1' has 2 logs, expected at most 2"),
        seen.advancing("c", "fra-1") as row,
    ):
        row.to(1, bytes(32), "note")

    with seen.advancing("c", "ams-1") as row:
        assert row.last() is None


LOOP = """
import sys
from pathlib import Path
from edge.publish.witness.seen import SeenLogs
seen = SeenLogs(Path(sys.argv[1]))
while True:
    with seen.advancing("log", "fra-1") as row:
        last = row.last()
        size = last.size + 1 if last else 1
        row.to(size, size.to_bytes(32), "note")
    print(size, flush=True)
"""


def test_killed_between_any_two_lines(home: Path) -> None:
    """What left the process is on the disk; no state is taken back, and none is skipped."""
    rng, last = random.Random(19), 0
    for _ in range(10):
        with subprocess.Popen([sys.executable, "-c", LOOP, home], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            first = int(process.stdout.readline())
            assert first in {last + 1, last + 2}
            for _ in range(rng.randrange(20)):
                process.stdout.readline()
            os.kill(process.pid, signal.SIGKILL)
            printed = process.stdout.read().split()
        with contextlib.closing(sqlite3.connect(home / "witness.db")) as connection:
            last = connection.execute("SELECT size FROM seen").fetchone()[0]
        assert last >= int(printed[-1] if printed else first)


def test_body_of_a_submission() -> None:
    """It is read as it was written."""
    submission = Submission(7, (bytes(32), b"x" * 32), "note\n")

    assert b"old 7\nAAAA" == submission.body[:10]
    assert submission == read_submission(submission.body)
    for wrong in (submission.body.replace(b"old 7", b"old 07"), submission.body[1:], b"old 7\n\n"):
        with pytest.raises(RefusedError):
            read_submission(wrong)


def test_key_is_no_unused_one(tmp_path: Path) -> None:
    """The home's inventory of keys does not call it unused; made once, it stays."""
    repository = Repository(tmp_path / "home")
    repository.init(now=datetime.now(UTC), tenants=["acme"])
    key = witness_key(repository.keys)

    assert key == witness_key(repository.keys)
    assert () == take_inventory(repository, now=datetime.now(UTC)).unused
