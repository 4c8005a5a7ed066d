"""The TypeScript client in a real browser: a page of another origin asks, verifies and follows."""

import asyncio
import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.browser import lying_proxy
from tests.browser.conftest import World
from tests.client.typescript import page_script
from tests.pen import DROP, Pen

pytestmark = [pytest.mark.requires("chromium"), pytest.mark.requires("npm"), pytest.mark.asyncio(loop_scope="module")]

ASK = """async ([url, keys, question]) => {
    const pop = new skerry.PopClient(url, keys ? { keys } : {})
    try {
        const asked = await pop.ask(question)
        if (asked.ticket === null) return { answer: asked.answer }
        for await (const event of pop.follow(asked.ticket, asked.ticket_token)) {
            if (event.kind === "delivered") return { kind: event.kind }
        }
    } catch (error) {
        return { family: error.family, reason: error.reason }
    }
}"""
SNIPPET = """async ([url, keys, island, snippet]) => {
    try {
        return { answer: (await new skerry.PopClient(url, { keys }).snippet(island, snippet)).answer }
    } catch (error) {
        return { family: error.family, reason: error.reason }
    }
}"""


@pytest_asyncio.fixture(loop_scope="module")
async def asking(world: World) -> AsyncIterator[World]:
    """The world, with the client on its page; no lie outlives a test."""
    await world.page.add_script_tag(content=await asyncio.to_thread(page_script))
    yield world
    world.proxy.lie, world.proxy.instead = lying_proxy.tell_the_truth, None


def keys_of(world: World) -> dict[str, list[str]]:
    """As the client takes them."""
    return {tenant: [key] for tenant, key in world.keys.items()}


async def test_page_of_another_origin_gets_a_verified_answer(asking: World, pen: Pen) -> None:
    """By given keys, and by those that the PoP names; not by another's."""
    question = {"island": str(DROP), "text": pen.example}
    wrong = {DROP.tenant: [base64.b64encode(bytes(32)).decode()]}
    given, pinned, refused = [
        await asking.page.evaluate(ASK, [asking.pop.url, keys, question]) for keys in (keys_of(asking), None, wrong)
    ]
    answers = {snippet.answer.strip() for snippet in pen.prepared.source.snippets}

    assert given == pinned
    assert given["answer"] in answers
    assert {"family": "refused", "reason": "signature_invalid"} == refused


async def test_page_of_another_origin_follows_its_ticket_to_origin(asking: World) -> None:
    """With the ticket's token in a header."""
    question = {"island": str(DROP), "text": "do gulls dream of pelargonium"}

    assert {"kind": "delivered"} == await asking.page.evaluate(ASK, [asking.pop.url, keys_of(asking), question])


LIES: dict[str, tuple[lying_proxy.Lie, str]] = {
    "another answer": (lying_proxy.change_the_answer, "hash_mismatch"),
    "its own digest": (lying_proxy.change_answer_and_digest, "signature_invalid"),
    "no signature": (lying_proxy.drop_the_signature, "signature_invalid"),
    "signed by somebody": (lying_proxy.sign_with_another_key, "signature_invalid"),
    "for longer": (lying_proxy.extend_the_signature, "signature_invalid"),
}


@pytest.mark.parametrize(("lie", "reason"), LIES.values(), ids=LIES.keys())
async def test_lie_is_refused(asking: World, lie: lying_proxy.Lie, reason: str) -> None:
    """The page gets no answer, and the reason."""
    arguments: list[Any] = [asking.proxy.url, keys_of(asking), str(DROP), asking.snippet]
    before = await asking.page.evaluate(SNIPPET, arguments)
    asking.proxy.lie = lie
    found = await asking.page.evaluate(SNIPPET, arguments)

    assert {"answer"} == before.keys()
    # Chromium itself refuses a signature that is wrong, before a page sees a byte.
    assert found in ({"family": "refused", "reason": reason}, {"family": "unreachable", "reason": "unreachable"})
