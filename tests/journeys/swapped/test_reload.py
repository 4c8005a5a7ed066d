"""PoP and publisher are told to read their files again: by SIGHUP, and by a command that says what became of each."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from edge.cli.demo import SKERRY, Harness
from tests.journeys.swapped.said import until_said

pytestmark = pytest.mark.journey

TOKENS = "tokens"


async def run(*words: object) -> tuple[int, str, str]:
    """A command, to its end: exit status, stdout, stderr."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*SKERRY, *map(str, words), stdout=pipe, stderr=pipe)
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def start_both(harness: Harness) -> Path:
    """A publisher with tokens and a PoP that has one; gives the file of the PoP's token."""
    token, tokens = harness.folder / "token", harness.folder / TOKENS
    _, text, _ = await run("publisher", "token", "demo-pop", "--tokens", tokens)
    token.touch(mode=0o600)
    token.write_text(text)
    words = ("--home", harness.home, "--port", harness.publisher_port, "--tokens", tokens)
    await harness._start("publisher", *SKERRY, "publisher", "serve", *map(str, words))
    await harness._wait_live("publisher", harness.publisher_url)
    harness.more_settings = '[people]\ndesk_tokens_file = "desks"\n'
    desks = harness.folder / "desks"
    desks.touch(mode=0o600)
    desks.write_text(f"* {'t' * 24}\n")
    await harness.start_pop()
    return desks


async def test_sighup_ends_nothing(harness: Harness) -> None:
    """Both go on with the same process, and say that they have read their files."""
    await start_both(harness)
    for process in ("publisher", "pop"):
        number = harness.process_id(process)
        for times in (1, 2):
            os.kill(number, signal.SIGHUP)
            await until_said(harness, process, "files were read again on request", times=times)
        assert number == harness.process_id(process)
    await until_live(harness)


async def until_live(harness: Harness) -> None:
    """Both still answer."""
    await harness._wait_live("publisher", harness.publisher_url)
    await harness._wait_live("pop", harness.pop_url)


async def test_reload_of_a_pop(harness: Harness) -> None:
    """Each file with what became of it; exit status 1 and the reason if one cannot be used."""
    desks = await start_both(harness)
    state, root = ("--state", harness.folder / "pop-state"), harness.home / "root.json"
    header, trusted = "state\tsetting\tfile\n", f"unchanged\tpublisher.trusted_root\t{root}\n"
    found = [await run("pop", "reload", *state)]
    desks.write_text("nobody\n")
    found.append(await run("pop", "reload", *state))
    why = f"{desks} line 1 is not a tenant and a token of 20 characters or more; write lines of a tenant and a token,"

    assert (0, f"{header}unchanged\tpeople.desk_tokens_file\t{desks}\n{trusted}", "") == found[0]
    assert (1, f"{header}not taken\tpeople.desk_tokens_file\t{desks}\n{trusted}") == found[1][:2]
    assert f"people.desk_tokens_file is not taken, the old one stays in force: {why}" in found[1][2]


async def test_reload_of_a_publisher(harness: Harness) -> None:
    """It is told by the socket in its home; a second server of the home leaves the first one its socket."""
    await start_both(harness)
    tokens = harness.folder / TOKENS
    await harness._start("second", *SKERRY, "publisher", "serve", "--home", str(harness.home), "--port", "0")
    await until_said(harness, "second", "admin socket cannot be opened, no command reaches this publisher")
    await run("publisher", "token", "fra-2", "--tokens", tokens)
    status, out, err = await run("publisher", "reload", "--home", harness.home)

    # It may have seen the change by itself.
    assert (0, "") == (status, err)
    assert out in {f"state\tsetting\tfile\n{state}\t--tokens\t{tokens}\n" for state in ("took effect", "unchanged")}

    await harness.stop("publisher")
    status, _, err = await run("publisher", "reload", "--home", harness.home)
    assert 1 == status
    assert f"start it with: skerry publisher serve --home {harness.home}" in err
