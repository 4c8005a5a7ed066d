"""Draws the picture of `README.md`: the widget, the desk and the wall on one evening, each in a real browser.

The time stands still, so the same sources give the same picture.
"""

import asyncio
import io
import math
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TypeAlias

import aiohttp
import msgspec
from PIL import Image, ImageChops, ImageStat
from playwright.async_api import Browser, Page, ViewportSize, expect

from edge.records import IslandState, ThresholdWhy
from edge.records.desk import (
    Board,
    BoardFleet,
    BoardIsland,
    BoardLane,
    BoardPop,
    ChannelFigures,
    IslandAtPop,
    PopFigures,
    UnansweredQuestion,
)
from tests.browser.desk.desk_page import Person, TestedDesk, candidate
from tests.browser.widget.shop import Shop, viewer_at
from tests.desk.desk import Clock, new_token, running, ticket
from tests.pen import DROP, Pen
from tests.waiting import PATIENCE_S

Scheme: TypeAlias = Literal["light", "dark"]

NOW = datetime(2027, 3, 12, 20, 14, tzinfo=UTC)
WIDTH, HEIGHT = 1_600, 1_220
FREQUENT, OTHERS = 160, 96
"""Colours of the picture: grounds and letters exactly as they are, and as many as it takes for what is between."""

CELL_PX = 16
"""What a letter changes is small in a cell of this size; a moved or recoloured part is not."""

_BETWEEN_S = 0.2
"""Between two pictures of a page that must be equal."""

SHOP_SIZE: ViewportSize = {"width": 480, "height": 1_117}
DESK_SIZE: ViewportSize = {"width": 1_024, "height": 480}
WALL_SIZE: ViewportSize = {"width": 1_920, "height": 1_080}

SHOP_STYLE = """
html { color-scheme: light dark; font: 16px/1.5 "DejaVu Sans", sans-serif;
    background: light-dark(#fffdf9, #17151c); color: light-dark(#241f2b, #eceaf0) }
body { margin: 0 } main { padding: 28px 24px } h1 { font-size: 26px; line-height: 1.2; margin: 0 0 4px }
main p { margin: 0; color: light-dark(#6a6175, #aca4b8) }
main::before { content: "NORTHWIND \\d7  MARA"; font-weight: 700; font-size: 13px; letter-spacing: .14em;
    color: light-dark(#7a3d00, #ffb86b) }
main::after { content: ""; display: block; margin-block: 18px; block-size: 40px; border-radius: 14px;
    background: linear-gradient(115deg, light-dark(#ffd9a8, #5b3a15) 0 33%, light-dark(#f7b89c, #6a2f3a) 33% 66%,
    light-dark(#b9c8f2, #2b3d6b) 66%) }
skerry-chat { --skerry-height: 896px; --skerry-width: 432px; --skerry-offset: 24px;
    --skerry-accent: light-dark(#8a3f00, #ffb86b); --skerry-font: "DejaVu Sans", sans-serif; --skerry-size: 15px }
skerry-chat::part(panel) { box-shadow: none }
"""

TICKETS: tuple[tuple[int, str, str, str, int, int], ...] = (
    (
        3,
        "two confirmation mails for one hoodie, is that two orders",
        "low_confidence",
        "payments",
        210,
        390,
    ),
    (5, "is the navy one coming to the friday stream", "out_of_scope", "fast", 160, 140),
    (1, "can you gift wrap it and write a card", "out_of_scope", "fast", 95, 205),
    (2, "typo in my street name, help", "review_required", "review", 80, 820),
    (1, "the zip is broken, it arrived like that", "low_confidence", "shipping", 45, 555),
    (1, "do you ship to a hotel, we are on tour", "low_confidence", "shipping", 20, 580),
)
"""How many viewers, their words, why people have it, the lane, for how many seconds, and until its deadline."""

UNANSWERED = (
    ("is the navy one coming to the friday stream", 41, 6.5),
    ("can you gift wrap it and write a card", 18, 2.0),
    ("will mara sign some of them", 12, 1.5),
    ("is there a version for kids", 9, 1.0),
    ("can i see it with a jacket over it", 6, 0.5),
)

PAGE = """<!doctype html><html><meta charset="utf-8"><style>
:root {{ color-scheme: {scheme} }}
body {{ margin: 0; inline-size: {width}px; block-size: {height}px; background: light-dark(#e7ebf2, #0b0e13);
    font: 600 15px/36px "DejaVu Sans", sans-serif; color: light-dark(#3a4454, #b9c3d3) }}
figure {{ position: absolute; margin: 0; border-radius: 12px; overflow: hidden; background: light-dark(#fff, #1b1f26);
    border: 1px solid light-dark(#c3cbd8, #363d49) }}
figcaption {{ padding-inline: 16px; background: light-dark(#f6f7f9, #14171c);
    border-block-end: 1px solid light-dark(#d5dae1, #363d49) }}
img {{ display: block }}
#desk {{ inset: 32px auto auto 32px }} #wall {{ inset: 574px auto auto 32px }} #shop {{ inset: 32px 32px auto auto }}
#wall img {{ inline-size: 1024px }}
</style>
<figure id="desk"><figcaption>Your people, at the desk</figcaption><img src="{desk}"></figure>
<figure id="wall"><figcaption>The producer, from three metres</figcaption><img src="{wall}"></figure>
<figure id="shop"><figcaption>A viewer, on the shop's page</figcaption><img src="{shop}"></figure></html>"""


async def draw(browser: Browser, shop: Shop, pen: Pen, home: Path, scheme: Scheme) -> bytes:
    """The picture as PNG."""
    parts = {"shop": await _shop(browser, shop, scheme)}
    clock = Clock(NOW)
    async with aiohttp.ClientSession() as http, running(home, now=clock) as served:
        desk = TestedDesk(home, http)
        desk.url, desk.pop_token = served.url, await asyncio.to_thread(new_token, home, "fra-1")
        token = await asyncio.to_thread(desk.token, "anna")
        await served.reload()
        for age_s, one in _tickets(pen):
            clock.at = NOW - timedelta(seconds=age_s)
            await desk.take(one)
        clock.at = NOW
        parts["desk"] = await _desk(browser, desk, token, scheme)
        parts["wall"] = await _wall(browser, desk)
    context = await browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
    page = await context.new_page()
    shown = {name: f"data:image/png;base64,{b64encode(content).decode()}" for name, content in parts.items()}
    await page.set_content(PAGE.format(scheme=scheme, width=WIDTH, height=HEIGHT, **shown))
    whole = Image.open(io.BytesIO(await _still(page))).convert("RGB")
    await context.close()
    return _small(whole)


def difference(one: bytes, other: bytes) -> float:
    """How far two pictures are apart, from 0 to 255: the root mean square over coarse cells. Another size is 255."""
    first, second = (Image.open(io.BytesIO(content)).convert("RGB") for content in (one, other))
    if first.size != second.size:
        return 255.0
    cells = (first.width // CELL_PX, first.height // CELL_PX)
    coarse = [picture.resize(cells, Image.Resampling.BOX) for picture in (first, second)]
    squares = ImageStat.Stat(ImageChops.difference(*coarse)).sum2
    return math.sqrt(sum(squares) / (3 * cells[0] * cells[1]))


def _small(picture: Image.Image) -> bytes:
    counted = picture.getcolors(picture.width * picture.height) or []
    frequent = [msgspec.convert(colour, tuple[int, int, int]) for _, colour in sorted(counted)[: -FREQUENT - 1 : -1]]
    others = picture.quantize(OTHERS, Image.Quantize.MAXCOVERAGE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([level for colour in frequent for level in colour] + others[: 3 * OTHERS])
    content = io.BytesIO()
    picture.quantize(palette=palette, dither=Image.Dither.NONE).save(content, "PNG", optimize=True)
    return content.getvalue()


async def _still(page: Page) -> bytes:
    """A picture of the page, once two in a row are equal: on a busy machine, parts of a page come late."""
    before = b""
    async with asyncio.timeout(PATIENCE_S):
        while (now := await page.screenshot(animations="disabled")) != before:
            before = now
            await asyncio.sleep(_BETWEEN_S)
    return now


async def _shop(browser: Browser, shop: Shop, scheme: Scheme) -> bytes:
    shop.style, shop.attributes = SHOP_STYLE, {"name": "Northwind support"}
    async with viewer_at(browser, shop, viewport=SHOP_SIZE, color_scheme=scheme) as viewer:
        await viewer.open()
        await viewer.ask("is it too late to cancel? ordered this morning")
        await expect(viewer.part("rating")).to_be_visible()
        await viewer.ask_a_person("is the navy one coming to the friday stream?")
        await expect(viewer.part("ticket")).to_be_visible()
        # What still comes may be below what is seen.
        await _still(viewer.page)
        await viewer.part("log").evaluate("one => { one.scrollTop = one.scrollHeight; one.focus(); one.blur() }")
        return await _still(viewer.page)


async def _desk(browser: Browser, desk: TestedDesk, token: str, scheme: Scheme) -> bytes:
    context = await browser.new_context(viewport=DESK_SIZE, color_scheme=scheme)
    person = Person(await context.new_page(), desk, token)
    await person.page.clock.set_fixed_time(NOW)
    await person.open()
    await person.row(TICKETS[0][1]).click()
    await person.sees("Suggested answers")
    content = await _still(person.page)
    await context.close()
    return content


def _tickets(pen: Pen) -> Iterator[tuple[int, dict[str, Any]]]:
    """How many seconds ago each came, and the ticket."""
    texts = {snippet.id: snippet.answer for snippet in pen.prepared.source.snippets}
    near = [candidate(name, texts[name], sure) for name, sure in (("charged-twice", 0.58), ("order-status", 0.21))]
    number = 0
    for viewers, text, reason, lane, age_s, left_s in TICKETS:
        for viewer in range(viewers):
            number += 1
            ago_s = age_s - 7 * viewer
            created, deadline = NOW - timedelta(seconds=ago_s), NOW + timedelta(seconds=left_s)
            fields = {"island": str(DROP), "reason": reason, "lane": lane, "candidates": near}
            yield ago_s, ticket(number, text, created=created, deadline=deadline, **fields)


async def _wall(browser: Browser, desk: TestedDesk) -> bytes:
    context = await browser.new_context(viewport=WALL_SIZE)
    page = await context.new_page()
    await page.clock.set_fixed_time(NOW)
    body = msgspec.json.encode(_board())
    await page.route("**/v1/board", lambda route: route.fulfill(body=body, content_type="application/json"))
    await page.goto(f"{desk.url}/wall")
    await page.get_by_label("Token of a wall").fill("any-token")
    await page.keyboard.press("Enter")
    await expect(page.locator("dl.rates")).to_be_visible()
    content = await _still(page)
    await context.close()
    return content


def _board() -> Board:
    """What a desk sends of a busy evening with three PoPs, of which one is a revision behind."""
    islands = {"northwind/hoodie-drop": 7, "northwind/winter-tour": 3}
    pops = {"ams-1": 1.0, "fra-1": 0.8, "sin-1": 0.4}
    behind = ("sin-1",)
    return Board(
        at=NOW,
        pops=tuple(_pop(name, share, tuple(islands)) for name, share in pops.items()),
        lanes=(
            BoardLane(lane="payments", open=3, late=0, oldest_s=210, promised_s=600),
            BoardLane(lane="fast", open=6, late=0, oldest_s=160, promised_s=300),
            BoardLane(lane="shipping", open=2, late=0, oldest_s=45, promised_s=600),
            BoardLane(lane="review", open=2, late=0, oldest_s=80, promised_s=900),
        ),
        fleet=BoardFleet(
            heard=NOW,
            age_s=1.0,
            islands=tuple(
                BoardIsland(
                    island=name,
                    revision=revision,
                    pops=tuple(
                        IslandAtPop(
                            pop=pop,
                            revision=revision - (pop in behind and name == str(DROP)),
                            state=IslandState.FRESH,
                        )
                        for pop in pops
                    ),
                    lagging=behind if name == str(DROP) else (),
                )
                for name, revision in islands.items()
            ),
        ),
    )


def _pop(name: str, share: float, islands: tuple[str, ...]) -> BoardPop:
    rates = {"answer": 214.0, "clarify": 63.0, "escalate": 31.0, "ignore": 122.0}
    counts = {outcome: round(rate * 34 * share) for outcome, rate in rates.items()}
    return BoardPop(
        pop=name,
        heard=NOW,
        age_s=2.0,
        per_minute={outcome: round(rate * share) * 1.0 for outcome, rate in rates.items()},
        figures=PopFigures(
            at=NOW,
            since=NOW - timedelta(minutes=34),
            islands=tuple(
                ChannelFigures(
                    island=island,
                    channel="stream",
                    counts=counts,
                    threshold=0.84,
                    threshold_why=ThresholdWhy.TRAFFIC,
                    answerable_share=0.61,
                )
                for island in islands
            ),
            open_questions=tuple(
                UnansweredQuestion(island=str(DROP), count=round(count * share), per_minute=rate * share, exemplar=text)
                for text, count, rate in UNANSWERED
            ),
        ),
    )
