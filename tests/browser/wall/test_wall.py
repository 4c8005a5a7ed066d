"""The wall: read from three metres, honest about what is missing, and shown by a token that can do nothing else."""

import asyncio
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.async_api import Page, Route, expect

from edge.desk.access import revoke_desk_token, tokens_path
from edge.records.desk import Board
from tests.browser.desk.faces import installed
from tests.browser.wall.boards import BOARDS, HOSTILE, NOW, pop
from tests.desk.desk import Caller, RunningDesk, body

pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="module")]

MEASURE = r"""() => {
    const found = { small: [], faint: [], outside: [], cut: [], texts: 0 }
    const parts = color => color.match(/[\d.]+/g).map(Number)
    const luminance = ([r, g, b]) => {
        const [x, y, z] = [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        return 0.2126 * x + 0.7152 * y + 0.0722 * z
    }
    const parent = one => one.parentElement ?? one.getRootNode().host ?? null
    const ground = one => {
        for (let at = one; at; at = parent(at)) {
            const [r, g, b, alpha = 1] = parts(getComputedStyle(at).backgroundColor)
            if (alpha === 1) return [r, g, b]
        }
        return [255, 255, 255]
    }
    const walk = root => {
        for (const one of root.querySelectorAll("*")) {
            if (one.shadowRoot) walk(one.shadowRoot)
            const text = [...one.childNodes].filter(node => node.nodeType === 3).map(node => node.data).join("").trim()
            const box = one.getBoundingClientRect()
            if (text === "" || box.width === 0 || one.matches("noscript, style, title")) continue
            found.texts += 1
            const style = getComputedStyle(one)
            if (/\p{N}/u.test(text) && parseFloat(style.fontSize) < 40) found.small.push(`${style.fontSize} ${text}`)
            const [light, dark] = [luminance(parts(style.color)), luminance(ground(one))].sort((a, b) => b - a)
            const contrast = (light + 0.05) / (dark + 0.05)
            if (contrast < 7) found.faint.push(`${contrast.toFixed(2)} ${text}`)
            if (one.matches("td, dd") && one.scrollWidth > one.clientWidth) found.cut.push(text)
            const frame = one.closest("section, main").getBoundingClientRect()
            if (box.bottom > frame.bottom + 1 || box.right > frame.right + 1) found.outside.push(text)
        }
    }
    walk(document)
    const whole = document.documentElement
    if (whole.scrollWidth > innerWidth || whole.scrollHeight > innerHeight) {
        found.outside.push(`${whole.scrollWidth} x ${whole.scrollHeight}`)
    }
    return found
}"""

AXE = """async () => {
    const rules = { "color-contrast-enhanced": { enabled: true } }
    const { violations } = await axe.run(document, { resultTypes: ["violations"], rules })
    return violations.map(one => `${one.id} at ${one.nodes[0].target}, ${one.nodes[0].failureSummary}`)
}"""

UNKNOWN = "\N{EN DASH}"


async def sign_in(screen: Page, url: str, token: str) -> None:
    """Open the wall, and sign in by the keyboard."""
    await screen.goto(f"{url}/wall")
    await screen.get_by_label("Token of a wall").fill(token)
    await screen.keyboard.press("Enter")


async def show(screen: Page, desk: RunningDesk, board: Any) -> None:
    """Open the wall of a desk that answers with this board."""

    async def answer(route: Route) -> None:
        await route.fulfill(body=msgspec.json.encode(board), content_type="application/json")

    await screen.route("**/v1/board", answer)
    await sign_in(screen, desk.url, "any-token")
    await expect(screen.locator("dl.rates")).to_be_visible()


async def rates(screen: Page) -> list[str]:
    """The figures at the top."""
    return await screen.locator("dl.rates dd").all_inner_texts()


@pytest.fixture(scope="module")
def axe() -> str:
    """The script of axe-core, at the version of the lock."""
    return (installed() / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("evening", BOARDS)
async def test_read_from_three_metres(screen: Page, desk: RunningDesk, evening: str) -> None:
    """No figure is below 40 px, each text has a contrast of 7:1, and nothing leaves the screen or its panel."""
    await show(screen, desk, BOARDS[evening])
    found = await screen.evaluate(MEASURE)
    if folder := os.environ.get("PICTURES"):
        await screen.screenshot(path=str(Path(folder) / f"wall-{evening.replace(' ', '-')}.png"))

    assert ([], [], []) == (found["small"], found["faint"], found["outside"])
    assert [] == found["cut"] or evening == "hostile words"
    assert found["texts"] >= 18


@pytest.mark.requires("npm")
@pytest.mark.parametrize("evening", BOARDS)
async def test_axe_finds_nothing(screen: Page, desk: RunningDesk, axe: str, evening: str) -> None:
    """Its rule of 7:1 included."""
    await show(screen, desk, BOARDS[evening])
    await screen.evaluate(axe)

    assert [] == await screen.evaluate(AXE)


@pytest.mark.requires("npm")
async def test_axe_finds_nothing_at_the_door(screen: Page, desk: RunningDesk, axe: str) -> None:
    """Before anybody is signed in, and after a token was refused."""
    await screen.goto(f"{desk.url}/wall")
    await screen.evaluate(axe)
    before = await screen.evaluate(AXE)
    await sign_in(screen, desk.url, "no-token")
    await expect(screen.get_by_role("alert")).to_contain_text("The token is refused")
    await screen.evaluate(axe)

    assert [] == before + await screen.evaluate(AXE)


async def test_silent_pop_is_a_hole(screen: Page, desk: RunningDesk) -> None:
    """It is named with its age; what it counted before is in no figure."""
    await show(screen, desk, BOARDS["a bad evening"])

    await expect(screen.get_by_role("status")).to_have_text(
        "ams-1 silent for 3 min · syd-1 silent for 1 min · and 1 more: not counted here"
    )
    assert ["443", "48 %", "14 %", "11 %", "28 %"] == await rates(screen)
    await expect(screen.get_by_text("publisher silent for 5 min")).to_be_visible()
    await expect(screen.get_by_text("11 behind on sin-1 · 12 on 2")).to_be_visible()
    await expect(screen.get_by_text("11 behind on ams-1 fra-1 +1")).to_be_visible()


async def test_pop_without_a_rate_is_a_hole(screen: Page, desk: RunningDesk) -> None:
    """One that has just started reports, and its questions are not among those a minute: it is named."""
    young = msgspec.structs.replace(pop("sin-1"), per_minute=None)
    await show(screen, desk, Board(at=NOW, pops=(pop("fra-1"), young, pop("ams-1", silent_s=40))))

    await expect(screen.get_by_role("status")).to_have_text(
        "ams-1 silent for 40 s · sin-1 has no rate yet: not counted here"
    )
    assert "443" == (await rates(screen))[0]


async def test_proxy_asks_for_its_own_sign_in(screen: Page, desk: RunningDesk) -> None:
    """Its 401 is no refusal of the desk: the wall says that the desk does not answer, and asks again."""
    await screen.clock.install()
    await show(screen, desk, BOARDS["a good evening"])
    answers = [401, 403, 401]

    async def refuse(route: Route) -> None:
        if answers:
            await route.fulfill(status=answers.pop(), body='{"message": "sign in"}', content_type="application/json")
        else:
            await route.fulfill(body=msgspec.json.encode(BOARDS["a good evening"]), content_type="application/json")

    await screen.unroute("**/v1/board")
    await screen.route("**/v1/board", refuse)
    for _ in range(3):
        async with screen.expect_response("**/v1/board"):
            await screen.clock.run_for(2_000)
    await expect(screen.get_by_role("status")).to_contain_text("The desk does not answer. This is ")
    await screen.clock.run_for(4_000)

    await expect(screen.get_by_text("The desk does not answer.")).to_have_count(0)
    assert [] == answers


@pytest.mark.parametrize("evening", ["all silent", "never heard", "nobody yet"])
async def test_nothing_known_is_no_zero(screen: Page, desk: RunningDesk, evening: str) -> None:
    """A dash stands for every figure at the top, for incidents and for open questions."""
    await show(screen, desk, BOARDS[evening])

    assert [UNKNOWN] * 5 == await rates(screen)
    await expect(screen.locator("header")).to_contain_text(f"Incidents:{UNKNOWN}")
    await expect(screen.get_by_role("region", name="Open questions")).to_have_text(f"Open questions {UNKNOWN}")


async def test_many_incidents_are_counted(screen: Page, desk: RunningDesk) -> None:
    """The line has room for some of them, and begins with how many there are."""
    await show(screen, desk, Board(at=NOW, pops=(pop("fra-1", islands=9),)))

    await expect(screen.locator("header")).to_contain_text("9: sold-out (drop0)")


async def test_hostile_words(screen: Page, desk: RunningDesk) -> None:
    """They are shown as text: no markup, no sign that turns a line around."""
    await show(screen, desk, BOARDS["hostile words"])
    text = await screen.locator("skerry-wall main").inner_text()

    assert "<img src=x" in text
    assert "\u202e" not in text
    assert 0 == await screen.locator("skerry-wall img").count()
    assert HOSTILE not in text


async def test_desk_that_falls_silent(screen: Page, desk: RunningDesk) -> None:
    """What was shown stays with its age; after 20 s no figure at the top is called one of now."""
    await screen.clock.install()
    await show(screen, desk, BOARDS["a good evening"])
    before = await rates(screen)

    async def fail(route: Route) -> None:
        await route.fulfill(status=500, body="<html>secret words</html>", content_type="text/html")

    await screen.unroute("**/v1/board")
    await screen.route("**/v1/board", fail)
    await screen.clock.run_for(10_000)
    await expect(screen.get_by_role("status")).to_contain_text("The desk does not answer. This is ")
    soon = await rates(screen)
    await screen.clock.run_for(20_000)
    await expect(screen.locator("dl.rates dd").first).to_have_text(UNKNOWN)

    assert "1329" == before[0] == soon[0]
    assert "secret" not in await screen.locator("skerry-wall main").inner_text()


async def test_a_real_desk(screen: Page, desk: RunningDesk) -> None:
    """What PoPs post is shown; what viewers wrote in tickets is not, and no other tenant's questions are."""
    pop = await desk.new("fra-1")
    wall = await desk.new_wall("screen", tenant="northwind")
    await pop.post("/v1/tickets", body(1, text="my name is Kim Vance and my order is lost"))
    await post_figures(pop, answered=10)
    token = wall.headers["Authorization"].removeprefix("Bearer ")
    await sign_in(screen, desk.url, token)
    await expect(screen.get_by_text("can i wash it")).to_be_visible()
    text = await screen.locator("skerry-wall main").inner_text()

    assert "Kim Vance" not in text
    assert "globex secret" not in text
    assert "1 PoP reports" in text
    assert "support" in text
    assert [UNKNOWN] * 5 == await rates(screen)

    await screen.goto(f"{desk.url}/")
    await expect(screen.get_by_label("Your token")).to_be_visible()
    await expect(screen.get_by_role("alert")).to_have_text("")
    await screen.goto(f"{desk.url}/wall")
    await expect(screen.get_by_text("can i wash it")).to_be_visible()

    await asyncio.to_thread(revoke_desk_token, tokens_path(desk.home), "screen")
    await desk.reload()
    await expect(screen.get_by_role("alert")).to_contain_text("The token is refused")
    assert [] == await screen.evaluate("Object.values(sessionStorage)")


async def post_figures(pop: Caller, *, answered: int) -> None:
    """Figures of two tenants."""
    document = {
        "at": "2026-09-01T12:00:00Z",
        "islands": [{"island": "northwind/drop", "channel": "stream", "counts": {"answer": answered}}],
        "open_questions": [
            {"island": "northwind/drop", "count": 3, "per_minute": 1.5, "exemplar": "can i wash it"},
            {"island": "globex/drop", "count": 9, "per_minute": 9, "exemplar": "globex secret"},
        ],
    }
    assert 204 == (await pop.post("/v1/pops/fra-1/status", document))[0]
