"""`POST /v1/sessions/merge` over a real socket: who may merge what, what becomes durable, and how it is undone."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from edge.ledger import Tile, from_bundle, read_leaf
from tests.daemon.conftest import Run, RunningPop, fleet_sessions, pseudonym
from tests.pen import DROP
from tests.waiting import until

TOKEN, ALIEN = "northwind-desk-token-1", "acme-desk-token-000001"
ONE, OTHER = ({"island": str(DROP), "session": pseudonym(name)} for name in ("v-1", "v-2"))
ELSEWHERE = {"island": f"{DROP.tenant}/hoodie-tour", "session": "signed:pop:abc"}
FOREIGN = {"island": "acme/drop", "session": "named:abc"}
MERGE = {"sessions": [ONE, OTHER], "why": "the same order number"}
PATH = "/v1/sessions/merge"


def settings(folder: Path, **sections: Any) -> dict[str, Any]:
    """The settings of a PoP with a fleet's secret, and a token for each of two tenants' desks."""
    file = folder / "desk.tokens"
    file.write_text(f"{DROP.tenant} {TOKEN}\nacme {ALIEN}\n* {'w' * 24}\n")
    file.chmod(0o600)
    return {"sessions": fleet_sessions(folder), "people": {"desk_tokens_file": "desk.tokens"}, **sections}


async def send(pop: RunningPop, path: str, body: Any, token: str = TOKEN) -> tuple[int, dict[str, Any]]:
    """Status and document of a desk's POST."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with pop.http.post(pop.url + path, json=body, headers=headers) as reply:
        return reply.status, await reply.json(content_type=None)


async def proven(pop: RunningPop, leaf: str) -> dict[str, Any]:
    """The entry of a leaf, once it is in its log, with the log's name."""
    found: dict[str, Any] = {}

    async def is_there() -> bool:
        status, body, _ = await pop.get(f"/v1/receipts/{leaf}/proof")
        if status == 200 and json.loads(body)["state"] == "proven":
            found.update(json.loads(json.loads(body)["entry"]), log=json.loads(body)["log"])
        return bool(found)

    await until(is_there, "a leaf in its log")
    return found


async def merge_leaves(pop: RunningPop) -> list[str]:
    """The kinds of all leaves about merges, in every log."""
    found = list[str]()
    for log in json.loads((await pop.get("/v1/ledger"))[1])["logs"]:
        bundle = (await pop.get(f"/v1/ledger/{log['name']}/{Tile(-1, 0, log['size']).path}"))[1]
        found += [str(read_leaf(entry).kind) for entry in from_bundle(bundle, log["size"])]
    return [kind for kind in found if kind.startswith("merge")]


async def test_merge_and_its_undoing(run: Run, tmp_path: Path) -> None:
    """Each is one leaf and one message to the desk, however often it is sent; the undoing names the merge's leaf."""
    async with run(**settings(tmp_path)) as pop:
        turned = {**MERGE, "sessions": [OTHER, ONE]}
        merged = [await send(pop, PATH, body) for body in (MERGE, turned, MERGE)]
        merge, leaf = merged[0][1]["merge"], merged[0][1]["leaf"]
        undo = {"tenant": DROP.tenant, "merge": merge, "why": "two people of one household"}
        undone = [await send(pop, f"{PATH}/undo", undo) for _ in range(2)]
        after = await send(pop, PATH, MERGE)
        again = await send(pop, PATH, {**MERGE, "id": "2"})
        entries = [await proven(pop, one["leaf"]) for _, one in (merged[0], undone[0])]
        ids = {f"{merge}.merge", f"{merge}.undo", f"{again[1]['merge']}.merge"}
        await pop.until_at_origin(ids)
        told = dict(pop.origin.tickets)

    assert [(200, {"merge": merge, "leaf": leaf})] * 3 == merged
    assert (200, merge) == (undone[0][0], undone[0][1]["merge"])
    assert undone[0] == undone[1]
    # It stays undone: a merge of the same two has another id.
    assert merged[0] == after
    assert merge != again[1]["merge"]
    assert ["merge", "merge_undone"] == [entry["kind"] for entry in entries]
    assert all(entry["log"].endswith(str(DROP)) for entry in entries)
    assert ids == told.keys()
    assert sorted((ONE["session"], OTHER["session"])) == [one["session"] for one in told[f"{merge}.merge"]["sessions"]]
    assert ([], "two people of one household") == (told[f"{merge}.undo"]["sessions"], told[f"{merge}.undo"]["why"])


REFUSED: dict[str, tuple[str, Any, str, int, str]] = {
    "nobody": (PATH, MERGE, "", 401, "unauthorised"),
    "a viewer": (PATH, MERGE, "v" * 24, 401, "unauthorised"),
    "another tenant's desk": (PATH, MERGE, ALIEN, 401, "unauthorised"),
    "two tenants": (PATH, {**MERGE, "sessions": [ONE, FOREIGN]}, TOKEN, 422, "malformed"),
    "two tenants, by a token for all": (PATH, {**MERGE, "sessions": [ONE, FOREIGN]}, "w" * 24, 422, "malformed"),
    "one session": (PATH, {**MERGE, "sessions": [ONE]}, TOKEN, 400, "malformed"),
    "one session twice": (PATH, {**MERGE, "sessions": [ONE, ONE]}, TOKEN, 422, "malformed"),
    "three sessions": (PATH, {**MERGE, "sessions": [ONE, OTHER, ELSEWHERE]}, TOKEN, 400, "malformed"),
    "an ingest's own name": (PATH, {**MERGE, "sessions": [ONE, {**OTHER, "session": "v-2"}]}, TOKEN, 400, "malformed"),
    "an island that is none": (PATH, {**MERGE, "sessions": [ONE, {**OTHER, "island": "x"}]}, TOKEN, 400, "malformed"),
    "no reason": (PATH, {"sessions": [ONE, OTHER]}, TOKEN, 400, "malformed"),
    "a reason that is not seen": (PATH, {**MERGE, "why": "a\u202eb"}, TOKEN, 422, "text_invalid"),
    "an undoing by another tenant's desk": (
        f"{PATH}/undo", {"tenant": DROP.tenant, "merge": "0" * 8 + "-0000" * 3 + "-" + "0" * 12, "why": "x"},
        ALIEN, 401, "unauthorised",
    ),
    "an undoing of no merge": (
        f"{PATH}/undo", {"tenant": DROP.tenant, "merge": "m-1", "why": "x"}, TOKEN, 400, "malformed",
    ),
}  # fmt: skip


async def test_merges_that_are_refused(run: Run, tmp_path: Path) -> None:
    """Nothing of them is kept or sent, and no error quotes a session."""
    async with run(**settings(tmp_path)) as pop:
        for situation, (path, body, token, status, reason) in REFUSED.items():
            found, document = await send(pop, path, body, token)
            assert (status, reason) == (found, document["reason"]), situation
            assert "v-2" not in document["detail"]
        told = dict(pop.origin.tickets)

    assert {} == told


async def test_merge_of_another_tenant(run: Run, tmp_path: Path) -> None:
    """Who knows its id cannot undo it, writes nothing into its log, and does not keep its tenant from undoing it."""
    async with run(**settings(tmp_path)) as pop:
        merge = (await send(pop, PATH, MERGE))[1]["merge"]
        alien = await send(pop, f"{PATH}/undo", {"tenant": "acme", "merge": merge, "why": "x"}, ALIEN)
        own = await send(pop, f"{PATH}/undo", {"tenant": DROP.tenant, "merge": merge, "why": "x"})
        await proven(pop, own[1]["leaf"])
        await pop.until_at_origin({f"{merge}.merge", f"{merge}.undo"})
        leaves, told = await merge_leaves(pop), dict(pop.origin.tickets)

    assert (422, "malformed") == (alien[0], alien[1]["reason"])
    assert (200, ["merge", "merge_undone"]) == (own[0], leaves)
    assert DROP.tenant == told[f"{merge}.undo"]["tenant"]


async def test_merge_outlives_a_restart(run: Run, tmp_path: Path) -> None:
    """It was durable before the response: the next start delivers it, and knows it. Two events may be merged."""
    dead = {"url": "http://127.0.0.1:9/tickets", "retry_base_s": 0.01, "max_retry_delay_s": 0.05}
    both = {**MERGE, "sessions": [ONE, ELSEWHERE]}
    async with run(**settings(tmp_path, origin=dead)) as pop:
        first = await send(pop, PATH, both)
    async with run(**settings(tmp_path)) as pop:
        second = await send(pop, PATH, both)
        await pop.until_at_origin({f"{first[1]['merge']}.merge"})
        entry = await proven(pop, first[1]["leaf"])

    assert first == second
    assert "merge" == entry["kind"]


async def test_desk_without_a_place_for_merges(run: Run, tmp_path: Path) -> None:
    """Chatwoot gets none, and the merge is a leaf all the same, once."""
    (tmp_path / "chatwoot.token").write_text("t" * 24)
    (tmp_path / "chatwoot.token").chmod(0o600)
    origin = {"url": "http://127.0.0.1:9", "kind": "chatwoot", "token_file": "chatwoot.token", "account": 1, "inbox": 1}
    async with run(**settings(tmp_path, origin=origin)) as pop:
        told = await asyncio.gather(*(send(pop, PATH, MERGE) for _ in range(5)))
        told.append(await send(pop, PATH, MERGE))
        entry = await proven(pop, told[0][1]["leaf"])
        waiting = json.loads((await pop.get("/statusz"))[1])["outbox"]["tickets"]
        leaves = await merge_leaves(pop)

    assert [told[0]] * 6 == told
    assert ("merge", 0, ["merge"]) == (entry["kind"], waiting, leaves)


MADE = {"merge": "merge", "undo": "merge_undone"}


@pytest.mark.parametrize("kind", MADE)
async def test_two_at_once_are_one(run: Run, tmp_path: Path, kind: str) -> None:
    """Both hear of the same leaf, and the desk of one message; so do those that come after its delivery."""
    undo = {"tenant": DROP.tenant, "merge": "0" * 8 + "-0000" * 3 + "-" + "0" * 12, "why": "x"}
    path, body = (PATH, MERGE) if kind == "merge" else (f"{PATH}/undo", undo)
    async with run(**settings(tmp_path)) as pop:
        told = await asyncio.gather(*(send(pop, path, body) for _ in range(5)))
        await pop.until_at_origin({f"{told[0][1]['merge']}.{kind}"})
        told += await asyncio.gather(*(send(pop, path, body) for _ in range(2)))
        await proven(pop, told[0][1]["leaf"])
        leaves = await merge_leaves(pop)

    assert [MADE[kind]] == leaves
    assert 1 == len({json.dumps(one) for one in told})
    assert 200 == told[0][0]
