"""`skerry sessions`: a tenant gets a key, and finds its own viewers by it."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edge.cli import cli
from edge.tokens import pseudonym_of, tenant_pseudonym_key

SECRET = "s" * 44
CONFIG = """[pop]
name = "fra-1"
state_dir = "state"
[publisher]
url = "http://127.0.0.1:8090"
trusted_root = "root.json"
[origin]
url = "http://127.0.0.1:9"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The configuration of a PoP whose fleet has a secret, and another one that goes."""
    (tmp_path / "sessions.key").write_text(f"{SECRET}\n{'o' * 44}\n")
    (tmp_path / "sessions.key").chmod(0o600)
    path = tmp_path / "pop.toml"
    path.write_text(f'{CONFIG}[sessions]\nkey_file = "sessions.key"\n')
    return path


def skerry(*words: object) -> Result:
    """A command."""
    return CliRunner().invoke(cli, ["sessions", *map(str, words)])


def test_tenant_finds_its_viewers(config: Path, tmp_path: Path) -> None:
    """The key is in a private file and not printed; with it names become the pseudonyms that PoPs make."""
    out, names = tmp_path / "northwind.key", tmp_path / "names"
    made = skerry("key", "northwind", "--config", config, "--out", out)
    names.write_text("v-82\n\n")
    plain = skerry("pseudonym", "--key", out, "--event", "hoodie-drop", "--names-file", names, "v-81")
    signed = skerry("pseudonym", "--key", out, "--event", "hoodie-drop", "--signed", "v-81")
    key = tenant_pseudonym_key(SECRET.encode(), "northwind")
    found = [pseudonym_of(name, event="hoodie-drop", key=key) for name in ("v-81", "v-82", "signed:ingest:v-81")]

    assert (0, 0o600) == (made.exit_code, out.stat().st_mode & 0o777), made.output
    assert key.hex() in out.read_text()
    assert key.hex() not in made.output
    assert f"v-81\t{found[0]}\nv-82\t{found[1]}\n" == plain.output
    assert f"v-81\t{found[2]}\n" == signed.output


def test_key_that_is_not_made(config: Path, tmp_path: Path) -> None:
    """Nothing is replaced; a fleet without a secret, and a secret that others may read, are said."""
    out = tmp_path / "taken"
    out.write_text("mine")
    taken = skerry("key", "northwind", "--config", config, "--out", out)
    (tmp_path / "sessions.key").chmod(0o644)
    open_to_others = skerry("key", "northwind", "--config", config, "--out", tmp_path / "new")
    config.write_text(CONFIG)
    without = skerry("key", "northwind", "--config", config, "--out", tmp_path / "new")
    no_tenant = skerry("key", "North Wind", "--config", config, "--out", tmp_path / "new")

    assert (1, "mine") == (taken.exit_code, out.read_text())
    assert "exists, expected a new file; to look at it, run: ls -l" in taken.stderr
    assert (1, 1, 2) == (open_to_others.exit_code, without.exit_code, no_tenant.exit_code)
    assert "has mode 0644, expected 0600" in open_to_others.stderr
    assert "has no sessions.key_file" in without.stderr
    assert not (tmp_path / "new").exists()


BAD = {
    "an empty file": "",
    "another secret": SECRET,
    "half a key": f"northwind {'ab' * 31}",
    "two keys": f"northwind {'ab' * 32}\nacme {'ab' * 32}",
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD.keys())
def test_file_that_is_no_key(tmp_path: Path, content: str) -> None:
    """It is said what was expected, and what it has is not quoted."""
    file = tmp_path / "key"
    file.write_text(content)
    file.chmod(0o600)
    found = skerry("pseudonym", "--key", file, "--event", "drop", "v-81")

    assert (1, "") == (found.exit_code, found.stdout)
    assert "is no key of pseudonyms, expected one line of a tenant and 64 digits" in found.stderr
    assert "ab" * 31 not in found.stderr
    assert SECRET not in found.stderr


def test_words_that_are_missing(tmp_path: Path) -> None:
    """No name, or an event that is none: the usage is shown. A file of names that is not there is said."""
    key = tmp_path / "key"
    key.write_text(f"northwind {'ab' * 32}\n")
    key.chmod(0o600)
    results = [
        skerry("pseudonym", "--key", key, "--event", "drop"),
        skerry("pseudonym", "--key", key, "--event", "a/b", "v"),
        skerry("pseudonym", "--key", key, "--event", "drop", "--names-file", tmp_path / "gone"),
    ]

    assert [2, 2, 1] == [result.exit_code for result in results]
    assert "expected names as UTF-8 text, one a line" in results[2].stderr
