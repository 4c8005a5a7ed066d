"""Which purposes *Send* names, and which are in force: the model of the face, run by Node."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.desk.faces import FACES, installed

pytestmark = pytest.mark.requires("npm")

Named = Callable[..., tuple[list[str], list[str], list[str]]]
NOW_MS = 1_795_000_000_000
"""2026-11-18T11:06:40Z."""

HELP = {"purpose": "help", "version": 2, "allows": ["transcript", "personal"]}
CALL = {"purpose": "call", "version": 1, "allows": ["callback"]}
LEARN = {"purpose": "learn", "version": 1, "allows": ["learning"]}
BOTH = {"purpose": "both", "version": 1, "allows": ["transcript", "callback"]}


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Named:
    """Ids of the purposes that are given, that a tap on *Send* agrees to, and that are offered apart."""
    bundle = tmp_path_factory.mktemp("standing") / "standing.mjs"
    esbuild = installed() / "node_modules" / ".bin" / "esbuild"
    source = FACES / "widget" / "consent" / "standing.ts"
    command = [str(esbuild), str(source), "--format=esm", f"--outfile={bundle}", "--log-level=error"]
    subprocess.run(command, check=True, timeout=60)
    return lambda *given: _named(bundle, *given)


def _named(
    bundle: Path, purposes: list[Any], in_force: list[Any], missing: tuple[str, ...] = ()
) -> tuple[list[str], list[str], list[str]]:
    script = f"""import {{ standing }} from {json.dumps(bundle.as_uri())}
    const found = standing({json.dumps(purposes)}, {json.dumps(in_force)}, {json.dumps(missing)}, {NOW_MS})
    console.log(JSON.stringify([found.given, found.asked, found.more].map(list => list.map(one => one.purpose))))"""
    command = ["node", "--input-type=module", "--eval", script]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    given, asked, more = json.loads(ran.stdout)
    return given, asked, more


def consent(purpose: dict[str, Any], *, version: int | None = None, expires: str = "2026-11-19T00:00:00Z") -> Any:
    """A consent in force."""
    return {"purpose": purpose["purpose"], "version": version or purpose["version"], "expires": expires}


CASES: dict[str, tuple[tuple[Any, ...], tuple[list[str], list[str], list[str]]]] = {
    "each step is named once": (([HELP, BOTH, LEARN], []), ([], ["help", "both"], [])),
    "one purpose for both steps": (([BOTH, HELP, CALL], []), ([], ["both"], [])),
    "what no question needs is offered apart": (([LEARN], []), ([], [], ["learn"])),
    "it is offered when nothing else is asked for": (([BOTH, LEARN], [consent(BOTH)]), (["both"], [], ["learn"])),
    "a step that was left out": (([LEARN], [], ("learning",)), ([], ["learn"], [])),
    "what is given is not asked for": (([HELP, CALL], [consent(HELP)]), (["help"], ["call"], [])),
    "another version is none": (([HELP], [consent(HELP, version=1)]), ([], ["help"], [])),
    "it has ended": (([HELP], [consent(HELP, expires="2026-11-18T11:06:40Z")]), ([], ["help"], [])),
    "its end cannot be read": (([HELP], [consent(HELP, expires="never")]), ([], ["help"], [])),
    "of a purpose that the island has no more": (([HELP], [consent(CALL)]), ([], ["help"], [])),
}


@pytest.mark.parametrize("case", CASES)
def test_standing(named: Named, case: str) -> None:
    """What is in force, what the next tap names, and what is offered apart."""
    given, expected = CASES[case]

    assert expected == named(*given)
