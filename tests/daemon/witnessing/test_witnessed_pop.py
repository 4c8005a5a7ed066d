"""A PoP and its publisher: the log of an event is cosigned, and a stranger verifies it by two keys."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from edge.cli import cli
from edge.daemon.ledger_wiring import _witness_tasks
from edge.errors import ConfigError, StorageError
from edge.ledger import NoteKey, SignatureType
from edge.publish.fleet import FleetMembers
from edge.publish.repository import Repository
from edge.publish.witness import witness_key
from edge.store.ledger import CosignedNotes, LedgerStore
from tests.daemon.conftest import RunningPop, pop_config, running_origin, running_pop, running_publisher
from tests.ledger.logs import PEN
from tests.pen import DROP, Pen
from tests.waiting import until

LOG = f"/v1/ledger/{DROP}"


async def cosigned_size(pop: RunningPop) -> int:
    """Leaves of the last cosigned state; 0 if there is none."""
    status, body, _ = await pop.get(f"{LOG}/cosigned")
    return int(body.split(b"\n")[1]) if status == 200 else 0


@pytest.mark.timeout(60)
async def test_log_of_a_pop_is_cosigned_and_verified(pen: Pen, tmp_path: Path) -> None:
    """Also after a restart of the PoP, from where it was."""
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    key = await asyncio.to_thread(lambda: witness_key(Repository(home).keys))
    state = tmp_path / "state"
    async with running_origin() as origin, running_publisher(home) as publisher_url:
        config = pop_config(
            tmp_path,
            publisher_url=publisher_url,
            origin_url=origin.url,
            islands={"required": [str(DROP)]},
            witness={"key": key.text, "interval_s": 0.05},
            fleet={"interval_s": 0.5, "jitter_s": 0.01},
        )

        async def knows_it() -> bool:
            shown = await asyncio.to_thread(CliRunner().invoke, cli, ["status", "--url", publisher_url, "--json"])
            (ledger,) = [one["ledger"] for one in json.loads(shown.stdout)["pops"]]
            return ledger is not None and (ledger["word"], ledger["witness"]) == ("ok", "ok")

        for run in (1, 2):
            async with running_pop(config, origin) as pop:
                public = await asyncio.to_thread((state / "status.pub").read_text)
                await asyncio.to_thread(FleetMembers(home).add, "test-pop", public.strip())
                await pop.post({"island": str(DROP), "text": f"when does it ship? {run}"})

                async def is_cosigned(pop: RunningPop = pop, leaves: int = run) -> bool:
                    return await cosigned_size(pop) >= leaves

                await until(is_cosigned, "a cosigned checkpoint")
                arguments = ["ledger", "verify", f"{pop.url}{LOG}", "--key", public.strip(), "--witness", key.text]
                verified = await asyncio.to_thread(CliRunner().invoke, cli, [*arguments, "--json"])

                async def says_so(pop: RunningPop = pop) -> bool:
                    return bool(json.loads((await pop.get("/readyz"))[1])["witness"] == "ok")

                await until(says_so, "/readyz says that the witness saw all logs")
                await until(knows_it, "`skerry status` says it, too")
                assert 0 == verified.exit_code, verified.output
                found: dict[str, Any] = json.loads(verified.stdout)
                assert (f"test-pop/{DROP}", ["skerry-witness"]) == (
                    found["log"],
                    [one["by"] for one in found["cosigned"]],
                )


async def test_fleet_hears_of_a_ledger_without_its_path(
    pen: Pen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every PoP may ask what the fleet's ledgers do; the operator's own `/statusz` names the file that fails."""
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    state = tmp_path / "state"

    def failing(*_: object) -> None:
        raise StorageError(f"{state}/ledger.db could not be used: disk I/O error")

    async with running_origin() as origin, running_publisher(home) as publisher_url:
        config = pop_config(
            tmp_path,
            publisher_url=publisher_url,
            origin_url=origin.url,
            islands={"required": [str(DROP)]},
            fleet={"interval_s": 0.3, "jitter_s": 0.01},
        )
        async with running_pop(config, origin) as pop:
            public = await asyncio.to_thread((state / "status.pub").read_text)
            await asyncio.to_thread(FleetMembers(home).add, "test-pop", public.strip())
            monkeypatch.setattr(LedgerStore, "append", failing)
            await pop.post({"island": str(DROP), "text": "when does it ship?"})
            said: list[str] = []

            async def is_told() -> bool:
                shown = await asyncio.to_thread(CliRunner().invoke, cli, ["status", "--url", publisher_url, "--json"])
                said.append(shown.stdout)
                return '"failing"' in shown.stdout

            await until(is_told, "the fleet hears of it")
            own = (await pop.get("/statusz"))[1].decode()
            monkeypatch.undo()

    assert "its disk failed, or a file there is not as it should be" in said[-1]
    assert [False, True] == [str(state) in text for text in (said[-1], own)]


async def test_log_without_a_witness(pop: RunningPop) -> None:
    """There is nothing that was cosigned."""
    await pop.post({"island": str(DROP), "text": "when does it ship?"})

    assert 404 == (await pop.get(f"{LOG}/cosigned"))[0]


LOG_KEY = NoteKey("log", bytes(PEN.verify_key))
WITNESS = NoteKey("witness", bytes(PEN.verify_key), SignatureType.COSIGNATURE)
FAULTS: dict[str, tuple[dict[str, dict[str, Any]], str]] = {
    "no key": ({"witness": {"key": "abc"}}, "witness.key: verifier key 'abc', expected NAME+ID+KEY of an Ed25519 key"),
    "the key of a log": (
        {"witness": {"key": LOG_KEY.text}},
        "witness.key is the key of a log, log, expected a witness's",
    ),
    "no status": (
        {"witness": {"key": WITNESS.text}, "fleet": {"enabled": False}},
        "witness.key is set and fleet.enabled is false, expected true",
    ),
}


@pytest.mark.parametrize(("sections", "text"), FAULTS.values(), ids=FAULTS.keys())
def test_faulty_settings(tmp_path: Path, sections: dict[str, dict[str, Any]], text: str) -> None:
    """The start stops, and says what to run."""

    class Found:
        """What the start has, as far as it is looked at."""

        config = pop_config(tmp_path, publisher_url="http://x", origin_url="http://y", **sections)
        startup = type("Startup", (), {"identity": None})

    with pytest.raises(ConfigError) as caught:
        _witness_tasks(Found())  # type: ignore[arg-type]

    assert caught.value.text.startswith(text)
    assert "run: skerry " in caught.value.text


def test_notes_of_several_logs(tmp_path: Path) -> None:
    """Each log has its newest; a name is no path."""
    notes = CosignedNotes(tmp_path)
    assert notes.get("a") is None
    for origin, note in (("a", "one"), ("../b", "two"), ("a", "three")):
        notes.put(origin, note)

    assert ("three", "two", None) == (notes.get("a"), CosignedNotes(tmp_path).get("../b"), notes.get("c"))
    assert 2 == len(list((tmp_path / "cosigned").iterdir()))
