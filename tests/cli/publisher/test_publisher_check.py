"""`skerry publisher serve --check`: what a start would open is opened, in the same words, and nothing is changed."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.certificates import Authority

Skerry = Callable[..., Result]

SKERRY = (sys.executable, "-c", "from edge.cli import main; main()")


def serve(home: Path, *options: object) -> tuple[int, str, str]:
    """Run `skerry publisher serve` to its end; gives exit status, stdout and stderr."""
    command = [*SKERRY, "publisher", "serve", "--home", home, "--port", "0", *options]
    ended = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=60, check=False)
    return ended.returncode, ended.stdout, ended.stderr


def content(home: Path) -> dict[str, tuple[int, bytes]]:
    """Every file of a home, with the time of its last change."""
    files = [path for path in sorted(home.rglob("*")) if path.is_file()]
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def options_of(folder: Path) -> list[object]:
    """Options that name a sound file each."""
    certificate, key = Authority(folder / "ca").issue("publisher")
    certificate.rename(folder / "cert.pem")
    key.rename(folder / "key.pem")
    for name in ("tokens", "nkey"):
        (folder / name).touch(mode=0o600)
    (folder / "nkey").write_text("SUAM" + 54 * "A")
    named = {"--tls-cert": "cert.pem", "--tls-key": "key.pem", "--tokens": "tokens", "--nats-nkey": "nkey"}
    words: list[object] = ["--nats", "tls://127.0.0.1:1", "--nats-ca", folder / "ca" / "ca.pem"]
    return words + [word for option, name in named.items() for word in (option, folder / name)]


def test_check_of_a_sound_publisher(skerry: Skerry, home: Path, tmp_path: Path) -> None:
    """It names every file that it read, and neither signs a timestamp nor touches the home."""
    skerry("keys", "init", "--tenant", "acme")
    before = content(home)
    status, out, err = serve(home, "--check", *options_of(tmp_path))

    assert (0, "") == (status, err)
    assert [
        f"{home} is sound",
        "setting\tfile",
        f"--tls-cert and --tls-key\t{tmp_path / 'cert.pem'}",
        f"--tls-cert and --tls-key\t{tmp_path / 'key.pem'}",
        f"--tokens\t{tmp_path / 'tokens'}",
        f"--nats-ca\t{tmp_path / 'ca' / 'ca.pem'}",
        f"--nats-nkey\t{tmp_path / 'nkey'}",
    ] == out.splitlines()
    assert before == content(home)


FAULTS: dict[str, Callable[[Path, Path], object]] = {
    "no home": lambda home, _: (home / "repository" / "metadata" / "timestamp.json").unlink(),
    "no key of the timestamp": lambda home, _: (home / "keys" / "timestamp.json").unlink(),
    "a key that others may read": lambda home, _: (home / "keys" / "timestamp.json").chmod(0o644),
    "a key that is damaged": lambda home, _: (home / "keys" / "timestamp.json").write_text("{}"),
    "no certificate": lambda _, folder: (folder / "cert.pem").unlink(),
    "a private key that others may read": lambda _, folder: (folder / "key.pem").chmod(0o644),
    "no tokens": lambda _, folder: (folder / "tokens").unlink(),
    "tokens of another form": lambda _, folder: (folder / "tokens").write_text("oops"),
    "an empty authority": lambda _, folder: (folder / "ca" / "ca.pem").write_text(""),
    "a seed that others may read": lambda _, folder: (folder / "nkey").chmod(0o604),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_that_a_start_would_find(skerry: Skerry, home: Path, tmp_path: Path, fault: str) -> None:
    """Check and start end with the same words."""
    skerry("keys", "init", "--tenant", "acme")
    options = options_of(tmp_path)
    FAULTS[fault](home, tmp_path)
    checked, started = serve(home, "--check", *options), serve(home, *options)

    assert checked == started
    assert (1, "") == checked[:2]
    assert checked[2].startswith("error: ")
