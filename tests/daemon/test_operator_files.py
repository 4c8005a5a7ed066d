"""`skerry pop serve --check` and a start read the operator's files by one function, so both find the same faults."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from edge.daemon import read_operator_files, run_pop
from edge.errors import ConfigError
from tests.certificates import Authority
from tests.daemon.conftest import pop_config
from tests.daemon.test_secret_files import SETTINGS
from tests.pen import Pen

PUBLISHER = {"url": "http://127.0.0.1:1", "trusted_root": "root.json"}
NATS = ["nats://127.0.0.1:1"]

PUBLIC: dict[str, dict[str, dict[str, Any]]] = {
    "publisher.trusted_root": {"publisher": {**PUBLISHER, "trusted_root": "secret"}},
    "publisher.ca_file": {"publisher": {**PUBLISHER, "ca_file": "secret"}},
    "nats.ca_file": {"nats": {"servers": NATS, "ca_file": "secret"}},
    "origin.ca_file": {"origin": {"url": NATS[0], "kind": "nats", "ca_file": "secret"}},
    "triage.models_dir": {"triage": {"models_dir": "secret"}},
}
"""Settings that name a file, or a folder, that everybody may read."""

CASES = {**SETTINGS, **PUBLIC}


def bend(path: Path, fault: str) -> None:
    """Put something at `path` that is no good as a secret, an authority, a root or a folder of models."""
    if fault == "a folder":
        path.mkdir()
    elif fault != "nothing":
        path.write_text("" if fault == "an empty file" else "pelargonium")
        path.chmod(0o644 if fault == "a file that all may read" else 0o600)


FAULTS = [
    (name, fault)
    for name in CASES
    for fault in ("nothing", "a folder", "an empty file", "a file that all may read")
    # No desk has a token yet: everybody needs one, and nobody has one.
    if (name, fault) != ("people.desk_tokens_file", "an empty file")
]


@pytest.mark.parametrize(("name", "fault"), FAULTS)
async def test_fault_of_one_file(tmp_path: Path, pen: Pen, name: str, fault: str) -> None:
    """Check and start say the same, name the file, and touch no state."""
    root = await asyncio.to_thread((pen.home / "root.json").read_bytes)
    await asyncio.to_thread((tmp_path / "root.json").write_bytes, root)
    await asyncio.to_thread(bend, tmp_path / "secret", fault)
    sections = {"publisher": PUBLISHER, **CASES[name]}
    config = pop_config(tmp_path, publisher_url="", origin_url="http://x", **sections)
    said = []
    with pytest.raises(ConfigError) as caught:
        await asyncio.to_thread(read_operator_files, config)
    said.append(caught.value.text)
    with pytest.raises(ConfigError) as caught:
        await run_pop(config, stop=asyncio.Event())
    said.append(caught.value.text)

    assert said[0] == said[1]
    assert str(tmp_path / "secret") in said[0]
    assert "pelargonium" not in said[0]
    assert not await asyncio.to_thread((tmp_path / "state").exists)


SOUND = {
    "desk_tokens_file": b"* " + 24 * b"t",
    "proxy_login_file": b"fra-1:password",
    "secret_files": b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "webhook_secret_files": b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
}
"""What is in a file, by the last word of its setting; in the others a token."""


@pytest.mark.parametrize("name", sorted(CASES.keys() - {"triage.models_dir"}))
def test_file_is_watched(tmp_path: Path, pen: Pen, name: str) -> None:
    """Every setting that names a file is read again when the file changes. Models alone are loaded once."""
    last = name.rpartition(".")[2]
    root = (pen.home / "root.json").read_bytes()
    (tmp_path / "root.json").write_bytes(root)
    content = {**SOUND, "trusted_root": root}.get(last, 44 * b"t")
    if last == "ca_file":
        content = Authority(tmp_path / "ca").ca.read_bytes()
    (tmp_path / "secret").write_bytes(content)
    (tmp_path / "secret").chmod(0o600)
    sections = {"publisher": PUBLISHER, **CASES[name]}
    files = read_operator_files(pop_config(tmp_path, publisher_url="", origin_url="http://x", **sections))

    watched = {file.name for file in files.watched if tmp_path / "secret" in file.paths}
    assert name.replace(".tenants.", ".tenants.acme.") in watched
