"""`edge/clients.md` is true: its three pieces of code are run against a real PoP, as they stand."""

import asyncio
import base64
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from tests.browser.desk.faces import FACES, ROOT, installed
from tests.daemon.conftest import pop_config, running_origin, running_pop, running_publisher
from tests.pen import Pen

PAGE = ROOT / "edge" / "clients.md"
ADDRESS, KEY = "http://127.0.0.1:8080", "0JJSTE0RMpmCAzbJfkAyPxt7XgQ1/oFDYwJChJ/nveU="
RUN_TIMEOUT_S = 60


class Place(NamedTuple):
    """Where the PoP is, and its tenant's key in base64."""

    url: str
    key: str

    def code(self, language: str) -> str:
        """The one block of the page in this language, with this PoP's address and key in place of the page's."""
        text = PAGE.read_text(encoding="utf-8")
        (block,) = re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
        assert ADDRESS in block
        return str(block).replace(ADDRESS, self.url).replace(KEY, self.key)


@pytest.fixture
async def place(pen: Pen, tmp_path: Path) -> AsyncIterator[Place]:
    """A running PoP."""
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    async with running_origin() as origin, running_publisher(home) as publisher_url:
        config = pop_config(tmp_path, publisher_url=publisher_url, origin_url=origin.url)
        async with running_pop(config, origin) as pop:
            await pop.until_served()
            keys = msgspec.json.decode((await pop.get("/.well-known/skerry-keys"))[1])["tenants"]
            key = keys[0]["keys"][0]["ed25519"]
            assert 32 == len(base64.b64decode(key))
            yield Place(pop.url, key)


async def run(*command: str | Path, folder: Path) -> str:
    """What the command prints; it must succeed."""
    ran = await asyncio.to_thread(
        subprocess.run,
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=RUN_TIMEOUT_S,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


async def test_python(place: Place, tmp_path: Path) -> None:
    """An answer that was picked, and a ticket that is followed until origin has it."""
    (tmp_path / "page.py").write_text(f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n{place.code('python')}")
    answer, *kinds = (await run(sys.executable, "page.py", folder=tmp_path)).splitlines()

    assert answer.startswith("We send")
    assert "delivered" == kinds[-1]


@pytest.mark.requires("npm")
async def test_typescript(place: Place, tmp_path: Path) -> None:
    """Its types are right, and it prints the answer that was picked."""
    packages = await asyncio.to_thread(installed)
    faces = tmp_path / "faces"
    await asyncio.to_thread(shutil.copytree, FACES, faces, ignore=shutil.ignore_patterns("node_modules", "built"))
    (faces / "node_modules").symlink_to(packages / "node_modules")
    (faces / "client" / "page.ts").write_text(place.code("ts"))
    await run("node_modules/.bin/tsc", folder=faces)
    await run(
        "node_modules/.bin/esbuild", "client/page.ts", "--bundle", "--format=esm", "--outfile=page.mjs", folder=faces
    )

    assert (await run("node", "--no-warnings", "page.mjs", folder=faces)).startswith("We send")


async def test_command_line(place: Place, tmp_path: Path) -> None:
    """Every line succeeds, one after the other."""
    skerry = f'skerry() {{ PYTHONPATH="{ROOT}" "{sys.executable}" -m edge "$@"; }}'
    printed = await run("bash", "-ec", f'{skerry}\nkey="{place.key}"\n{place.code("sh")}', folder=tmp_path)

    assert "outcome  ANSWER" in printed
    assert "verdict   good: signed by the key that you gave, and not expired\n" in printed
    assert '"verdict": "good"' in printed
