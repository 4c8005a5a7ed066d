"""Secrets that are replaced under a running PoP: from one look on the new ones are good, and the old ones no more."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from standardwebhooks import Webhook
from structlog.testing import capture_logs

from edge.host.admin import AdminPeer, call_admin
from edge.host.watched import FileReports
from tests.daemon.conftest import Run, RunningPop
from tests.pen import DROP
from tests.waiting import until_true

OLD, NEW = "o" * 44, "n" * 44
SIGNING = {OLD: "whsec_b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xk", NEW: "whsec_bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3"}

NAMES = (
    "people.desk_tokens_file",
    "sessions.key_file",
    "http.trusted_ingests.tokens_file",
    "origin.webhook_secret_files",
)


def write(folder: Path, secret: str) -> None:
    """Put `secret` into every file, each in its form."""
    contents = {"desks": f"* {secret}", "sessions": secret, "ingests": secret, "webhooks": SIGNING[secret]}
    for name, content in contents.items():
        new = folder / f"{name}.new"
        new.touch(mode=0o600)
        new.write_text(content + "\n")
        new.rename(folder / name)


async def reload(folder: Path) -> dict[str, str]:
    """What the PoP says of each file."""
    peer = AdminPeer(folder / "state", kind="PoP", start="skerry pop serve", typed="skerry", timeout_s=20)
    body = await asyncio.to_thread(call_admin, peer, "/v1/reload", {})
    return {report.name: report.state for report in msgspec.json.decode(body, type=FileReports).files}


async def is_good(pop: RunningPop, session: str, secret: str) -> dict[str, bool]:
    """Whether the PoP takes each secret, and a session that was made with it."""
    question = msgspec.json.encode({"island": str(DROP), "text": "price?"})

    async def status(path: str, body: bytes, **headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with pop.http.post(pop.url + path, data=body, headers=named) as reply:
            return reply.status

    event, now = b'{"type": "ticket.resolved", "data": {"ticket": "none"}}', int(time.time())
    signature = Webhook(SIGNING[secret]).sign("m", datetime.fromtimestamp(now, UTC), event.decode())
    signed = {"webhook_id": "m", "webhook_timestamp": str(now), "webhook_signature": signature}
    return {
        "people.desk_tokens_file": (await pop.get("/v1/stats", Authorization=f"Bearer {secret}"))[0] == 200,
        "sessions.key_file": await status("/v1/ask", question, Authorization=session) < 400,
        "http.trusted_ingests.tokens_file": await status("/v1/ask", question, Skerry_Ingest_Token=secret) < 400,
        # An event that is believed is about a ticket that nobody knows.
        "origin.webhook_secret_files": await status("/v1/webhooks/default", event, **signed) == 404,
    }


def have_taken(lines: Sequence[Mapping[str, object]]) -> int:
    """How many files took effect, by the log."""
    return len([line for line in lines if line["event"] == "file took effect"])


async def new_session(pop: RunningPop) -> str:
    """A session of the PoP's own, as a header shows it."""
    return f"Bearer {(await pop.post({'island': str(DROP)}, path='/v1/sessions'))[1]['session']}"


@pytest.mark.parametrize("first", ["asked for", "by itself"])
async def test_secrets_that_are_replaced(run: Run, tmp_path: Path, first: str) -> None:
    """All four kinds, by a command, and without one."""
    await asyncio.to_thread(write, tmp_path, OLD)
    sections = {
        "people": {"desk_tokens_file": "desks"},
        "sessions": {"key_file": "sessions"},
        "http": {"port": 0, "trusted_ingests": {"tokens_file": "ingests"}},
    }
    async with run(**sections, origin={"url": "http://127.0.0.1:1/", "webhook_secret_files": ["webhooks"]}) as pop:
        old = await new_session(pop)
        assert dict.fromkeys(NAMES, True) == await is_good(pop, old, OLD)

        with capture_logs() as lines:
            await asyncio.to_thread(write, tmp_path, NEW)
            if first == "asked for":
                states = await reload(tmp_path)
            else:
                await until_true(lambda: have_taken(lines) == len(NAMES), "all files in force")
                states = dict.fromkeys(NAMES, "took effect") | {"publisher.trusted_root": "unchanged"}

        assert dict.fromkeys(NAMES, "took effect") | {"publisher.trusted_root": "unchanged"} == states
        assert dict.fromkeys(NAMES, False) == await is_good(pop, old, OLD)
        assert dict.fromkeys(NAMES, True) == await is_good(pop, await new_session(pop), NEW)
        assert dict.fromkeys(states, "unchanged") == await reload(tmp_path)
        assert not any(secret in str(lines) for pair in SIGNING.items() for secret in pair)
