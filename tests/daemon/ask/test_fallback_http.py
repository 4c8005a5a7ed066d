"""An island that is not here, over HTTP: a question becomes a ticket, anything else is refused as it should be."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import capture_logs

from edge.cli.demo.origin import DemoOrigin
from edge.decide import UNSERVED_REASONS
from tests.daemon.conftest import RunningPop, pop_config, running_pop
from tests.pen import DROP

OTHER = f"{DROP.tenant}/canary-drop"


async def _fallbacks(pop: RunningPop) -> dict[str, float]:
    families = text_string_to_metric_families((await pop.get("/metrics"))[1].decode())
    samples = next(family.samples for family in families if family.name == "skerry_fallbacks")
    return {sample.labels["reason"]: sample.value for sample in samples if sample.name.endswith("_total")}


@pytest.fixture
async def lonely(tmp_path: Path, home: Path, origin: DemoOrigin) -> AsyncIterator[RunningPop]:
    """A PoP that has never reached its publisher; its configuration names `acme` and `lumen-live`."""
    # Only for the trusted root in it: its publisher does not run.
    del home
    own = {"url": origin.url, "retry_base_s": 0.01}
    config = pop_config(
        tmp_path,
        publisher_url="http://127.0.0.1:1",
        origin_url=origin.url,
        pop={"name": "lonely", "state_dir": "lonely"},
        islands={"serve": ["acme/*", "*/*"]},
        origin={"url": origin.url, "retry_base_s": 0.01, "tenants": {"lumen-live": own}},
    )
    async with running_pop(config, origin) as lonely:
        yield lonely


async def test_question_to_an_unlisted_island_of_a_delegated_tenant_becomes_a_ticket(pop: RunningPop) -> None:
    """Verified metadata names the tenant, so its people take the question, in the default lane."""
    status, document, _ = await pop.post({"island": OTHER, "text": "when does it ship?", "session": "v-1"})

    assert (202, "escalate", "island_unknown", "fast") == (
        status, document["outcome"], document["reason"], document["lane"]
    )  # fmt: skip
    await pop.until_at_origin({document["ticket"]})
    assert (OTHER, None, "island_unknown", "fast") == tuple(
        pop.origin.tickets[document["ticket"]][field] for field in ("island", "revision", "reason", "lane")
    )
    assert 1.0 == (await _fallbacks(pop))["island_unknown"]


async def test_configured_tenants_need_no_metadata(lonely: RunningPop) -> None:
    """A PoP that never heard from its publisher escalates for tenants that the configuration names, and no others."""
    found = {}
    for island in ("acme/drop", "lumen-live/tour", "stranger/canary"):
        status, document, _ = await lonely.post({"island": island, "text": "when does it ship?"})
        found[island] = (status, document["reason"])
        assert "canary" not in json.dumps(document)

    assert {
        "acme/drop": (202, "island_unknown"),
        "lumen-live/tour": (202, "island_unknown"),
        "stranger/canary": (404, "island_unknown"),
    } == found


async def test_names_that_only_viewers_gave_are_not_counted_by_name(pop: RunningPop) -> None:
    """Otherwise a stranger could fill statistics and metrics with names; the metric of fallbacks has none."""
    for number in range(20):
        _, document, _ = await pop.post({"island": f"{DROP.tenant}/canary-{number}", "text": "when does it ship?"})
        assert document["receipt"] is None
    stats = (await pop.get("/v1/stats"))[1]
    metrics = (await pop.get("/metrics"))[1]

    assert b"canary" not in stats + metrics
    assert b"canary" not in (await pop.get("/v1/islands"))[1]
    assert 20.0 == (await _fallbacks(pop))["island_unknown"]


async def test_bot_at_an_unlisted_island_is_ignored(pop: RunningPop) -> None:
    """It makes no ticket, and is no fallback."""
    status, document, _ = await pop.post({"island": OTHER, "text": "buy now", "author": "bot"})

    assert (200, "ignore", "not_a_viewer") == (status, document["outcome"], document["reason"])
    assert 0.0 == (await _fallbacks(pop))["island_unknown"]


async def test_unknown_names_are_not_repeated(pop: RunningPop) -> None:
    """In no response of any route, nor in the log of a request that is refused."""
    paths = (
        "/v1/islands/stranger/canary",
        f"/v1/islands/{OTHER}",
        f"/v1/islands/{OTHER}/snippets/canary",
        "/v1/islands/CANARY/canary",
        "/v1/islands/stranger/canary/snippets/x",
    )
    with capture_logs() as lines:
        got = [await pop.get(path) for path in paths]
        stepped = [
            await pop.post({}, path=f"/v1/trees/{name}/canary") for name in ("stranger/canary", OTHER, "CANARY/x")
        ]
        asked = await pop.post({"island": "stranger/canary", "text": "canary?"})
        malformed = await pop.post({"island": "CANARY", "text": "canary?"})

    assert [404, 404, 404, 400, 404] == [status for status, _, _ in got]
    assert [404, 404, 400] == [status for status, _, _ in stepped]
    assert (404, 400) == (asked[0], malformed[0])
    bodies = [body for _, body, _ in got] + [json.dumps(body).encode() for _, body, _ in (*stepped, asked, malformed)]
    assert [] == [body for body in bodies if b"canary" in body.lower()]
    assert "canary" not in repr(lines).lower()


async def test_fallbacks_begin_at_zero_for_every_reason(pop: RunningPop) -> None:
    """The label's values are a closed set."""
    assert dict.fromkeys(UNSERVED_REASONS, 0.0) == await _fallbacks(pop)
