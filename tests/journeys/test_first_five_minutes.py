"""A newcomer's first five minutes on a terminal: every line that is printed stands in `first_five_minutes.txt`.

Times, keys and ids differ from run to run; only their form is compared. To accept what the commands print now, run
`ACCEPT=1 pytest tests/journeys/test_first_five_minutes.py`, and read what has changed.
"""

import contextlib
import os
import re
from pathlib import Path

import aiohttp
import pytest

from tests.journeys.terminal import COLUMNS, ROOT, Screen, run, typed
from tests.waiting import until

TRANSCRIPT = Path(__file__).with_name("first_five_minutes.txt")

ISLAND = "islands/northwind/hoodie-drop.toml"
DROP = "northwind/hoodie-drop"
CONFIG = "skerry-home/pop.toml"
PUBLISHER = "http://127.0.0.1:8090"

VOLATILE = (
    (r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}Z| UTC)?", "TIME"),
    (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\b", "TICKET"),
    (r"key [A-Za-z0-9+/]{16}…", "key KEY…"),
    (r"\b[0-9a-f]{8}\b(?!\+)", "KEYID"),
    (r"\d+(\.\d+)? ms", "N ms"),
    # Surge control moves it with the time, as nobody is at work. That of a snippet (0.92) it does not move.
    (r"threshold (now )?(?!0\.92)0\.\d+", "threshold N"),
    (r"\b\d+ (d|min)\b", "N d"),
    (r"\b1\d{9}\b", "VERSION"),
    (r" +(?=\n)", ""),
)


@pytest.mark.default_ports
@pytest.mark.journey
async def test_first_five_minutes(tmp_path: Path) -> None:
    """No warning, no line twice, "ready" once the island can be asked, nothing too wide, and it says what is next."""
    (tmp_path / "islands").symlink_to(ROOT / "islands")
    printed: list[str] = []

    async def type_in(*arguments: str) -> None:
        words = [f'"{word}"' if " " in word else word for word in arguments]
        printed.append(f"$ skerry {' '.join(words)}\n{await run(*arguments, folder=tmp_path)}")

    await type_in("keys", "init", "--tenant", "northwind")
    await type_in("island", "check", ISLAND)
    await type_in("island", "publish", ISLAND)
    async with contextlib.AsyncExitStack() as servers:

        async def serve(*arguments: str) -> Screen:
            _, screen = await servers.enter_async_context(typed(*arguments, folder=tmp_path))
            await screen.until("ready on")
            return screen

        publisher = await serve("publisher", "serve")
        desk = await serve("desk", "serve", "--home", "skerry-home", "--publisher", PUBLISHER)
        pop = await serve("pop", "serve", "--config", CONFIG)
        await until(hears_the_desk, "the PoP knows that nobody is at work at the desk")
        await type_in("ask", DROP, "when does it ship?")
        await type_in("ask", "--session", "mia", DROP, "what do you want for it")
        await type_in("status")
        await type_in("stats")
    await type_in("island", "status")
    await type_in("keys", "status")
    transcript = "\n".join(printed)

    assert f"publisher ready on {PUBLISHER}" == publisher.text.splitlines()[0]
    assert "desk ready on http://127.0.0.1:8070" == desk.text.splitlines()[0]
    begun, ready, _ = pop.text.partition("pop 'pop-1' ready on http://127.0.0.1:8080\n")
    assert "everything on this machine is trusted as an ingest" in begun.splitlines()[0]
    assert "island in force" in begun
    assert ready
    assert not re.search(r"warning|error", publisher.text + desk.text + pop.text)
    assert [] == [line for line in transcript.splitlines() if len(line) > COLUMNS]
    if os.environ.get("ACCEPT"):
        TRANSCRIPT.write_text(transcript, encoding="utf-8")
    assert steady(TRANSCRIPT.read_text(encoding="utf-8")) == steady(transcript)


async def hears_the_desk() -> bool:
    """True once the desk's load has reached the PoP: the second question's lane depends on it."""
    async with aiohttp.ClientSession() as http, http.get("http://127.0.0.1:8080/metrics") as response:
        counts = re.findall(r"^skerry_load_reports_total\{.*\} (\S+)$", await response.text(), re.MULTILINE)
    return sum(map(float, counts)) > 0


def steady(text: str) -> str:
    """The text without what is another in every run."""
    for pattern, word in VOLATILE:
        text = re.sub(pattern, word, text)
    return text
