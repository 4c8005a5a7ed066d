"""Lighthouse gives a shop's page with the widget 100 for accessibility, closed and open."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from tests.browser.conftest import chromium
from tests.browser.widget.shop import Shop
from tests.interop.node import CACHE, installed_packages

pytestmark = [
    pytest.mark.journey,
    pytest.mark.requires("npm"),
    pytest.mark.asyncio(loop_scope="module"),
]

OPTIONS = (
    "--only-categories=accessibility",
    "--output=json",
    "--quiet",
    "--no-enable-error-reporting",
    "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
)


@pytest.mark.parametrize("mode", ["bubble", "inline", "page", "panel"])
async def test_lighthouse_has_nothing_to_say(shop: Shop, mode: str) -> None:
    """The score is 1, and every check that failed would be named."""
    shop.attributes = {"mode": mode}
    browser = chromium()
    packages = await asyncio.to_thread(installed_packages, Path(__file__).parent / "lighthouse", CACHE / "lighthouse")
    process = await asyncio.create_subprocess_exec(
        str(packages / "node_modules" / ".bin" / "lighthouse"),
        shop.url,
        *OPTIONS,
        env={**os.environ, "CHROME_PATH": browser},
        stdout=asyncio.subprocess.PIPE,
    )
    report = json.loads((await process.communicate())[0])
    weighed = [one["id"] for one in report["categories"]["accessibility"]["auditRefs"] if one["weight"]]

    assert [] == [name for name in weighed if report["audits"][name]["score"] == 0]
    assert 1 == report["categories"]["accessibility"]["score"]
