"""`tuf-js` (npm) reads what our publisher serves: the repository is TUF as others understand it, too.

The Python reference client does the same in `tests/publish`.
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from edge.publish.repository import Repository
from tests.daemon.conftest import running_publisher
from tests.interop.node import run_node
from tests.pen import DROP, Pen

KEYS = f"keys/{DROP.tenant}.json"


class Publisher(NamedTuple):
    """A publisher that serves its home."""

    home: Path
    url: str

    async def read_with_tuf_js(self, cache: Path, *targets: str) -> dict[str, Any]:
        """What it makes of the targets, over HTTP, starting from `root.json` alone or from what `cache` holds."""
        question = {"root": str(self.home / "root.json"), "cache": str(cache), "url": self.url, "targets": targets}
        found: dict[str, Any] = await asyncio.to_thread(run_node, "read_repository.js", question)
        return found


@pytest.fixture
async def publisher(pen: Pen, tmp_path: Path) -> AsyncIterator[Publisher]:
    """With the drop as revision 1."""
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    async with running_publisher(home) as url:
        yield Publisher(home, url)


def island_file(home: Path) -> Path:
    """The bytes of the drop in force."""
    target = Repository(home).state().tenants[DROP.tenant].targets[DROP.target_path]
    return home / "repository" / "targets" / DROP.tenant / f"{target.hashes['sha256']}.{DROP.island}.island"


async def test_island_and_keys_are_read(publisher: Publisher, tmp_path: Path) -> None:
    """Delegation, consistent snapshots, hashes and signatures: the very bytes, and nothing that is not there."""
    found = await publisher.read_with_tuf_js(tmp_path / "cache", DROP.target_path, KEYS, "northwind/no-such.island")
    expected = await asyncio.to_thread(lambda: island_file(publisher.home).read_bytes())
    key = await asyncio.to_thread(lambda: Repository(publisher.home).tenant_key(DROP.tenant).public)

    assert expected == base64.b64decode(found[DROP.target_path]["content"])
    keys = json.loads(base64.b64decode(found[KEYS]["content"]))
    assert [base64.b64encode(key).decode()] == [one["ed25519"] for one in keys["keys"]]
    assert {"missing": True} == found["northwind/no-such.island"]


async def test_next_revision_and_withdrawal_are_followed(publisher: Publisher, pen: Pen, tmp_path: Path) -> None:
    """With the cache of before: what replaced it, then nothing."""
    first = await publisher.read_with_tuf_js(tmp_path / "cache", DROP.target_path)
    await asyncio.to_thread(pen.publish, publisher.home)
    second = await publisher.read_with_tuf_js(tmp_path / "cache", DROP.target_path)
    await asyncio.to_thread(pen.withdraw, publisher.home)
    gone = await publisher.read_with_tuf_js(tmp_path / "cache", DROP.target_path)

    assert first[DROP.target_path]["content"] != second[DROP.target_path]["content"]
    assert {"missing": True} == gone[DROP.target_path]


async def test_damage_is_refused(publisher: Publisher, tmp_path: Path) -> None:
    """It does check: a byte of the island, then a byte of its tenant's role."""
    path = await asyncio.to_thread(island_file, publisher.home)
    await asyncio.to_thread(lambda: path.write_bytes(path.read_bytes()[:-1] + b"x"))
    island = await publisher.read_with_tuf_js(tmp_path / "one", DROP.target_path)
    role = publisher.home / "repository" / "metadata" / f"2.{DROP.tenant}.json"
    await asyncio.to_thread(lambda: role.write_bytes(role.read_bytes().replace(b'"revision":1', b'"revision":7')))
    metadata = await publisher.read_with_tuf_js(tmp_path / "two", DROP.target_path)

    assert "hash" in island[DROP.target_path]["error"]
    assert "northwind was signed by 0/1 keys" in metadata[DROP.target_path]["error"]
