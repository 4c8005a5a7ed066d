"""The ledger of a running PoP, read over HTTP as a monitor and a viewer read it."""

import base64
import json
from typing import Any

from edge.ledger import (
    NoteKey,
    Tile,
    check_inclusion,
    from_bundle,
    hashes_in,
    leaf_hash,
    open_checkpoint,
    range_root,
    read_key,
    read_leaf,
)
from edge.records.ledger import LeafKind
from tests.daemon.buttons.test_choice_http import choose, offered
from tests.daemon.buttons.test_trees_http import press
from tests.daemon.conftest import RunningPop
from tests.pen import DROP
from tests.waiting import until

ANSWERED = {"island": str(DROP), "text": "when does it ship?"}
HANDED_OVER = {"island": str(DROP), "text": "I want to talk to a person"}
LOG = f"/v1/ledger/{DROP}"


async def proven(pop: RunningPop, leaf: str) -> dict[str, Any]:
    """The proof of a leaf, once it has one."""
    found: list[dict[str, Any]] = []

    async def is_there() -> bool:
        status, body, _ = await pop.get(f"/v1/receipts/{leaf}/proof")
        if status == 200:
            found.append(json.loads(body))
        else:
            assert (202, "pending") == (status, json.loads(body)["state"])
        return bool(found)

    await until(is_there, "the proof of a leaf")
    return found[0]


def check(proof: dict[str, Any], key: NoteKey) -> LeafKind:
    """Check a proof as a viewer would; gives the kind of the leaf."""
    opened = open_checkpoint(proof["checkpoint"], key).checkpoint
    digest = leaf_hash(proof["entry"].encode())
    hashes = [base64.b64decode(one) for one in proof["proof"]]
    check_inclusion(digest, index=proof["index"], size=opened.size, proof=hashes, root=opened.root)
    assert proof["leaf"] == digest.hex()
    return read_leaf(proof["entry"].encode()).kind


async def test_receipts_lead_to_leaves(pop: RunningPop) -> None:
    """An answer, a hand-over and taps each name a leaf, which is proven soon, under the key of the list."""
    answered = (await pop.post(ANSWERED))[1]
    handed = (await pop.post(HANDED_OVER))[1]
    _, picked = await choose(pop, await offered(pop), "change-address")
    pressed = await press(pop, 0)
    proofs = [await proven(pop, one["leaf"]) for one in (answered, handed, picked, pressed)]
    public = json.loads((await pop.get("/v1/ledger"))[1])["key"]
    key = NoteKey(f"test-pop/{DROP}", bytes.fromhex(public))

    assert ("answer", "escalate") == (answered["outcome"], handed["outcome"])
    assert [LeafKind.DECISION, LeafKind.HAND_OVER, LeafKind.TAP, LeafKind.TAP] == [check(one, key) for one in proofs]
    assert {key} == {read_key(one["key"]) for one in proofs}


async def test_monitor_reads_the_whole_log(pop: RunningPop) -> None:
    """Every leaf and hash comes as tlog-tiles, and none of the viewer's words."""
    for number in range(5):
        await pop.post(ANSWERED | {"session": f"viewer-{number}"})
    await proven(pop, (await pop.post(HANDED_OVER | {"session": "viewer-7"}))[1]["leaf"])
    status, note, _ = await pop.get(f"{LOG}/checkpoint")
    listed = json.loads((await pop.get("/v1/ledger"))[1])
    key = NoteKey(listed["logs"][0]["origin"], bytes.fromhex(listed["key"]))
    checkpoint = open_checkpoint(note.decode(), key).checkpoint
    tiles = {
        path: (await pop.get(f"{LOG}/{path}"))[1]
        for path in (Tile(-1, 0, checkpoint.size).path, Tile(0, 0, checkpoint.size).path)
    }
    entries = from_bundle(tiles[Tile(-1, 0, checkpoint.size).path], checkpoint.size)
    root = range_root(0, checkpoint.size, hashes_in(lambda tile: tiles[tile.path], checkpoint.size))

    assert (200, 6) == (status, checkpoint.size)
    assert checkpoint.root == root
    assert tiles[Tile(0, 0, 6).path] == b"".join(map(leaf_hash, entries))
    assert not any(word in b"".join(entries) for word in (b"ship", b"viewer-", b"person"))


async def test_what_is_not_there_is_not_found(pop: RunningPop) -> None:
    """Other leaves, logs and tiles: 404 or 400, and a reason."""
    await proven(pop, (await pop.post(ANSWERED))[1]["leaf"])
    paths = {
        f"/v1/receipts/{'0' * 64}/proof": 404,
        "/v1/receipts/short/proof": 404,
        "/v1/ledger/northwind/other/checkpoint": 404,
        f"{LOG}/tile/0/000.p/9": 404,
        f"{LOG}/tile/0/999": 404,
        f"{LOG}/tile/0/00x": 400,
        f"{LOG}/tile/entries/001": 404,
    }

    assert paths == {path: (await pop.get(path))[0] for path in paths}


async def test_status_speaks_of_the_ledger(pop: RunningPop) -> None:
    """`/readyz` has a word, `/statusz` the sizes."""
    ready = json.loads((await pop.get("/readyz"))[1])
    status = json.loads((await pop.get("/statusz"))[1])["ledger"]

    assert ready["ledger"] == status["word"] == "ok"
    assert 0 < status["size_bytes"] < status["max_bytes"]
    assert (0, "") == (status["missing"], status["error"])
