"""What a viewer agreed to, with her ticket: in force, not verified, and taken back while the page shows it."""

from datetime import datetime
from typing import Any

import msgspec
import pytest
from playwright.async_api import expect

from edge.consent import given_record, sign_record, withdrawal_record
from edge.host import utc_now
from edge.records import IslandName
from edge.records.consent import ConsentRecord, PersonalStep, PurposeText, SignedPurpose
from edge.trust import PopSigner
from tests.browser.desk.desk_page import Person, TestedDesk, sent

pytestmark = [pytest.mark.journey, pytest.mark.requires("chromium"), pytest.mark.asyncio(loop_scope="module")]

NAME, OWN, OTHER = IslandName("northwind", "drop"), PopSigner(bytes(32)), PopSigner(bytes(range(32)))
TEXT = PurposeText(locale="en", document=b"{}", digest="", signature_input="", signature="")
PURPOSE = SignedPurpose(id="help", version=1, allows=(PersonalStep.TRANSCRIPT,), valid_s=86_400, texts=(TEXT,))
HIDDEN = "Her earlier questions are not shown"


def given(viewer: str, now: datetime) -> ConsentRecord:
    """The consent of a viewer."""
    return given_record(
        [(PURPOSE, TEXT)], record_id=f"r-{viewer}", subject=viewer * 32, name=NAME, revision=3, pop="fra-1", now=now
    )


def consented(number: int, question: str, viewer: str, now: datetime) -> dict[str, Any]:
    """A ticket of a viewer who had agreed, with what she asked before."""
    one = {"purpose": "help", "version": 1, "record": f"r-{viewer}", "at": now, "allows": ["transcript"]}
    turn = {"at": now, "text": f"before {question}", "outcome": "answer", "snippet": "shipping-time"}
    stated = {"allows": ["transcript"], "given": [one], "subject": viewer * 32}
    return sent(number, question) | {"consented": stated, "transcript": [turn]}


async def post(desk: TestedDesk, record: ConsentRecord, signer: PopSigner) -> None:
    """The PoP delivers a record."""
    message = sign_record(record, island=str(NAME), sign=signer.sign_as, public=signer.public)
    headers = {"Authorization": f"Bearer {desk.pop_token}", "Idempotency-Key": message.id}
    data = msgspec.json.encode(message)
    async with desk.http.post(f"{desk.url}/v1/tickets", data=data, headers=headers) as reply:
        assert 200 == reply.status, await reply.text()


async def test_consent_next_to_its_ticket(desk: TestedDesk, anna: Person) -> None:
    """The transcript is there, and leaves the page as soon as it is taken back, or its record is not verified."""
    now = utc_now()
    await desk.take(consented(1, "is it waterproof?", "a", now), consented(2, "is it warm?", "b", now))
    await post(desk, given("a", now), OWN)
    await anna.row("is it waterproof?").click()
    await anna.sees("version 1, in force")
    await anna.sees("before is it waterproof?")
    withdrawn = withdrawal_record(
        ["help"], record_id="w-1", subject="a" * 32, name=NAME, revision=3, pop="fra-1", now=utc_now(), withdraws=[]
    )
    await post(desk, withdrawn, OWN)
    await anna.sees("version 1, taken back or ended")
    await anna.sees(f"{HIDDEN}: she does not agree to that.")
    await expect(anna.page.get_by_text("before is it waterproof?")).to_have_count(0)

    await anna.row("is it warm?").click()
    await anna.sees("before is it warm?")
    await post(desk, given("b", now), OTHER)
    await anna.sees("version 1, not verified: another key than the PoP's signed it")
    await anna.sees(f"{HIDDEN}: what she agreed to is not verified.")
    await expect(anna.page.get_by_text("before is it warm?")).to_have_count(0)
