"""Runs schemathesis against a real server, by the description that the server gives of itself."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from tests.contract.servers import Served, description

EXCEPTIONS = Path(__file__).with_name("exceptions.toml")
STREAM = "text/event-stream"


def streams(document: dict[str, Any]) -> list[str]:
    """Ids of the operations that may not end: `tests/…/test_*stream*` and `test_sse` have them."""
    return [
        operation["operationId"]
        for item in document["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict) and STREAM in operation["responses"].get("200", {}).get("content", {})
    ]


async def fuzz(
    served: Served,
    folder: Path,
    *,
    examples: int,
    seed: int,
    checks: str = "all",
    phases: str = "examples,coverage,fuzzing,stateful",
    timeout_s: float = 80,
) -> tuple[int, str]:
    """Exit status and output of schemathesis for every operation that ends: 0 if all checks hold."""
    document = await description(served)
    config = folder / f"{served.name}.toml"
    await asyncio.to_thread(config.write_text, _config(served, streams(document)))
    command = [
        "-m", "schemathesis.cli", "--config-file", str(config), "run", served.url + "/openapi.json",
        "--url", served.url, "--checks", checks, "--phases", phases,
        "--max-examples", str(examples), "--seed", str(seed),
        "--workers", "1", "--no-color", "--continue-on-failure", "--generation-database", "none",
        "--request-timeout", "20", "--warnings", "off",
    ]  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command,
        cwd=folder,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        async with asyncio.timeout(timeout_s):
            output, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    return process.returncode or 0, output.decode()


def _config(served: Served, left_out: list[str]) -> str:
    """The exceptions, and what only this server's test knows."""
    parts = []
    for name, parameters in served.pinned.items():
        pins = ", ".join(f"{json.dumps(key)} = {json.dumps(value)}" for key, value in parameters.items())
        parts.append(f"[[operations]]\ninclude-operation-id = {json.dumps(name)}\nparameters = {{ {pins} }}")
    parts += [f"[[operations]]\ninclude-operation-id = {json.dumps(name)}\nenabled = false" for name in left_out]
    tokens = [f"[auth.openapi.{name}]\nbearer = {json.dumps(token)}" for name, token in served.tokens.items()]
    return "\n\n".join([EXCEPTIONS.read_text(encoding="utf-8"), *tokens, *parts]) + "\n"
