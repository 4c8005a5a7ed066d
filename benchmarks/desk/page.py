"""The desk's page in a real Chromium: how soon it shows the queue, how it scrolls, how soon a question is on it.

A time begins in this process or with the navigation, and ends in the frame after the one that drew the row: it is on
the screen by then. Playwright's own round trips are in no figure.
"""

import asyncio
import contextlib
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page

from benchmarks.figures import Figure, percentile
from tests.browser.desk.crowd import fill
from tests.browser.desk.desk_page import DeskProcess, chromium_browser, desk_process
from tests.journeys.desk.drop import QUESTION, Drop

SOME_ROWS, MANY_ROWS = 1_000, 10_000
TURNS, TURN_PX, TURN_S = 300, 600, 0.016
"""Turns of the wheel, how far each scrolls, and how soon the next follows."""

FRAME_MS = 1000 / 60
DROPPED_MS = 1.5 * FRAME_MS
LONG_MS = 50.0

# `rows()`: what is drawn of the queue. `painted(test)`: when the frame after the one was drawn in which `test` holds.
_PARTS = """
    globalThis.rows = () => [...document.querySelector("skerry-desk")?.shadowRoot?.querySelector("skerry-queue")
        ?.shadowRoot?.querySelectorAll("[role=option]") ?? []]
    globalThis.painted = async test => {
        const frame = () => new Promise(requestAnimationFrame)
        while (!test()) await frame()
        await frame()
        return performance.timeOrigin + performance.now()
    }
"""
_SHOWN = "painted(() => rows().length > 0).then(at => at - performance.timeOrigin)"
_ALL = "painted(() => rows()[0]?.getAttribute('aria-setsize') === '{}').then(at => at - performance.timeOrigin)"
_HAS = "text => painted(() => rows().some(row => row.querySelector('.question').textContent === text))"
_FRAMES = """() => {
    globalThis.frames = []
    const note = at => { frames.push(at); globalThis.noting = requestAnimationFrame(note) }
    globalThis.noting = requestAnimationFrame(note)
}"""
_NOTED = "() => { cancelAnimationFrame(noting); return frames.slice(1).map((at, before) => at - frames[before]) }"


async def page(questions: int) -> list[Figure]:
    """First paint and scrolling, with very many rows."""
    async with chromium_browser() as browser:
        async with _crowded(SOME_ROWS) as (desk, token):
            first, whole = await _paints(browser, desk, token, questions)
        async with _crowded(MANY_ROWS) as (desk, token), _opened(browser, desk.url, token) as opened:
            await opened.evaluate(_ALL.format(MANY_ROWS))
            frames = await _scrolled(opened)
    long, dropped = (sum(took > most for took in frames) for most in (LONG_MS, DROPPED_MS))
    return [
        Figure(f"{SOME_ROWS:,} open rows: navigation -> first rows painted, p50 / p95", _spread(first), "500 ms"),
        Figure(f"{SOME_ROWS:,} open rows: navigation -> all of them in the list, p50 / p95", _spread(whole), "-"),
        Figure(
            f"{MANY_ROWS:,} rows, {TURNS} turns of the wheel by {TURN_PX} px: frames over {LONG_MS:.0f} ms, dropped",
            f"{long}, {dropped} of {len(frames)}; longest {max(frames):.0f} ms",
            "-",
        ),
    ]


async def painted(drop: Drop, questions: int) -> Figure:
    """Ask one question after another, each at the next PoP, until an open page has drawn it; then it is resolved."""
    took_ms, pops = list[float](), sorted(drop.pops)
    async with chromium_browser() as browser, _opened(browser, drop.desk_url, drop.token) as opened:
        for number in range(questions):
            drawn = asyncio.create_task(opened.evaluate(_HAS, QUESTION.format(number)))
            await asyncio.sleep(0.05)  # the page looks at each frame by now
            began = time.time()
            response = await drop.ask(pops[number % len(pops)], number)
            took_ms.append(await drawn - began * 1000)
            await drop.agent("POST", f"/v1/tickets/{response['ticket']}/resolve")
    return Figure("a question at a PoP -> drawn on an open page, p50 / p95", _spread(took_ms), "300 ms")


async def _paints(browser: Browser, desk: DeskProcess, token: str, times: int) -> tuple[list[float], list[float]]:
    first, whole = list[float](), list[float]()
    for _ in range(times):
        async with _opened(browser, desk.url, token) as opened:
            shown, read = await opened.evaluate(f"Promise.all([shown, {_ALL.format(SOME_ROWS)}])")
        first.append(shown)
        whole.append(read)
    return first, whole


async def _scrolled(opened: Page) -> list[float]:
    """Milliseconds between frames while somebody turns the wheel."""
    await opened.mouse.move(100, 500)
    await opened.evaluate(_FRAMES)
    for _ in range(TURNS):
        await opened.mouse.wheel(0, TURN_PX)
        await asyncio.sleep(TURN_S)
    found: list[float] = await opened.evaluate(_NOTED)
    return found


@contextlib.asynccontextmanager
async def _crowded(rows: int) -> AsyncIterator[tuple[DeskProcess, str]]:
    """A desk as a process with so many rows, and an agent's token."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "desk"
        await asyncio.to_thread(fill, home, rows)
        async with desk_process(home, "anna") as (desk, [token]):
            yield desk, token


@contextlib.asynccontextmanager
async def _opened(browser: Browser, url: str, token: str) -> AsyncIterator[Page]:
    """The page in a fresh profile, signed in. `shown` in it is when the first rows were painted, in milliseconds."""
    context: Any = await browser.new_context(viewport={"width": 1280, "height": 800})
    try:
        begin = f"{_PARTS}; sessionStorage.setItem('skerry-token', {token!r}); globalThis.shown = {_SHOWN}"
        await context.add_init_script(begin)
        opened: Page = await context.new_page()
        await opened.goto(url)
        yield opened
    finally:
        await context.close()


def _spread(values_ms: Sequence[float]) -> str:
    middle, most = (percentile(list(values_ms), share) for share in (0.5, 0.95))
    return f"{middle:.0f} / {most:.0f} ms (n = {len(values_ms)})"
