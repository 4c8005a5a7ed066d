"""An island that is evicted from a running PoP and restored, over its admin socket and its HTTP interface."""

import asyncio
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import capture_logs

from edge.cli.demo.origin import DemoOrigin
from edge.errors import Reason, SkerryError
from edge.host.admin import AdminPeer, call_admin
from edge.records import IslandState, IslandStatus
from tests.daemon.conftest import RunningPop, pop_config, running_pop, running_publisher
from tests.pen import DROP, Pen

ISLAND = f"/v1/islands/{DROP}"


async def tell(folder: Path, verb: str, document: Any = None) -> IslandStatus:
    """What the PoP answers to `evict` or `restore`."""
    peer = AdminPeer(folder, kind="PoP", start="skerry pop serve", typed="skerry", timeout_s=20)
    body = await asyncio.to_thread(call_admin, peer, f"/v1/{verb}", document or {"island": str(DROP)})
    return msgspec.json.decode(body, type=IslandStatus)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The PoP's state folder."""
    return tmp_path / "state"


async def test_questions_to_an_evicted_island_become_tickets(pop: RunningPop, state: Path, pen: Pen) -> None:
    """Reason, default lane and counts; a sure answer is not given."""
    with capture_logs() as lines:
        status = await tell(state, "evict")
        answer = await pop.post({"island": str(DROP), "text": pen.example, "session": "v-1"})
    families = text_string_to_metric_families((await pop.get("/metrics"))[1].decode())
    counted = {
        sample.labels["reason"]: sample.value
        for family in families
        if family.name == "skerry_fallbacks"
        for sample in family.samples
        if sample.name.endswith("_total")
    }

    assert IslandState.EVICTED is status.state
    assert (202, "escalate", "island_evicted", "fast", "evicted") == (
        answer[0], *(answer[1][field] for field in ("outcome", "reason", "lane", "state")),
    )  # fmt: skip
    await pop.until_at_origin({answer[1]["ticket"]})
    assert {"island_evicted": 1.0} == {reason: count for reason, count in counted.items() if count}
    assert [(str(DROP), 1)] == [(x["island"], x["revision"]) for x in lines if x["event"] == "island evicted"]


async def test_evicted_island_is_counted_by_name(pop: RunningPop, state: Path) -> None:
    """Signed metadata names it, so its questions are in `skerry stats`, and feedback is taken."""
    await tell(state, "evict")
    _, document, _ = await pop.post({"island": str(DROP), "text": "when does it ship?"})
    stats = json.loads((await pop.get("/v1/stats"))[1])

    assert document["receipt"]
    assert [1] == [cell["counts"]["escalated.island_evicted"] for cell in stats["cells"]]


async def test_everything_but_questions_is_refused_for_a_while(pop: RunningPop, state: Path) -> None:
    """503 with Retry-After: another PoP has it, and it may be back soon. Its state can be read, and it is not ready."""
    served = json.loads((await pop.get(ISLAND))[1])["served_snippets"]
    await tell(state, "evict")
    snippet = await pop.get(f"{ISLAND}/snippets/{served[0]}")
    tree = await pop.post({}, path=f"/v1/trees/{DROP}/sizes")
    whole = await pop.get(ISLAND)
    ready = await pop.get("/readyz")

    for status, reason, reply in (
        (snippet[0], json.loads(snippet[1])["reason"], snippet[2]),
        (tree[0], tree[1]["reason"], tree[2]),
    ):
        assert (503, "island_evicted", "5") == (status, reason, reply.headers["Retry-After"])
    assert (200, "evicted", []) == (whole[0], *(json.loads(whole[1])[field] for field in ("state", "served_snippets")))
    assert (503, ["evicted"]) == (ready[0], [island["state"] for island in json.loads(ready[1])["not_ready"]])


async def test_restored_island_answers_at_once(pop: RunningPop, state: Path, pen: Pen) -> None:
    """The answer to `restore` comes when the island is in force."""
    await tell(state, "evict")
    status = await tell(state, "restore")
    answer = await pop.post({"island": str(DROP), "text": pen.example})

    assert (IslandState.FRESH, 1) == (status.state, status.revision)
    assert (200, "answer", "exact") == (answer[0], answer[1]["outcome"], answer[1]["reason"])


async def test_island_restored_without_a_publisher_says_why_it_is_not_here(
    pen: Pen, home: Path, tmp_path: Path, origin: DemoOrigin, state: Path
) -> None:
    """It is restored all the same, and served once the publisher is heard."""
    async with running_publisher(home) as url:
        config = pop_config(tmp_path, publisher_url=url, origin_url=origin.url)
        async with running_pop(config, origin) as pop:
            await pop.until_served()
            await tell(state, "evict")
    config = pop_config(
        tmp_path, publisher_url="http://127.0.0.1:1", origin_url=origin.url, islands={"required": [str(DROP)]}
    )
    async with running_pop(config, origin) as alone:
        before = json.loads((await alone.get(ISLAND))[1])["state"]
        status = await tell(state, "restore")
    async with running_publisher(home) as url:
        config = pop_config(tmp_path, publisher_url=url, origin_url=origin.url)
        async with running_pop(config, origin) as pop:
            await pop.until_served()
            answer = await pop.post({"island": str(DROP), "text": pen.example})

    assert "evicted" == before
    assert status.state is not IslandState.EVICTED
    assert status.last_error
    assert "answer" == answer[1]["outcome"]


BAD = {
    "no island's name": ({"island": "canary"}, Reason.MALFORMED),
    "an unknown island": ({"island": f"{DROP.tenant}/canary"}, Reason.ISLAND_UNKNOWN),
    "a stranger's island": ({"island": "canary/canary"}, Reason.ISLAND_UNKNOWN),
    "another field": ({"island": str(DROP), "canary": 1}, Reason.MALFORMED),
    "a number": ({"island": 7}, Reason.MALFORMED),
    "a list": ([str(DROP)], Reason.MALFORMED),
}


@pytest.mark.parametrize(("document", "reason"), BAD.values(), ids=BAD.keys())
async def test_bad_input_changes_nothing(pop: RunningPop, state: Path, pen: Pen, document: Any, reason: Reason) -> None:
    """Each gets its reason; viewers are answered as before."""
    for verb in ("evict", "restore"):
        with pytest.raises(SkerryError) as raised:
            await tell(state, verb, document)
        assert reason is raised.value.reason
    answer = await pop.post({"island": str(DROP), "text": pen.example})

    assert "answer" == answer[1]["outcome"]
    assert 1 == len(json.loads((await pop.get("/v1/islands"))[1])["islands"])


async def test_viewers_do_not_reach_the_routes(pop: RunningPop) -> None:
    """The admin socket alone has them."""
    for verb in ("evict", "restore"):
        status, document, _ = await pop.post({"island": str(DROP)}, path=f"/v1/{verb}")

        assert (404, "not_found") == (status, document["reason"])


async def test_pop_runs_without_its_admin_socket(pen: Pen, home: Path, tmp_path: Path, origin: DemoOrigin) -> None:
    """Something in its place is an error in the log, and nothing that a viewer notices."""
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "admin.sock").write_text("not mine")
    async with running_publisher(home) as url:
        config = pop_config(tmp_path, publisher_url=url, origin_url=origin.url)
        with capture_logs() as lines:
            async with running_pop(config, origin) as pop:
                await pop.until_served()
                answer = await pop.post({"island": str(DROP), "text": pen.example})

    assert "answer" == answer[1]["outcome"]
    assert "not mine" == (tmp_path / "state" / "admin.sock").read_text()
    assert [True] == ["is not a socket" in x["error"] for x in lines if x["event"].startswith("admin socket cannot")]
