"""Payloads of a running PoP: sealed for the tenant, read where its key is, erased and held by command."""

import asyncio
import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from edge.ledger import leaf_hash, read_leaf
from tests.daemon.conftest import RunningPop
from tests.pen import DROP
from tests.waiting import until

WORDS = "my purple umbrella is for people only"


async def skerry(*arguments: object) -> tuple[int, str]:
    """Exit status and output of one command."""
    words = [sys.executable, "-m", "edge", *map(str, arguments)]
    ended = await asyncio.to_thread(subprocess.run, words, capture_output=True, text=True, check=False, timeout=60)
    return ended.returncode, ended.stdout + ended.stderr


def options(folder: Path) -> tuple[object, ...]:
    """Whose payloads, and of which PoP."""
    return ("--tenant", DROP.tenant, "--state", folder / "state")


async def read(folder: Path) -> list[dict[str, Any]]:
    """What the tenant reads of what the PoP has now."""
    status, said = await skerry("ledger", "payloads", folder / "copy", *options(folder))
    assert status == 0, said
    status, said = await skerry("ledger", "read", folder / "copy", "--home", folder / "home")
    assert status == 0, said
    return [json.loads(line) for line in said.splitlines()]


def anywhere(folder: Path, needle: bytes) -> list[str]:
    """Files with these bytes."""
    return [file.name for file in folder.rglob("*") if file.is_file() and needle in file.read_bytes()]


async def kept(pop: RunningPop, leaf: str) -> bytes:
    """The entry of a leaf, once it is in its log: then its payload was kept."""
    entry = list[bytes]()

    async def is_there() -> bool:
        status, body, _ = await pop.get(f"/v1/receipts/{leaf}/proof")
        if status == 200:
            entry.append(json.loads(body)["entry"].encode())
        return bool(entry)

    await until(is_there, "a leaf in its log")
    return entry[0]


async def test_words_are_for_the_tenant_alone(pop: RunningPop, tmp_path: Path) -> None:
    """The PoP's files never have them. The tenant reads them, and each is what its leaf commits to."""
    asked = {"island": str(DROP), "text": WORDS, "session": "viewer-1", "want": "person"}
    status, answered, _ = await pop.post(asked)
    entry = await kept(pop, answered["leaf"])
    found = {one["leaf"]: one for one in await read(tmp_path)}
    mine = found[leaf_hash(entry).hex()]
    before = anywhere(tmp_path / "state", WORDS.encode())

    assert 202 == status
    assert (WORDS, read_leaf(entry).commitment.hex()) == (mine["payload"]["question"], mine["commitment"])
    # A ticket waits in the outbox with its words until it is delivered.
    assert [] == [name for name in before if not name.startswith("tickets.db")]

    await pop.until_at_origin({answered["ticket"]})
    session = pop.origin.tickets[answered["ticket"]]["session"]
    about = ("event", DROP.island, *options(tmp_path))
    sealed = [json.loads(line) for line in (tmp_path / "copy" / "payloads.jsonl").read_text().splitlines()]
    held = await skerry("ledger", "hold", *about)
    refused = await skerry("ledger", "erase", "--yes", "session", session, *options(tmp_path))
    listed = await skerry("ledger", "holds", "--state", tmp_path / "state")
    released = await skerry("ledger", "release", *about)
    erased = await skerry("ledger", "erase", "--yes", *about)
    left = [one for one in await read(tmp_path) if one["payload"].get("question")]

    assert (0, "held        this event\n") == held
    assert refused[0] == 1
    assert "a hold keeps this session or a part of it, nothing was erased" in refused[1]
    assert listed[1].startswith(f"event\t{DROP.tenant}\t{DROP.island}\t")
    assert (0, "released    this event\n") == released
    assert erased[0] == 0
    assert "nothing of them is left on this PoP's disk" in erased[1]
    assert [] == left
    # Neither words, nor sealed keys, nor what they open, in any byte of any file of the state folder.
    gone = [base64.b64decode(one[part])[16:48] for one in sealed for part in ("key", "content")]
    assert {("key" in one, "content" in one) for one in sealed} == {(True, True)}

    async def is_gone() -> bool:
        return not any(anywhere(tmp_path / "state", needle) for needle in (WORDS.encode(), *gone))

    # A delivery is noted a moment after it, and its words leave the disk within two seconds.
    await until(is_gone, "nothing of what was erased")


async def test_what_people_do_not_see_is_not_in_the_ledger(pop: RunningPop, tmp_path: Path) -> None:
    """The payloads of an answer and of a ticket have the masks of the island's filters, and what these found."""
    words = "my mail is jo@example.com"
    asked = [{"island": str(DROP), "text": words}, {"island": str(DROP), "text": words, "want": "person"}]
    for one in asked:
        _, answered, _ = await pop.post(one)
        await kept(pop, answered["leaf"])
    found = [one["payload"] for one in await read(tmp_path)]

    assert ["my mail is [mail]"] * 2 == [one["question"] for one in found]
    assert [["mail"]] * 2 == [[hit["rule"] for hit in one["filters"]] for one in found]


async def test_another_home_cannot_read(pop: RunningPop, tmp_path: Path) -> None:
    """A key of somebody else, a line cut short and a changed line are told apart; the exit status is 1."""
    answered = (await pop.post({"island": str(DROP), "text": WORDS, "session": "viewer-1"}))[1]
    await kept(pop, answered["leaf"])
    await read(tmp_path)
    file = tmp_path / "copy" / "payloads.jsonl"
    line = file.read_text().splitlines()[0]
    stranger = await skerry("keys", "sealing", DROP.tenant, "--keys", tmp_path / "other")
    foreign = await skerry("ledger", "read", tmp_path / "copy", "--keys", tmp_path / "other")
    other_leaf = line.replace(f'"leaf":"{json.loads(line)["leaf"]}"', f'"leaf":"{"0" * 64}"')
    file.write_text(f"{line}\n{line[:90]}\n{other_leaf}\n")
    damaged = await skerry("ledger", "read", tmp_path / "copy", "--home", tmp_path / "home")

    assert stranger[0] == 0, stranger[1]
    assert foreign[0] == 1
    assert "is sealed to another key than the 1 of its tenant here" in foreign[1]
    assert (1, 1) == (damaged[0], damaged[1].count(WORDS))
    assert "line 2: 90 bytes are no payload, expected JSON that was not cut short" in damaged[1]
    assert "line 3: payload of leaf 000" in damaged[1]
    assert "2 payloads cannot be read" in damaged[1]
