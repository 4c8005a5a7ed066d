"""`edge.daemon.answers`: every served answer of an island in one list, each as its tenant signed it."""

import asyncio
import base64
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from edge.cli.demo.origin import DemoOrigin
from edge.host import utc_now
from edge.records import Automation
from edge.records.answers import AnswerList
from edge.trust import verify_answer
from tests.daemon.conftest import RunningPop, pop_config, running_pop, running_publisher
from tests.daemon.languages.test_locales_http import LACKING, in_german
from tests.pen import DROP, Pen
from tests.waiting import until

PATH = f"/v1/islands/{DROP}/answers"


@pytest.fixture
async def pop(pen: Pen, tmp_path: Path, origin: DemoOrigin) -> AsyncIterator[RunningPop]:
    """A PoP that serves the sample drop in English and German."""
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    await asyncio.to_thread(pen.publish, home, in_german(pen.prepared))
    async with running_publisher(home) as publisher_url:
        config = pop_config(tmp_path, publisher_url=publisher_url, origin_url=origin.url)
        async with running_pop(config, origin) as running:
            await running.until_served()
            yield running


async def listed(pop: RunningPop, query: str = "", **headers: str) -> AnswerList:
    """The list that the PoP gives."""
    status, body, _ = await pop.get(PATH + query, **headers)
    assert 200 == status
    return msgspec.json.decode(body, type=AnswerList)


async def test_list_has_every_answer_as_it_was_signed(pop: RunningPop, pen: Pen) -> None:
    """Each is verified by the tenant's key; what only people may answer is not in it."""
    named = msgspec.json.decode((await pop.get("/.well-known/skerry-keys"))[1])["tenants"]
    keys = {base64.b64decode(key["ed25519"]) for tenant in named for key in tenant["keys"]}
    found = await listed(pop)
    pairs = [(one, verify_answer(one.signed, keys=keys, now=utc_now())) for one in found.answers]
    source = [one for one in pen.prepared.source.snippets if one.automation is Automation.ANSWER]

    assert [(one.id, one.examples[0], one.answer.rstrip()) for one in source] == [
        (one.snippet, one.question, document.answer.rstrip()) for one, document in pairs
    ]
    assert {(str(DROP), 2)} == {(f"{document.tenant}/{document.island}", document.revision) for _, document in pairs}
    assert len(source) < len(pen.prepared.source.snippets)


@pytest.mark.parametrize(("query", "headers"), [("?locale=de", {}), ("", {"Accept-Language": "de"})])
async def test_list_in_another_language(pop: RunningPop, query: str, headers: dict[str, str]) -> None:
    """Question and answer are in it, where the author wrote them in it."""
    found = {one.snippet: one for one in (await listed(pop, query, **headers)).answers}
    locales = {snippet: msgspec.json.decode(one.signed.document)["locale"] for snippet, one in found.items()}

    assert {"de"} == {locale for snippet, locale in locales.items() if snippet != LACKING}
    assert "en" == locales[LACKING]
    assert "Titel von ship-date" == found["ship-date"].question


async def test_list_may_be_cached_as_a_snippet_may(pop: RunningPop) -> None:
    """Where the reader's language chooses, a cache is told so."""
    _, _, chosen = await pop.get(PATH)
    _, _, stated = await pop.get(PATH + "?locale=de")
    _, _, snippet = await pop.get(f"/v1/islands/{DROP}/snippets/ship-date")

    assert snippet.headers["Cache-Control"] == stated.headers["Cache-Control"] == chosen.headers["Cache-Control"]
    assert "Accept-Language" in chosen.headers["Vary"]
    assert "Accept-Language" not in stated.headers.get("Vary", "")


async def test_list_that_a_reader_has_already(pop: RunningPop) -> None:
    """304 with the same headers; a list in another language is another one."""
    _, body, first = await pop.get(PATH + "?locale=en")
    status, empty, again = await pop.get(PATH + "?locale=en", **{"If-None-Match": f'"x", W/{first.headers["ETag"]}'})
    other, *_ = await pop.get(PATH + "?locale=de", **{"If-None-Match": first.headers["ETag"]})
    _, same, _ = await pop.get(PATH + "?locale=en")

    assert (304, b"", 200) == (status, empty, other)
    assert body == same
    assert {first.headers[name] for name in ("ETag", "Cache-Control")} == {
        again.headers[name] for name in ("ETag", "Cache-Control")
    }


async def test_list_of_an_island_that_is_not_served(pop: RunningPop, pen: Pen, tmp_path: Path) -> None:
    """An unknown one and a withdrawn one are refused as their snippets are."""
    unknown = await pop.get("/v1/islands/no/body/answers")
    await asyncio.to_thread(pen.withdraw, tmp_path / "home")

    async def is_gone() -> bool:
        return (await pop.get(PATH))[0] == 410

    await until(is_gone, "the island withdrawn")

    assert 404 == unknown[0]
    assert "island_withdrawn" == msgspec.json.decode((await pop.get(PATH))[1])["reason"]
