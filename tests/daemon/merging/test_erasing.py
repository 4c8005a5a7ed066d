"""What an erasure leaves of a merge at a PoP: its leaves, and an undoing that is on its way."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.daemon.merging import erase_merges
from edge.records.payloads import EraseRequest, ErasureScope
from edge.store.leaves import NewLeaf
from edge.store.merges import NewMerge
from edge.store.outbox import Outbox, Parcel, read_rows
from edge.store.payloads import session_digest
from tests.daemon.conftest import Run
from tests.daemon.merging.test_merging_http import MERGE, ONE, OTHER, PATH, proven, send, settings
from tests.daemon.payloads.test_payloads_running import anywhere, options, read, skerry
from tests.pen import DROP

WORDS = "the umbrella was ordered by the neighbour"
ONES, OTHERS = (session_digest("acme", name) for name in ("named:a", "named:b"))


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    """An outbox with a merge and its undoing, another merge of one of the two, and one of another tenant."""
    with Outbox(tmp_path / "state") as outbox:
        for number, (message, tenant, sessions) in enumerate(
            (
                ("m.merge", "acme", (ONES, OTHERS)),
                ("m.undo", "acme", (ONES, OTHERS)),
                ("n.merge", "acme", (session_digest("acme", "named:c"), OTHERS)),
                ("o.merge", "globex", (ONES, OTHERS)),
            )
        ):
            leaf = NewLeaf(bytes([number]) * 32, f"{tenant}/drop", b"entry", ticket="m.merge")
            outbox.put_many([Parcel(message, b"{}", tenant=tenant, leaf=leaf, merge=NewMerge(sessions))])
        yield outbox


ERASED: dict[str, tuple[ErasureScope, tuple[str, ...], int, list[str]]] = {
    "one session": (ErasureScope.SESSION, ("named:a",), 2, ["m.undo", "n.merge", "o.merge"]),
    "a session of two merges": (ErasureScope.SESSION, ("named:b",), 3, ["m.undo", "o.merge"]),
    "nobody": (ErasureScope.SESSION, ("named:x",), 0, ["m.merge", "m.undo", "n.merge", "o.merge"]),
    "an event": (ErasureScope.EVENT, ("drop",), 3, ["m.undo", "o.merge"]),
    "a merge": (ErasureScope.TICKET, ("m.merge",), 2, ["m.undo", "n.merge", "o.merge"]),
    "an undoing": (ErasureScope.TICKET, ("m.undo", "ticket-1"), 1, ["m.merge", "n.merge", "o.merge"]),
    "another tenant's": (ErasureScope.TICKET, ("o.merge",), 0, ["m.merge", "m.undo", "n.merge", "o.merge"]),
}


@pytest.mark.parametrize(("scope", "names", "gone", "waiting"), ERASED.values(), ids=ERASED.keys())
def test_merges_are_erased(
    outbox: Outbox, scope: ErasureScope, names: tuple[str, ...], gone: int, waiting: list[str]
) -> None:
    """Of one tenant, with their messages. An undoing still reaches the desk, unless it is named itself."""
    request = EraseRequest(scope=scope, tenant="acme", names=names)

    assert [gone, 0] == [erase_merges(outbox, request) for _ in range(2)]
    assert waiting == [row.id for row in read_rows(outbox)]
    # Nothing of it is a ticket of which somebody may ask.
    assert outbox.progress.find("m.merge") is None or "m.merge" in waiting


async def test_second_session_of_a_merge_is_erased(run: Run, tmp_path: Path) -> None:
    """What names it is gone from every file, and no tenant reads it; the leaves stay, and a merge may come again."""
    dead = {"url": "http://127.0.0.1:9/tickets", "retry_base_s": 0.01, "max_retry_delay_s": 0.05}
    second = max(ONE["session"], OTHER["session"])
    async with run(**settings(tmp_path, origin=dead)) as pop:
        _, made = await send(pop, PATH, {**MERGE, "why": WORDS})
        undo = {"tenant": DROP.tenant, "merge": made["merge"], "why": f"not so: {WORDS}"}
        _, undone = await send(pop, f"{PATH}/undo", undo)
        for leaf in (made["leaf"], undone["leaf"]):
            await proven(pop, leaf)
        before = [one["payload"]["why"] for one in await read(tmp_path)]
        status, said = await skerry("ledger", "erase", "--yes", "session", second, *options(tmp_path))
        after = [one["payload"] for one in await read(tmp_path) if one["payload"].get("why")]
        # What waits for the desk is the undoing, which names no session.
        waiting = json.loads((await pop.get("/statusz"))[1])["outbox"]["tickets"]
        found = await asyncio.to_thread(anywhere, tmp_path / "state", second.encode())
        leaves = [(await proven(pop, leaf))["kind"] for leaf in (made["leaf"], undone["leaf"])]
        _, again = await send(pop, PATH, {**MERGE, "why": "the same order number"})

    assert [WORDS, f"not so: {WORDS}"] == before
    assert (0, []) == (status, after), said
    assert "forgotten   2 merges of sessions, or undoings" in said
    assert (1, []) == (waiting, found)
    assert ["merge", "merge_undone"] == leaves
    assert (made["merge"], False) == (again["merge"], made["leaf"] == again["leaf"])
