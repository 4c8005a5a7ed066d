"""A PoP with the second model: questions in another language are offered something, if its package is sound."""

import asyncio
import shutil
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from edge.cli.demo import Harness
from edge.daemon.languages import PACKAGE
from edge.errors import Reason
from edge.records import Outcome
from tests.journeys.steps import until_serving
from tests.pen import DROP
from tests.waiting import until

pytestmark = pytest.mark.journey

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parents[1]
WHEEL = next((ROOT / "models" / "multilingual").glob(f"{PACKAGE}-*.whl"))
LAUNCHER = (sys.executable, str(HERE / "listing_pop.py"))
SETTINGS = '[triage]\nlanguages = "multilingual"\n'

NEXT_MONTH = "kann ich das auch nächsten monat noch kaufen oder nur heute"
TAXES = "muss ich extra steuern zahlen wenn es in kanada ankommt"
"""Nobody tells by its words that this is no English."""
HARM = "jemand aus dem chat hat meine adresse gefunden und droht mir"
NONSENSE = "wer hat gestern abend das spiel gewonnen und warum"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the unpacked wheel, as an installer leaves it."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(WHEEL) as wheel:
        wheel.extractall(folder)
    return folder


async def start(harness: Harness, monkeypatch: pytest.MonkeyPatch, *folders: Path, program: Sequence[str]) -> None:
    """A PoP that serves the drop with the second model switched on, and `folders` on its path."""
    monkeypatch.setenv("PYTHONPATH", ":".join(map(str, (ROOT, *folders))))
    harness.more_settings = SETTINGS
    await harness.start_publisher()
    await harness.start_pop(program)
    await until_serving(harness, 1)


async def ask(harness: Harness, text: str, **more: str) -> dict[str, Any]:
    """The PoP's response to a viewer of the drop."""
    question = {"island": str(DROP), "text": text, **more}
    async with harness.http.post(harness.pop_url + "/v1/ask", json=question) as reply:
        found: dict[str, Any] = await reply.json()
    return found


async def until_offered(harness: Harness, text: str) -> dict[str, Any]:
    """Ask until something is offered; before, people take the question."""
    last: dict[str, Any] = {}

    async def is_offered() -> bool:
        nonlocal last
        last = await ask(harness, text)
        return bool(last["outcome"] == Outcome.CLARIFY)

    await until(is_offered, "an offer in another language")
    return last


def lines(harness: Harness, words: str) -> list[str]:
    """Lines of the PoP's log with these words."""
    log = (harness.folder / "pop.log").read_text(encoding="utf-8")
    return [line for line in log.splitlines() if words in line]


async def test_question_in_another_language_is_offered_a_snippet(
    harness: Harness, installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The PoP is ready before the model is loaded; then a German question finds its snippet, and a tap its answer."""
    modules = tmp_path / "modules"
    monkeypatch.setenv("SKERRY_TEST_MODULES", str(modules))
    await start(harness, monkeypatch, installed, program=LAUNCHER)
    ready = await harness.get("/readyz")
    loaded_when_ready = lines(harness, "second model loaded")
    first = await ask(harness, NEXT_MONTH)
    offer = await until_offered(harness, NEXT_MONTH)
    choice = {"receipt": offer["receipt"], "snippet": "drop-window", "text": NEXT_MONTH}
    async with harness.http.post(harness.pop_url + "/v1/choice", json=choice) as reply:
        answer = await reply.json()
    in_public = await ask(harness, NEXT_MONTH, channel="stream:one")
    unlikely = await ask(harness, NONSENSE)
    english = await ask(harness, "who won the game last night", locale="de-AT")
    undeclared, declared = await ask(harness, TAXES), await ask(harness, TAXES, locale="de-AT")
    harm = await ask(harness, HARM)
    await harness.stop("pop")

    assert ready
    assert [] == loaded_when_ready
    assert Reason.LANGUAGE_UNSUPPORTED == first["reason"]
    assert "drop-window" in [option["snippet"] for option in offer["options"]]
    assert (Outcome.ANSWER, Reason.PICKED) == (answer["outcome"], answer["reason"])
    assert "drop-window" == answer["provenance"]["snippet"]
    assert Outcome.CLARIFY != in_public["outcome"]
    assert Reason.LANGUAGE_UNSUPPORTED == unlikely["reason"]
    assert Reason.OUT_OF_SCOPE == english["reason"]
    assert Outcome.ESCALATE == undeclared["outcome"]
    assert ["customs-duty"] == [option["snippet"] for option in declared["options"]]
    assert (Outcome.ESCALATE, []) == (harm["outcome"], harm["options"])
    assert PACKAGE not in modules.read_text(encoding="utf-8").split()


@pytest.mark.parametrize("fault", ["missing", "damaged", "of another format"])
async def test_package_that_is_not_sound_is_said_once(
    fault: str, harness: Harness, installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then people take every question in another language, as without the setting."""
    folder = tmp_path / "installed"
    if fault != "missing":
        await asyncio.to_thread(shutil.copytree, installed, folder)
        name, old, new = {
            "damaged": ("scores.f32", b"\xc1", b"\xc2"),
            "of another format": ("card.toml", b"format = 1", b"format = 9"),
        }[fault]
        path = folder / PACKAGE / name
        path.write_bytes(path.read_bytes().replace(old, new, 1))
    await start(harness, monkeypatch, folder, program=(sys.executable, "-m", "edge"))
    reasons = [(await ask(harness, NEXT_MONTH))["reason"]]

    async def is_said() -> bool:
        return bool(lines(harness, "second model cannot be used"))

    await until(is_said, "a line in the log")
    reasons += [(await ask(harness, NEXT_MONTH))["reason"] for _ in range(3)]
    await harness.stop("pop")

    assert [Reason.LANGUAGE_UNSUPPORTED] * 4 == reasons
    said = lines(harness, "second model cannot be used")
    assert 1 == len(said)
    assert PACKAGE in said[0]
    assert "models/README.md" in said[0]
