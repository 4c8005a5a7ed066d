"""A newcomer's first five minutes on a terminal: every line that is printed stands in `first_five_minutes.txt`.

Times, keys and ids differ from run to run; only their form is compared. To accept what the commands print now, run
`ACCEPT=1 pytest tests/journeys/test_first_five_minutes.py`, and read what has changed.
"""

import os
import re
from pathlib import Path

import pytest

from tests.journeys.terminal import COLUMNS, ROOT, run, typed

TRANSCRIPT = Path(__file__).with_name("first_five_minutes.txt")

ISLAND = "islands/northwind/hoodie-drop.toml"
DROP = "northwind/hoodie-drop"
CONFIG = "skerry-home/pop.toml"

VOLATILE = (
    (r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}Z| UTC)?", "TIME"),
    (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\b", "TICKET"),
    (r"key [A-Za-z0-9+/]{16}…", "key KEY…"),
    (r"\b[0-9a-f]{8}\b(?!\+)", "KEYID"),
    (r"\d+(\.\d+)? ms", "N ms"),
    (r"\b\d+ (d|min)\b", "N d"),
    (r"\b1\d{9}\b", "VERSION"),
    (r" +(?=\n)", ""),
)


@pytest.mark.default_ports
@pytest.mark.journey
async def test_first_five_minutes(tmp_path: Path) -> None:
    """No warning, no line twice, nothing before "ready", nothing wider than the terminal, and it says what is next."""
    (tmp_path / "islands").symlink_to(ROOT / "islands")
    printed: list[str] = []

    async def type_in(*arguments: str) -> None:
        words = [f'"{word}"' if " " in word else word for word in arguments]
        printed.append(f"$ skerry {' '.join(words)}\n{await run(*arguments, folder=tmp_path)}")

    await type_in("keys", "init", "--tenant", "northwind")
    await type_in("island", "check", ISLAND)
    await type_in("island", "publish", ISLAND)
    async with typed("publisher", "serve", folder=tmp_path) as (_, publisher):
        await publisher.until("ready on")
        async with typed("pop", "serve", "--config", CONFIG, folder=tmp_path) as (_, pop):
            await pop.until("ready on")
            await pop.until("island in force")
            await type_in("ask", DROP, "when does it ship?")
            await type_in("ask", "--session", "mia", DROP, "what do you want for it")
            await type_in("status")
            await type_in("stats")
    await type_in("island", "status")
    await type_in("keys", "status")
    transcript = "\n".join(printed)

    assert "publisher ready on http://127.0.0.1:8090" == publisher.text.splitlines()[0]
    note, ready = pop.text.splitlines()[:2]
    assert "everything on this machine is trusted as an ingest" in note
    assert "pop 'pop-1' ready on http://127.0.0.1:8080" == ready
    assert not re.search(r"warning|error", publisher.text + pop.text)
    assert [] == [line for line in transcript.splitlines() if len(line) > COLUMNS]
    if os.environ.get("ACCEPT"):
        TRANSCRIPT.write_text(transcript, encoding="utf-8")
    assert steady(TRANSCRIPT.read_text(encoding="utf-8")) == steady(transcript)


def steady(text: str) -> str:
    """The text without what is another in every run."""
    for pattern, word in VOLATILE:
        text = re.sub(pattern, word, text)
    return text
