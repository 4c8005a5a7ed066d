"""`skerry widget twitch`: a ZIP file that people can read, and that has all that its panel loads."""

import re
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edge.cli import cli
from tests.client.answers import KEY as SIGNING_KEY
from tests.client.answers import text_of

POP = "https://pop.example"
KEY = text_of(SIGNING_KEY)
LONGEST_LINE = 400


def write(out: Path, *, island: str = "northwind/hoodie-drop", pop: str = POP, key: str = KEY) -> Result:
    """What the command does."""
    return CliRunner().invoke(cli, ["widget", "twitch", island, "--pop", pop, "--key", key, "--out", str(out)])


def test_zip_has_what_its_panel_loads(tmp_path: Path) -> None:
    """The page, the loader and each part that it names, and nothing that an overlay alone needs."""
    ran = write(tmp_path / "panel.zip")
    with zipfile.ZipFile(tmp_path / "panel.zip") as packed:
        files = {name: packed.read(name).decode() for name in packed.namelist()}
    parts = {name.partition("-")[0] for name in files if "-" in name}

    assert 0 == ran.exit_code, ran.output
    assert f'island="northwind/hoodie-drop" pop="{POP}" key="{KEY}"' in files["panel.html"]
    assert {"ar", "chat", "consent", "de", "en", "es", "fr", "he", "ja", "pt", "verifier"} == parts
    assert {"panel.html", "skerry.js"} == {name for name in files if "-" not in name}


def test_files_can_be_read_by_people(tmp_path: Path) -> None:
    """Names and lines are those of the sources."""
    write(tmp_path / "panel.zip")
    with zipfile.ZipFile(tmp_path / "panel.zip") as packed:
        chat = next(packed.read(name).decode() for name in packed.namelist() if name.startswith("chat-"))

    assert {"verifySigned", "ticketsIn", "answersIn", "makePanel"} <= set(re.findall(r"function (\w+)\(", chat))
    assert max(map(len, chat.splitlines())) <= LONGEST_LINE


def test_same_words_give_the_same_bytes(tmp_path: Path) -> None:
    """Twitch's reviewers can compare; a file that is there is replaced."""
    out = tmp_path / "panel.zip"
    write(out)
    first = out.read_bytes()
    write(out, pop="https://other.example")
    other = out.read_bytes()
    write(out)

    assert first == out.read_bytes()
    assert first != other


BAD = {
    "a name that is none": ({"island": "northwind"}, "this is not an island's name"),
    "an address that is none": ({"pop": "pop.example"}, "--pop is pop.example, expected an address such as"),
    "markup for an address": ({"pop": '"><script>'}, "expected an address such as"),
    "an address that cannot be read": ({"pop": "http://[::1"}, "expected an address such as"),
    "a key that is none": ({"key": "x"}, "expected the 32 bytes of an Ed25519 public key"),
}


@pytest.mark.parametrize("sentence", BAD)
def test_bad_words(sentence: str, tmp_path: Path) -> None:
    """No file is written."""
    words, expected = BAD[sentence]
    ran = write(tmp_path / "panel.zip", **words)

    assert 0 != ran.exit_code
    assert expected in ran.output
    assert [] == list(tmp_path.iterdir())


def test_place_that_cannot_be_written(tmp_path: Path) -> None:
    """It says so."""
    ran = write(tmp_path / "no" / "panel.zip")

    assert 1 == ran.exit_code
    assert f"cannot write {tmp_path / 'no' / 'panel.zip'}: No such file or directory" in ran.output
