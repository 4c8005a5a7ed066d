"""What the page marks as a person's name or place, on cases that were written before, run by Node."""

import json
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.desk.desk_page import Person, TestedDesk, sent
from tests.browser.desk.faces import FACES, installed

pytestmark = [pytest.mark.journey, pytest.mark.requires("npm")]

CASES = Path(__file__).parent / "personal"

ENTRY = """
import { namesIn } from "FACES/desk/personal/names.ts"
import { piecesOf } from "FACES/desk/personal/personal.ts"
import { readFileSync } from "node:fs"
const texts = JSON.parse(readFileSync(0, "utf8"))
console.log(JSON.stringify(texts.map(text => [piecesOf(text, null), piecesOf(text, namesIn)])))
"""

Pieces = list[dict[str, Any]]


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reads texts, and writes the pieces of each: without the finder of names, and with it."""
    folder = tmp_path_factory.mktemp("personal")
    (folder / "entry.ts").write_text(ENTRY.replace("FACES", str(FACES)), encoding="utf-8")
    packages = installed() / "node_modules"
    (folder / "node_modules").symlink_to(packages)
    bundle = [str(packages / ".bin" / "esbuild"), "entry.ts", "--bundle", "--format=esm", "--platform=node"]
    alias = f"--alias:compromise/three={packages}/compromise/src/three.js"
    subprocess.run([*bundle, alias, "--outfile=out.mjs", "--log-level=error"], cwd=folder, check=True, timeout=60)
    return folder / "out.mjs"


def pieces_of(script: Path, texts: list[str]) -> list[tuple[Pieces, Pieces]]:
    """The pieces of each text, without and with names."""
    command = ["node", str(script)]
    ran = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, timeout=60, check=False)
    assert 0 == ran.returncode, ran.stderr
    found: list[tuple[Pieces, Pieces]] = [(places, both) for places, both in json.loads(ran.stdout)]
    return found


def is_marked(pieces: Pieces, personal: str) -> bool:
    """True if nothing of `personal` is left outside of marks."""
    text = "".join(one["text"] for one in pieces)
    marks = "".join(("#" if one["isPersonal"] else ".") * len(one["text"]) for one in pieces)
    at = text.index(personal)
    return "#" * len(personal) == marks[at : at + len(personal)]


FLOORS = {"cases": {"name": 0.88, "place": 0.95, "clean": 0.87}, "unseen": {"name": 0.72, "place": 0.85, "clean": 0.8}}
"""Least shares: of names and places that are marked as a whole, and of texts without any that stay unmarked."""


@pytest.mark.parametrize("file", FLOORS)
def test_what_is_marked(script: Path, file: str) -> None:
    """Names and places are marked mostly, and in texts without any there is rarely a mark."""
    cases = tomllib.loads((CASES / f"{file}.toml").read_text(encoding="utf-8"))
    found = {
        kind: [is_marked(both, one[1]) for one, (_, both) in zip(cases[kind], pieces, strict=True)]
        for kind in ("name", "place")
        for pieces in [pieces_of(script, [text for text, _ in cases[kind]])]
    }
    found["clean"] = [not any(one["isPersonal"] for one in both) for _, both in pieces_of(script, cases["clean"])]
    shares = {kind: sum(good) / len(good) for kind, good in found.items()}

    assert dict.fromkeys(shares, True) == {kind: shares[kind] >= FLOORS[file][kind] for kind in shares}, shares


def test_pieces_are_the_text(script: Path) -> None:
    """Joined they are the text, also of hostile ones; without the finder places are marked all the same."""
    texts = [
        "",
        "x",
        "12 high street",
        "😀 " * 900 + "I'm Anna Kowalski",
        "1 a " * 3_000,
        "\ud83d 5 elm road",
        "flat 9 " * 600,
    ]
    found = pieces_of(script, texts)

    assert [[text, text] for text in texts] == [["".join(p["text"] for p in pieces) for pieces in two] for two in found]
    assert [{"text": "12 high street", "isPersonal": True}] == found[2][0]


@pytest.mark.asyncio(loop_scope="module")
async def test_page_marks_for_people(desk: TestedDesk, anna: Person) -> None:
    """In the question and before it, with a word on what to do; the page's policy lets the finder of names load."""
    turn = {
        "at": "2026-11-27T10:00:00Z",
        "text": "ask Jessica Lawson",
        "outcome": "answer",
        "snippet": "x",
        "reason": "exact",
    }
    await desk.take(sent(1, "my name is Daniel Foster, ship to 12 high street", transcript=[turn]))
    await anna.page.get_by_role("option").first.click()

    await expect(anna.page.locator("skerry-ticket mark")).to_have_text(
        ["Daniel Foster,", "12 high street", "Jessica Lawson"]
    )
    await anna.sees("leave it out of what others will read")
