"""Consent records come to a desk: stored once, from their own PoP, and they decide what a ticket shows."""

import asyncio
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from structlog.testing import capture_logs

from edge.consent import given_record, sign_record, withdrawal_record
from edge.desk.access import set_pop_keys, tokens_path
from edge.records import IslandName
from edge.records.consent import ConsentMessage, PersonalStep, PurposeText, SignedPurpose, record_of
from edge.trust import PopSigner
from tests.desk.desk import NOON, Caller, RunningDesk, body, tid
from tests.waiting import until

NAME, SUBJECT, SIGNER = IslandName("northwind", "drop"), "ab" * 16, PopSigner(bytes(32))
TEXT = PurposeText(locale="en", document=b"{}", digest="", signature_input="", signature="")
PURPOSE = SignedPurpose(id="help", version=1, allows=(PersonalStep.TRANSCRIPT,), valid_s=86_400, texts=(TEXT,))
AFTER = timedelta(seconds=9)
CONSENTED: dict[str, Any] = {
    "allows": ["transcript"],
    "given": [{"purpose": "help", "version": 1, "record": "r-1", "at": NOON, "allows": ["transcript"]}],
    "subject": SUBJECT,
}


def given(pop: str = "fra-1") -> ConsentMessage:
    """A consent that a PoP took."""
    record = given_record([(PURPOSE, TEXT)], record_id="r-1", subject=SUBJECT, name=NAME, revision=3, pop=pop, now=NOON)
    return sign_record(record, island=str(NAME), sign=SIGNER.sign_as, public=SIGNER.public)


def withdrawn(*ends: str) -> ConsentMessage:
    """Its withdrawal, which names these records."""
    record = withdrawal_record(
        ["help"],
        record_id="w-1",
        subject=SUBJECT,
        name=NAME,
        revision=3,
        pop="fra-1",
        now=NOON + timedelta(seconds=5),
        withdraws=ends,
    )
    return sign_record(record, island=str(NAME), sign=SIGNER.sign_as, public=SIGNER.public)


async def post(pop: Caller, message: ConsentMessage) -> tuple[int, dict[str, Any]]:
    """Status and document of a message under its own key."""
    return await pop.post("/v1/tickets", msgspec.json.encode(message), **{"Idempotency-Key": message.id})


async def test_withdrawal_hides_the_transcript_at_once(pop: Caller, anna: Caller) -> None:
    """The agent sees what was agreed to, and that it is not any more; the question stays."""
    await pop.post("/v1/tickets", body(1, consented=CONSENTED, transcript=[{"text": "before"}]))
    _, before = await anna.get(f"/v1/tickets/{tid(1)}")
    answers = [await post(pop, message) for message in (given(), given(), withdrawn("r-1"))]
    _, after = await anna.get(f"/v1/tickets/{tid(1)}")

    assert [(200, True), (200, False), (200, True)] == [(status, document["new"]) for status, document in answers]
    assert (["before"], True) == (
        [turn["text"] for turn in before["ticket"]["transcript"]],
        before["consent"]["purposes"][0]["in_force"],
    )
    assert ([], True, False) == (
        after["ticket"]["transcript"],
        after["consent"]["hides_transcript"],
        after["consent"]["purposes"][0]["in_force"],
    )
    assert before["ticket"]["text"] == after["ticket"]["text"]


@pytest.mark.parametrize("ends", [("r-1",), ()], ids=["named", "by a PoP that knows no record"])
async def test_page_that_shows_the_transcript_reads_the_ticket_again(
    pop: Caller, anna: Caller, ends: tuple[str, ...]
) -> None:
    """The withdrawal is news of its row, but not of a row whose ticket nobody has read."""
    for number in (1, 2):
        await pop.post("/v1/tickets", body(number, f"question {number}", consented=CONSENTED, transcript=[{}]))
    _, shown = await anna.get(f"/v1/tickets/{tid(1)}")
    async with anna.stream("/v1/changes") as stream:
        await stream.of("all")
        await post(pop, withdrawn(*ends))
        await anna.post(f"/v1/tickets/{tid(2)}/claim", b"{}")
        news = [msgspec.json.decode((await stream.of("row"))["data"])["row"] for _ in range(2)]
    _, other = await anna.get(f"/v1/tickets/{tid(2)}")

    assert [shown["row"], other["row"]] == news


async def test_records_that_are_refused(pop: Caller) -> None:
    """Of another PoP, tampered with, or no record: none is sent again."""
    alien = await post(pop, given("ams-1"))
    forged = await post(pop, msgspec.structs.replace(given(), signature=withdrawn().signature))
    keyless = await post(pop, msgspec.structs.replace(given(), key="?"))
    status, problem = await pop.post("/v1/tickets", b"{}", **{"Idempotency-Key": given().id})

    assert (403, "unauthorised") == (alien[0], alien[1]["reason"])
    assert (422, "signature_invalid") == (forged[0], forged[1]["reason"])
    assert (422, "malformed") == (keyless[0], keyless[1]["reason"]) == (status, problem["reason"])


async def test_nothing_is_learnt_without_consent(pop: Caller, anna: Caller) -> None:
    """An export has questions of islands that ask for none, and of viewers who agree."""
    learning = {**CONSENTED, "given": [{**CONSENTED["given"][0], "allows": ["learning"]}]}
    for number, fields in enumerate(({}, {"consented": CONSENTED}, {"consented": learning}), start=1):
        await pop.post("/v1/tickets", body(number, f"question {number}", **fields))
        await anna.post(f"/v1/tickets/{tid(number)}/resolve", b"{}")
    async with anna.session.get(f"{anna.url}/v1/export", headers=anna.headers) as response:
        exported = await response.read()

    questions = [msgspec.json.decode(line)["question"] for line in exported.splitlines()]
    assert ["question 1", "question 3"] == questions


async def test_record_by_another_key_is_not_verified_until_that_is_named(
    pop: Caller, anna: Caller, served: RunningDesk
) -> None:
    """Neither hidden nor believed: the agent sees it, and no transcript. After a rotation the operator names both."""
    await post(pop, withdrawn())
    thief = PopSigner(bytes(range(32)))
    await pop.post("/v1/tickets", body(1, consented=CONSENTED, transcript=[{"text": "before"}]))
    _, before = await anna.get(f"/v1/tickets/{tid(1)}")
    record = record_of(given())
    later = msgspec.structs.replace(record, event=msgspec.structs.replace(record.event, event_time=NOON + AFTER))
    foreign = sign_record(later, island=str(NAME), sign=thief.sign_as, public=thief.public)
    with capture_logs() as lines:
        status, _ = await post(pop, foreign)
    _, unverified = await anna.get(f"/v1/tickets/{tid(1)}")
    await asyncio.to_thread(set_pop_keys, tokens_path(served.home), "fra-1", [SIGNER.public, thief.public])
    await served.reload()

    async def is_verified() -> bool:
        _, about = await anna.get(f"/v1/tickets/{tid(1)}")
        return bool(about["consent"]["purposes"][0]["verified"])

    await until(is_verified, "the named key to be believed")
    _, named = await anna.get(f"/v1/tickets/{tid(1)}")

    assert 200 == status
    assert (False, True) == (before["consent"]["purposes"][0]["in_force"], before["consent"]["purposes"][0]["verified"])
    assert (False, False) == (
        unverified["consent"]["purposes"][0]["in_force"],
        unverified["consent"]["purposes"][0]["verified"],
    )
    assert [] == unverified["ticket"]["transcript"]
    assert ["before"] == [turn["text"] for turn in named["ticket"]["transcript"]]
    assert ("warning", "fra-1", thief.public.hex()) in [
        (one["log_level"], one.get("pop"), one.get("key")) for one in lines
    ]


async def test_records_are_believed_by_the_keys_that_were_named(pop: Caller, served: RunningDesk) -> None:
    """A new token of the PoP changes nothing about that, and without any key each is believed."""
    answers = list[tuple[int, str]]()
    for keys in ([bytes(32)], [bytes(32), SIGNER.public], []):
        await asyncio.to_thread(set_pop_keys, tokens_path(served.home), "fra-1", keys)
        pop = await served.new("fra-1")
        status, document = await post(pop, given())
        answers.append((status, document.get("reason", "")))

    assert [(422, "signature_invalid"), (200, ""), (200, "")] == answers
