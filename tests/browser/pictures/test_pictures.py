"""The picture in `README.md` shows the pages as they are now.

If it does not: `ACCEPT=1 pytest tests/browser/pictures`, look at both pictures, and commit them.
"""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.browser.desk.faces import FACES, ROOT
from tests.browser.pictures.drawing import Scheme, difference, draw
from tests.browser.widget.shop import Shop
from tests.pen import Pen

pytestmark = [pytest.mark.journey, pytest.mark.requires("chromium"), pytest.mark.asyncio(loop_scope="module")]

PICTURES = FACES / "pictures"
MAX_BYTES = 150_000
MAX_DIFFERENCE = 6.0
"""Drawn again by the same browser it is 0; buttons of half the height and quiet words that are too pale make 7.8."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_picture_is_of_these_pages(
    browser: Browser, shop: Shop, pen: Pen, tmp_path: Path, scheme: Scheme
) -> None:
    """Drawn again, it is nearly the same; and it is small."""
    path = PICTURES / f"{scheme}.png"
    drawn = await draw(browser, shop, pen, tmp_path / "desk", scheme)
    if os.environ.get("ACCEPT"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(drawn)
    kept = path.read_bytes()

    assert difference(kept, drawn) <= MAX_DIFFERENCE
    assert len(kept) <= MAX_BYTES


async def test_pictures_differ_from_each_other() -> None:
    """What is compared is what is seen: light is not dark, and one is the same as itself."""
    light, dark = ((PICTURES / f"{scheme}.png").read_bytes() for scheme in ("light", "dark"))

    assert 0 == difference(light, light)
    assert difference(light, dark) > 10 * MAX_DIFFERENCE


async def test_readme_shows_both() -> None:
    """For readers who have it light, and for those who have it dark, with words for those who see neither."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    assert 'media="(prefers-color-scheme: dark)" srcset="edge/faces/pictures/dark.png"' in text
    assert 'src="edge/faces/pictures/light.png" alt="' in text
