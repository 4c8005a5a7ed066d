"""The TypeScript client in node: bundled as a page's script is, with the calls of the table."""

import asyncio
import base64
import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from tests.browser.desk.faces import FACES, ROOT, installed

HERE = Path(__file__).parent
BUILD_TIMEOUT_S = 60
BOUNDS = {"firstByteMs": 500, "maxFailures": 1}


TARGETS = "--target=chrome123,firefox121,safari17.4"


def bundle() -> Path:
    """The calls with the client in them, as one file for node."""
    return _built(HERE / "calls.mjs", "--format=esm", "--platform=neutral", "--external:node:*")


def page_script() -> str:
    """The client as a classic script: a page finds it under the name `skerry`."""
    built = _built(FACES / "client" / "client.ts", "--format=iife", "--global-name=skerry")
    return built.read_text(encoding="utf-8")


@cache
def _built(entry: Path, *arguments: str) -> Path:
    esbuild = installed() / "node_modules" / ".bin" / "esbuild"
    output = ROOT / ".cache" / "client" / f"{entry.stem}.mjs"
    own = output.with_suffix(f".{os.getpid()}")
    subprocess.run(
        [esbuild, entry, "--bundle", TARGETS, *arguments, f"--outfile={own}", "--log-level=warning"],
        capture_output=True,
        timeout=BUILD_TIMEOUT_S,
        check=True,
    )
    # Tests of another process may read the file now.
    return own.replace(output)


class TypeScriptClient:
    """A node process that asks as it is told, one call at a time."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None

    async def outcome(self, url: str, case: dict[str, Any], keys: dict[str, list[bytes]] | None) -> dict[str, Any]:
        """What the client gives back. The first call starts node."""
        if self._process is None:
            script = await asyncio.to_thread(bundle)
            self._process = await asyncio.create_subprocess_exec(
                *("node", "--no-warnings", str(script)), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        texts = {
            name: [base64.b64encode(one).decode() for one in of_tenant] for name, of_tenant in (keys or {}).items()
        }
        question = {"url": url, "case": case, "keys": None if keys is None else texts, "bounds": BOUNDS}
        self._process.stdin.write(json.dumps(question).encode() + b"\n")
        line = await self._process.stdout.readline()
        assert line, "node ended; its error is above"
        found: dict[str, Any] = json.loads(line)
        return found

    async def stop(self) -> None:
        """End the process. Idempotent."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            await self._process.wait()
        self._process = None
