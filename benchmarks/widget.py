"""`make bench ARGS=widget`: the widget in Chromium, on a shop's page, with a PoP on the same machine.

answer: from Enter until a verified answer is painted.
load:   the main thread's own time for scripts, styles and layout until opened, at 4 times slowdown, less that of the
        same page without the widget, which is loaded in turn in the same run. Time in which others had the processor
        does not count.
shift:  how far anything on the page moves (cumulative layout shift).
"""

import asyncio
import gzip
import statistics
import tempfile
from pathlib import Path
from typing import Any

import click
import msgspec
from playwright.async_api import Browser, Page, expect

from benchmarks.figures import Figure, percentile, print_figures
from edge.host import configure_logging
from edge.records import Automation
from tests.browser.conftest import two_tenants
from tests.browser.desk.desk_page import chromium_browser
from tests.browser.widget.shop import WIDGET, Shop, viewer_at
from tests.pen import DROP, Pen

SLOWDOWN = 4
ANSWER = """text => new Promise(done => {
    const root = document.querySelector("skerry-chat").shadowRoot
    const count = () => root.querySelectorAll('[part~="answer"]').length
    const [before, began, channel] = [count(), performance.now(), new MessageChannel()]
    channel.port1.onmessage = () => done(performance.now() - began)
    new MutationObserver((_, observer) => {
        if (count() === before) return
        observer.disconnect()
        // After the frame in which it is painted.
        requestAnimationFrame(() => channel.port2.postMessage(0))
    }).observe(root.querySelector("[part=log]"), {childList: true})
    const field = root.querySelector("[part=field]")
    field.value = text
    field.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true}))
})"""
SHIFT = """() => new Promise(done => {
    let sum = 0
    new PerformanceObserver(list => { for (const one of list.getEntries()) sum += one.value })
        .observe({type: "layout-shift", buffered: true})
    setTimeout(() => done(sum), 300)
})"""
WORK = ("ScriptDuration", "LayoutDuration", "RecalcStyleDuration")


@click.command()
@click.option("--rounds", default=10, show_default=True, help="Viewers, each of whom asks every snippet once.")
@click.option("--loads", default=21, show_default=True, help="How often each page is loaded.")
def main(*, rounds: int, loads: int) -> None:
    """Measure the widget, and print its sizes by `gzip -9`. The PoP's log goes to stderr."""
    configure_logging()
    print_figures("widget", asyncio.run(_measure(rounds, loads)))


async def _measure(rounds: int, loads: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        pen = await asyncio.to_thread(Pen, Path(folder) / "pen")
        async with two_tenants(Path(folder), pen) as pop, chromium_browser() as browser:
            named = msgspec.json.decode((await pop.get("/.well-known/skerry-keys"))[1])["tenants"]
            key = next(one["keys"][0]["ed25519"] for one in named if one["tenant"] == DROP.tenant)
            shop = Shop(pop.url, key)
            await shop.start()
            try:
                answers = await _answers(browser, shop, pen, rounds)
                own, shift = await _loads(browser, shop, loads)
            finally:
                await shop.stop()
    middle, tail = (percentile(answers, share) for share in (0.5, 0.95))
    return [
        Figure("Enter to painted, p50 / p95", f"{middle:.1f} / {tail:.1f} ms (n = {len(answers)})", "p95 ≤ 50 ms"),
        Figure(f"main thread until opened, at {SLOWDOWN} x slowdown", f"{own:.1f} ms (n = {loads})", "≤ 20 ms"),
        Figure("layout shift", f"{shift:.3f}", "0"),
        Figure("before the first click, gzip -9", f"{_size('skerry.js')} bytes", "≤ 3,000"),
        Figure("with the chat, gzip -9", f"{_size('skerry.js') + _size('chat-*.js')} bytes", "≤ 10,000"),
        Figure("consent's part, gzip -9", f"{_size('consent-*.js')} bytes", "≤ 2,000"),
    ]


async def _answers(browser: Browser, shop: Shop, pen: Pen, rounds: int) -> list[float]:
    """Milliseconds for each answer."""
    asked = [one.examples[0] for one in pen.prepared.source.snippets if one.automation is Automation.ANSWER]
    took: list[float] = []
    for _ in range(rounds):
        async with viewer_at(browser, shop) as viewer:
            await viewer.open()
            took += [await viewer.page.evaluate(ANSWER, text) for text in asked]
            await expect(viewer.part("answer")).to_have_count(len(asked))
    return took


async def _loads(browser: Browser, shop: Shop, loads: int) -> tuple[float, float]:
    """Milliseconds of the main thread that the widget adds to a load of the page, and the largest layout shift."""
    work: dict[bool, list[float]] = {True: [], False: []}
    shifts: list[float] = []
    # In turn, so that both pages have the same machine.
    for is_bare in (True, False) * loads:
        shop.is_bare = is_bare
        async with viewer_at(browser, shop) as viewer:
            session = await viewer.page.context.new_cdp_session(viewer.page)
            await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
            await session.send("Performance.enable", {"timeDomain": "threadTicks"})
            shifts.append(await _shift(viewer.page, shop.url))
            metrics: Any = await session.send("Performance.getMetrics")
            work[is_bare].append(sum(one["value"] for one in metrics["metrics"] if one["name"] in WORK) * 1000)
    return statistics.median(work[False]) - statistics.median(work[True]), max(shifts)


async def _shift(page: Page, url: str) -> float:
    await page.goto(url, wait_until="networkidle")
    found: float = await page.evaluate(SHIFT)
    return found


def _size(pattern: str) -> int:
    return sum(len(gzip.compress(one.read_bytes(), 9)) for one in WIDGET.glob(pattern))


if __name__ == "__main__":
    main()
