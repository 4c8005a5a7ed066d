"""A PoP shows its logs to a witness: a real publisher, and witnesses that are down or lie."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from nacl.signing import SigningKey
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from edge.daemon.ledger import Witnessed
from edge.daemon.telemetry import WitnessMetrics
from edge.daemon.witnessing import Witnessing
from edge.errors import Reason, RefusedError
from edge.ledger import (
    Checkpoint,
    NoteKey,
    SignatureType,
    consistency_proof,
    cosignature,
    open_checkpoint,
)
from edge.publish.fleet import FleetMembers
from edge.publish.repository import Repository
from edge.publish.witness import witness_key
from edge.trust import PopSigner
from edge.wire.publisher import WITNESS_PATH, WitnessClient
from tests.daemon.conftest import running_publisher
from tests.ledger.logs import PEN, LogInMemory

ORIGIN = "fra-1/acme/drop"
SIGNER = PopSigner(b"\x05" * 32)
LIAR_PEN = SigningKey(b"\x06" * 32)
LIAR = NoteKey("skerry-witness", bytes(LIAR_PEN.verify_key), SignatureType.COSIGNATURE)


def told(seen: Witnessed) -> tuple[str, str]:
    """How the witness sees the logs, and why."""
    return seen.word, seen.trouble.text if seen.trouble is not None else ""


class MemoryLogs:
    """A PoP's logs: one, in memory."""

    def __init__(self, size: int = 5) -> None:
        self.log, self.kept, self.has_one = LogInMemory(), list[str](), asyncio.Event()
        self.grow(size)

    def grow(self, count: int) -> None:
        """Add entries."""
        start = self.log.tree.size
        self.log.add(*(f"entry {start + number}".encode() for number in range(count)))

    async def origins(self) -> Sequence[str]:
        """The one."""
        return [ORIGIN]

    async def checkpoint(self, origin: str) -> str:
        """Its newest."""
        return Checkpoint(origin, self.log.tree.size, self.log.tree.root).sign(PEN)

    async def consistency(self, origin: str, before: int, after: int) -> Sequence[bytes]:
        """From its tiles."""
        assert origin == ORIGIN
        return consistency_proof(before, after, self.log.hashes)

    async def cosigned(self, origin: str, note: str) -> None:
        """Kept in memory."""
        assert origin == ORIGIN
        self.kept.append(note)
        self.has_one.set()


class Shown:
    """A PoP's witnessing, and what it counted and logged."""

    def __init__(self, logs: MemoryLogs, session: aiohttp.ClientSession, url: str, witness: NoteKey) -> None:
        self.registry = CollectorRegistry()
        self.parts = Witnessing(
            logs,
            WitnessClient(session, url, timeout_s=5.0),
            witness=witness,
            signer=SIGNER,
            interval_s=0.001,
            metrics=WitnessMetrics(self.registry),
        )

    async def looks(self, count: int = 1) -> list[tuple[str, str]]:
        """Look so often; the reasons and texts that were logged."""
        with capture_logs() as lines:
            for _ in range(count):
                await self.parts.look()
        return [
            (line.get("reason", line["log_level"]), line.get("error", line["event"]))
            for line in lines
            if line["event"].startswith("logs are ")
        ]

    def counted(self, result: str) -> float | None:
        """How many posts had this result."""
        return self.registry.get_sample_value("skerry_witness_posts_total", {"result": result})

    @property
    def behind(self) -> float | None:
        """Logs that are not cosigned."""
        return self.registry.get_sample_value("skerry_witness_behind_logs")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home of a publisher that knows the PoP."""
    repository = Repository(tmp_path / "home")
    repository.init(now=datetime.now(UTC), tenants=["acme"])
    FleetMembers(repository.home).add("fra-1", SIGNER.public.hex())
    return repository.home


@contextlib.asynccontextmanager
async def with_publisher(home: Path, logs: MemoryLogs) -> AsyncIterator[Shown]:
    """The logs are shown to a real publisher."""
    key = await asyncio.to_thread(lambda: witness_key(Repository(home).keys))
    async with running_publisher(home) as url, aiohttp.ClientSession() as session:
        yield Shown(logs, session, f"{url}/{WITNESS_PATH}", key)


async def test_log_is_cosigned_when_it_has_grown(home: Path) -> None:
    """Once for each state. What is kept is signed by the log, by the PoP and by the witness."""
    logs = MemoryLogs()
    async with with_publisher(home, logs) as shown:
        assert [] == await shown.looks(2)
        logs.grow(300)
        assert [] == await shown.looks(2)

        assert (2.0, 0.0) == (shown.counted("ok"), shown.behind)
        for note, size in zip(logs.kept, (5, 305), strict=True):
            for key in (NoteKey(ORIGIN, bytes(PEN.verify_key)), NoteKey(ORIGIN, SIGNER.public)):
                opened = open_checkpoint(note, key, [shown.parts._witness])
                assert (size, 2) == (opened.checkpoint.size, len(opened.signatures))


class MovedLogs(MemoryLogs):
    """One log is moved to the archive after they were listed."""

    moved = "fra-1/acme/ended"

    async def origins(self) -> Sequence[str]:
        """Both at first."""
        listed = [self.moved] if self.moved else []
        return [*listed, ORIGIN]

    async def checkpoint(self, origin: str) -> str:
        """Of the one that is here."""
        if origin == self.moved:
            self.moved = ""
            raise RefusedError(f"log {origin} was moved to the archive meanwhile", reason=Reason.NOT_FOUND)
        return await super().checkpoint(origin)


async def test_log_that_is_moved_meanwhile(home: Path) -> None:
    """No witness has refused it, and the others are shown."""
    async with with_publisher(home, MovedLogs()) as shown:
        assert [] == await shown.looks()

        assert ("ok", 0.0, 1.0) == (shown.parts.seen.word, shown.behind, shown.counted("ok"))


async def test_pop_that_starts_again(home: Path) -> None:
    """It learns from the witness what was cosigned last."""
    logs = MemoryLogs()
    async with with_publisher(home, logs) as shown:
        await shown.looks()
    logs.grow(3)
    async with with_publisher(home, logs) as shown:
        assert [] == await shown.looks()

    assert 2 == len(logs.kept)


async def test_witness_that_is_down(home: Path) -> None:
    """One line while it is down, one when it is back; the logs wait for it."""
    logs = MemoryLogs()
    async with with_publisher(home, logs) as shown:
        client, shown.parts._client = (
            shown.parts._client,
            WitnessClient(shown.parts._client._session, "http://127.0.0.1:1", timeout_s=5.0),
        )
        assert ("unknown", "") == told(shown.parts.seen)
        said = await shown.looks(3)
        assert (["unreachable"], 3.0, 1.0) == ([one for one, _ in said], shown.counted("unreachable"), shown.behind)
        assert ("silent", said[0][1]) == told(shown.parts.seen)
        shown.parts._client = client

        assert [("info", "logs are cosigned again")] == await shown.looks(2)
        assert (1, 0.0, ("ok", "")) == (len(logs.kept), shown.behind, told(shown.parts.seen))


async def test_pop_that_the_publisher_does_not_know(home: Path) -> None:
    """It is refused, and says so once; `/readyz` says it as long as it is so."""
    await asyncio.to_thread(FleetMembers(home).remove, "fra-1")
    logs = MemoryLogs()
    async with with_publisher(home, logs) as shown:
        said = await shown.looks(3)

        assert (["pop_unknown"], 1.0, []) == ([one for one, _ in said], shown.behind, logs.kept)
        assert ("refused", said[0][1]) == told(shown.parts.seen)


async def test_log_that_lost_leaves(home: Path) -> None:
    """A PoP whose state folder was restored from a copy: the witness does not forget."""
    async with with_publisher(home, MemoryLogs(9)) as shown:
        await shown.looks()
    logs = MemoryLogs(7)
    async with with_publisher(home, logs) as shown:
        text = "the witness cosigned 9 leaves of fra-1/acme/drop, and this PoP has 7: it lost some"
        assert [("rollback", text)] == await shown.looks(2)

    assert [] == logs.kept


async def test_log_with_two_histories(home: Path) -> None:
    """The second one is never cosigned."""
    async with with_publisher(home, MemoryLogs(7)) as shown:
        await shown.looks()
    logs = MemoryLogs(6)
    logs.log.add(b"other", b"words")
    async with with_publisher(home, logs) as shown:
        assert ["hash_mismatch"] == [reason for reason, _ in await shown.looks(2)]

    assert [] == logs.kept


def lie(text: str, *, at_s: int = 7, pen: SigningKey = LIAR_PEN) -> str:
    """A cosignature of a text."""
    return cosignature(text, LIAR.name, pen, at_s=at_s)


CHECKPOINT = Checkpoint(ORIGIN, 5, MemoryLogs().log.tree.root)
OTHER = Checkpoint(ORIGIN, 5, bytes(32))
NO_SIGNATURE = "the witness answered without a signature of skerry-witness"
SAYS: dict[str, tuple[Callable[[], web.Response], str, str]] = {
    "a signature of another text": (
        lambda: web.Response(text=lie(OTHER.text)),
        "signature_invalid",
        "signature of skerry-witness is not good",
    ),
    "a signature of another key": (
        lambda: web.Response(text=lie(CHECKPOINT.text, pen=PEN)),
        "signature_invalid",
        "note is not signed by skerry-witness",
    ),
    "a signature of another witness": (
        lambda: web.Response(text=cosignature(CHECKPOINT.text, "other", LIAR_PEN, at_s=1)),
        "signature_invalid",
        NO_SIGNATURE,
    ),
    "nothing": (lambda: web.Response(text=""), "signature_invalid", NO_SIGNATURE),
    "no text": (lambda: web.Response(body=b"\xff\0" * 99), "signature_invalid", NO_SIGNATURE),
    "a page": (lambda: web.Response(text="<html>\n" * 9_999), "signature_invalid", NO_SIGNATURE),
    "a line without a signature": (
        lambda: web.Response(text="\N{EM DASH} skerry-witness x\n"),
        "malformed",
        "signature line '\N{EM DASH} skerry-witness x', expected '\N{EM DASH} NAME BASE64'",
    ),
    "another size each time": (
        lambda: web.Response(status=409, text="3\n", headers={"Content-Type": "text/x.tlog.size"}),
        "unreachable",
        "the witness names another size each time, expected the same",
    ),
    "an impossible size": (
        lambda: web.Response(status=409, text="-3\n", headers={"Content-Type": "text/x.tlog.size"}),
        "hash_mismatch",
        "{peer}/add-checkpoint answered with status 409, expected a cosignature",
    ),
    "somewhere else": (
        lambda: web.Response(status=302, headers={"Location": "http://127.0.0.1:1/"}),
        "unreachable",
        "{peer}/add-checkpoint answered with status 302, expected 200",
    ),
}


@pytest.mark.parametrize(("answer", "reason", "text"), SAYS.values(), ids=SAYS.keys())
async def test_witness_that_lies(answer: Callable[[], web.Response], reason: str, text: str) -> None:
    """Nothing of it is kept; it is said once, and counted each time."""

    async def respond(request: web.Request) -> web.Response:
        await request.read()
        return answer()

    app, logs = web.Application(), MemoryLogs()
    app.router.add_post("/add-checkpoint", respond)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        shown = Shown(logs, session, str(server.make_url("")), LIAR)
        said = await shown.looks(2)

        expected = text.format(peer=f"{server.host}:{server.port}")
        assert [(reason, expected)] == [(one, other.removeprefix("http://")) for one, other in said]
        assert ([], 2.0, 1.0) == (logs.kept, shown.counted(reason), shown.behind)
        assert ("silent" if reason == "unreachable" else "refused", said[0][1]) == told(shown.parts.seen)


async def test_good_line_among_others() -> None:
    """Only the witness's own line is kept."""

    async def respond(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(text="\N{EM DASH} other AAAA\n" + lie(CHECKPOINT.text) + "more\n")

    app, logs = web.Application(), MemoryLogs()
    app.router.add_post("/add-checkpoint", respond)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        assert [] == await Shown(logs, session, str(server.make_url("")), LIAR).looks()

    assert logs.kept[0].endswith(f"\n{lie(CHECKPOINT.text)}")
    assert "other" not in logs.kept[0]


async def test_witness_that_says_nothing() -> None:
    """It is left after the time that a request may take."""

    async def respond(_request: web.Request) -> web.Response:
        await asyncio.sleep(60)
        raise AssertionError

    app = web.Application()
    app.router.add_post("/add-checkpoint", respond)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        shown = Shown(MemoryLogs(), session, str(server.make_url("")), LIAR)
        shown.parts._client = WitnessClient(session, str(server.make_url("")), timeout_s=0.05)

        assert ["unreachable"] == [reason for reason, _ in await shown.looks()]


async def test_keeps_looking(home: Path) -> None:
    """As one task, until it is cancelled."""
    logs = MemoryLogs()
    async with with_publisher(home, logs) as shown:
        task = asyncio.create_task(shown.parts.keep())
        await logs.has_one.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
