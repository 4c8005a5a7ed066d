"""The viewer's own browser verifies what a PoP serves: nobody in between can put words in a tenant's mouth.

`fetch(url, {integrity: "ed25519-<key>"})` in Chromium (WICG Signature-based Integrity). Every test also fetches without
a browser, so that a refusal is about the signature and not about the network.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page

from edge.host import utc_now
from tests.browser import lying_proxy
from tests.browser.conftest import ASK, FOLLOW, RIVAL, World, two_tenants, world_of
from tests.pen import DROP, Pen

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.journey]

BELIEVED = {
    "as the PoP served it": lying_proxy.tell_the_truth,
    "compressed on its way": lying_proxy.compress,
}

REFUSED_UNASKED = {
    "the answer was changed": lying_proxy.change_the_answer,
    "answer and digest were changed": lying_proxy.change_answer_and_digest,
    "somebody else signed in the tenant's name": lying_proxy.claim_the_tenant_s_key,
    "its life was extended": lying_proxy.extend_the_signature,
    "one bit of the signature was flipped": lying_proxy.flip_a_bit_of_the_signature,
}

REFUSED_WHEN_ASKED = {
    "the signature was dropped": lying_proxy.drop_the_signature,
    "somebody else signed another answer": lying_proxy.sign_with_another_key,
}


@pytest.fixture(autouse=True)
def honest_again(world: World) -> Iterator[None]:
    """No lie outlives its test."""
    yield
    world.proxy.lie, world.proxy.instead = lying_proxy.tell_the_truth, None


async def test_snippet_from_the_pop_itself_is_believed(world: World, pen: Pen) -> None:
    """From another origin, as a shop's page would: the browser accepts it and the page reads the approved answer."""
    found = await world.fetch(world.pop.url + world.path())
    answers = {snippet.id: snippet.answer.strip() for snippet in pen.prepared.source.snippets}

    assert (200, found.sent) == (found.status, found.asked)
    assert answers[world.snippet] == json.loads(found.sent)["answer"]


@pytest.mark.parametrize("lie", BELIEVED.values(), ids=BELIEVED.keys())
async def test_good_snippet_is_believed(world: World, lie: lying_proxy.Lie) -> None:
    """What reaches the page is byte for byte what was signed."""
    world.proxy.lie = lie
    found = await world.fetch(world.proxy.url + world.path())

    assert (200, found.sent, found.sent) == (found.status, found.asked, found.unasked)


@pytest.mark.parametrize("lie", REFUSED_UNASKED.values(), ids=REFUSED_UNASKED.keys())
async def test_broken_signature_is_refused_even_unasked(world: World, lie: lying_proxy.Lie) -> None:
    """A signature that is there must hold, whether the page asked for one or not."""
    world.proxy.lie = lie
    found = await world.fetch(world.proxy.url + world.path())

    assert (200, None, None) == (found.status, found.asked, found.unasked)
    assert "answer" in json.loads(found.sent)


@pytest.mark.parametrize("lie", REFUSED_WHEN_ASKED.values(), ids=REFUSED_WHEN_ASKED.keys())
async def test_missing_or_foreign_signature_is_refused_when_asked(world: World, lie: lying_proxy.Lie) -> None:
    """A page that asks for the tenant's signature gets an error; one that does not would have shown it."""
    world.proxy.lie = lie
    found = await world.fetch(world.proxy.url + world.path())

    assert (200, None, found.sent) == (found.status, found.asked, found.unasked)


async def test_other_tenant_s_snippet_is_refused(world: World) -> None:
    """The same snippet of another tenant, in the place of this one's; under its own key it is good."""
    world.proxy.instead = world.path(RIVAL)
    swapped = await world.fetch(world.proxy.url + world.path())
    as_its_own = await world.fetch(world.proxy.url + world.path(), tenant=RIVAL.tenant)

    assert (200, None, RIVAL.tenant) == (swapped.status, swapped.asked, json.loads(swapped.sent)["tenant"])
    assert as_its_own.asked == swapped.sent


async def test_page_of_another_origin_asks_and_verifies(world: World, pen: Pen) -> None:
    """After a preflight, by WebCrypto, from the answer alone; the repeated request has the same response."""
    question = {"island": str(DROP), "text": pen.example}
    found = await world.page.evaluate(ASK, [world.pop.url, world.keys[DROP.tenant], question])

    assert (True, True, False) == (found["same"], found["good"], found["forged"])
    assert found["answer"] == found["document"]


async def test_page_of_another_origin_follows_its_ticket(world: World) -> None:
    """It reads the events by `fetch`, with its token in a header; a refusal can be read, too."""
    question = {"island": str(DROP), "text": "do gulls dream of pelargonium"}
    asked = await world.page.evaluate(ASK, [world.pop.url, world.keys[DROP.tenant], question])
    found = await world.page.evaluate(FOLLOW, [world.pop.url, asked["ticket"], asked["token"]])

    assert {"type": "text/event-stream", "refused": "token_invalid"} == found


async def test_expired_snippet_is_refused(page: Page, pen: Pen, tmp_path: Path) -> None:
    """A PoP whose clock is two days behind serves in good faith what has expired since; the browser knows better."""
    now = utc_now()
    times = {"opens": now - timedelta(days=30), "closes": now - timedelta(days=1), "expires": now - timedelta(days=1)}
    async with two_tenants(tmp_path, pen, ago=timedelta(days=2), **times) as pop, world_of(page, pop) as behind:
        found = await behind.fetch(pop.url + behind.path())

    assert (200, None, None) == (found.status, found.asked, found.unasked)
    assert json.loads(found.sent)["tenant"] == DROP.tenant
