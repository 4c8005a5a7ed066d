"""Consent over HTTP: given, taken back, by one tap; and what a ticket has with it and without."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import structs

from edge.cli.demo.origin import DemoOrigin
from edge.consent import MAX_REPEATED, verify_message
from edge.errors import DiskFullError, StorageError
from edge.records.consent import ConsentMessage, ConsentState, PersonalStep, record_of
from edge.store.consents import ConsentRows
from edge.store.files import Reserve
from edge.store.outbox import Outbox
from edge.store.secrets import read_public_key
from tests.daemon.conftest import RunningPop, running_pop, running_publisher
from tests.daemon.consenting.conftest import HELP, IMPROVE, ODD, Viewer, new_viewer
from tests.daemon.ledger.test_ledger_http import proven
from tests.pen import DROP, Pen

DESK = "northwind-desk-token-000001"
FIRST = "when does the drop start"
"""A question that the machine answers, so that people do not have the session yet."""


def fails(*_arguments: Any, **_options: Any) -> int:
    """A disk that cannot be written."""
    raise StorageError("the disk fails")


async def test_without_consent_the_ticket_has_the_question_and_no_transcript(viewer: Viewer) -> None:
    """The question was sent to be answered; what came before it was not sent to people."""
    await viewer.ask(FIRST)
    response = await viewer.ask()

    ticket = await viewer.ticket_of(response)

    assert (ODD, []) == (ticket["text"], ticket["transcript"])
    assert ["transcript"] == response["consent_missing"] == ticket["consented"]["missing"]


async def test_one_tap_asks_consents_and_records(viewer: Viewer) -> None:
    """The ticket of the same request has the transcript already, and names the record."""
    await viewer.ask(FIRST)
    status, response = await viewer.post("/v1/fastpath", text=ODD, gives=[HELP])

    ticket = await viewer.ticket_of(response)

    assert 202 == status
    assert [FIRST] == [turn["text"] for turn in ticket["transcript"]]
    assert [response["consent"]["record"]] == [one["record"] for one in ticket["consented"]["given"]]
    assert ["transcript", "callback", "personal"] == response["consent"]["allows"] == ticket["consented"]["allows"]
    assert "consent_missing" not in response


async def test_consent_and_withdrawal_are_leaves(viewer: Viewer) -> None:
    """Each has a proof that names its kind, and neither its viewer nor its purpose."""
    _, given = await viewer.post("/v1/fastpath", text=FIRST, gives=[HELP])
    _, taken_back = await viewer.post("/v1/consent", takes_back=["help"])

    proofs = [await proven(viewer.pop, leaf) for leaf in (given["leaf"], given["consent"]["leaf"], taken_back["leaf"])]

    assert ["decision", "consent", "withdrawal"] == [json.loads(one["entry"])["kind"] for one in proofs]
    assert all("help" not in one["entry"] for one in proofs)


async def test_masks_end_where_the_viewer_agreed(
    pen: Pen, asking_home: Path, configured: Callable[..., Any], origin: DemoOrigin
) -> None:
    """People get an address as it was written only from a viewer who agreed to `contact`; the ledger never does."""
    source = pen.asking.source
    assert source.consent is not None
    help_ = structs.replace(source.consent.purposes["help"], allows=(PersonalStep.CONTACT,))
    consent = structs.replace(source.consent, purposes={"help": help_})
    contact = structs.replace(pen.asking, source=structs.replace(source, consent=consent))
    await asyncio.to_thread(pen.publish, asking_home, contact)
    text = "my cousin's parrot wants a reply at polly@example.com"
    async with running_publisher(asking_home) as url, running_pop(configured(url), origin) as pop:
        await pop.until_served()
        viewer, other = await new_viewer(pop), await new_viewer(pop)
        masked = await other.ask(text)
        _, given = await viewer.post("/v1/fastpath", text=text, gives=[HELP])
        tickets = [(await one.ticket_of(response))["text"] for one, response in ((other, masked), (viewer, given))]

    assert (["mail"], None) == (masked["masked"], given.get("masked"))
    assert ["my cousin's parrot wants a reply at [mail]", text] == tickets


async def test_record_reaches_origin_and_verifies_by_the_archived_key(
    viewer: Viewer, asking_pop: RunningPop, tmp_path: Path
) -> None:
    """What origin has is a record after ISO/IEC TS 27560, signed by the PoP's key, without the session's name."""
    _, given = await viewer.post("/v1/consent", gives=[HELP, IMPROVE])
    _, taken_back = await viewer.post("/v1/consent", takes_back=["improve"])
    messages = {ConsentMessage.id_of(given["record"]), ConsentMessage.id_of(taken_back["record"])}
    await asking_pop.until_at_origin(messages)

    archived = await asyncio.to_thread(read_public_key, tmp_path / "one" / "state")
    assert archived is not None
    records = [
        verify_message(msgspec.convert(asking_pop.origin.tickets[one], ConsentMessage), keys=[archived])
        for one in sorted(messages, key=[*asking_pop.origin.tickets].index)
    ]

    assert [ConsentState.GIVEN, ConsentState.WITHDRAWN] == [record.event.event_state for record in records]
    assert (given["record"],) == records[1].event.withdraws
    assert records[0].pii_principal_id == records[1].pii_principal_id


async def test_take_back_in_the_middle_of_a_conversation(viewer: Viewer) -> None:
    """From then on people get no earlier turns; a ticket of before keeps what it had."""
    await viewer.post("/v1/fastpath", text=FIRST, gives=[HELP])
    _, after = await viewer.post("/v1/consent", takes_back=["help"])

    ticket = await viewer.ticket_of(await viewer.ask())

    assert ([], [], None) == (after["in_force"], after["allows"], after["token"])
    assert [] == ticket["transcript"]


async def test_withdrawals_of_one_session_have_a_bound(viewer: Viewer) -> None:
    """Those that end nothing: 16 an hour. One that ends a consent is always taken."""
    statuses = [(await viewer.post("/v1/consent", takes_back=["help"]))[0] for _ in range(MAX_REPEATED + 2)]
    await viewer.post("/v1/consent", gives=[HELP])
    ended, now = await viewer.post("/v1/consent", takes_back=["help"])

    assert [200] * MAX_REPEATED + [429] * 2 == statuses
    assert (200, []) == (ended, now["in_force"])


async def test_consent_after_a_withdrawal_is_a_new_one(viewer: Viewer) -> None:
    """She may change her mind. The token of the old consent stays without effect."""
    _, first = await viewer.post("/v1/consent", gives=[HELP])
    await viewer.post("/v1/consent", takes_back=["help"])
    replayed = await viewer.ticket_of(await viewer.ask(consent=first["token"]))
    _, second = await viewer.post("/v1/consent", gives=[HELP])

    assert ([], "") == (replayed["consented"]["allows"], replayed["consent"])
    assert first["record"] != second["record"]
    assert [second["record"]] == [one["record"] for one in second["in_force"]]


async def test_consent_and_withdrawal_survive_a_restart(
    asking_home: Path, configured: Callable[..., Any], origin: DemoOrigin
) -> None:
    """Both were durable before their responses."""
    async with running_publisher(asking_home) as publisher_url:
        config = configured(publisher_url)
        async with running_pop(config, origin) as pop:
            await pop.until_served()
            viewer = await new_viewer(pop)
            await viewer.post("/v1/consent", gives=[HELP, IMPROVE])
            await viewer.post("/v1/consent", takes_back=["improve"])
        async with running_pop(config, origin) as pop:
            await pop.until_served()
            _, now = await Viewer(pop, viewer.session).post("/v1/consent")

    assert ["help"] == [one["purpose"] for one in now["in_force"]]


async def test_another_pop_believes_the_token(
    asking_home: Path, configured: Callable[..., Any], origin: DemoOrigin
) -> None:
    """A PoP of the same fleet knows neither the record nor the first PoP's key, and a stranger's token is refused."""
    async with running_publisher(asking_home) as publisher_url:
        async with running_pop(configured(publisher_url), origin) as pop:
            await pop.until_served()
            viewer, stranger = await new_viewer(pop), await new_viewer(pop)
            _, given = await viewer.post("/v1/consent", gives=[HELP])
        async with running_pop(configured(publisher_url, "two"), origin) as pop:
            await pop.until_served()
            here, there = Viewer(pop, viewer.session), Viewer(pop, stranger.session)
            await here.ask(FIRST)
            ticket = await here.ticket_of(await here.ask(consent=given["token"]))
            status, refused = await there.post("/v1/consent", token=given["token"])
            foreign = await there.ask(consent=given["token"])
            # Taken back here: the record of the other PoP is ended by name.
            _, ended = await here.post("/v1/consent", takes_back=["help"], token=given["token"])

    assert [FIRST] == [turn["text"] for turn in ticket["transcript"]]
    assert (403, "token_invalid") == (status, refused["reason"])
    assert foreign["ticket"]
    assert [] == ended["in_force"]


async def test_strangers_who_take_back_do_not_fill_the_disk(
    asking_home: Path, configured: Callable[..., Any], origin: DemoOrigin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sessions that gave nothing have a share. Beyond it a consent of another PoP is ended by its token."""
    monkeypatch.setattr("edge.store.consents.rows.MIN_UNNAMED", 2)
    taken_back = {"takes_back": ["help"]}
    async with running_publisher(asking_home) as publisher_url:
        async with running_pop(configured(publisher_url), origin) as pop:
            await pop.until_served()
            viewer = await new_viewer(pop)
            _, given = await viewer.post("/v1/consent", gives=[HELP])
        async with running_pop(configured(publisher_url, "two", outbox={"max_consents": 9}), origin) as pop:
            await pop.until_served()
            strangers = [await new_viewer(pop) for _ in range(4)]
            answers = [await one.post("/v1/consent", **taken_back) for one in strangers[:3]]
            # Whose consent this PoP took, and whose it is shown.
            await strangers[3].post("/v1/consent", gives=[HELP])
            known, _ = await strangers[3].post("/v1/consent", **taken_back)
            shown, ended = await Viewer(pop, viewer.session).post("/v1/consent", **taken_back, token=given["token"])
            ticket = await viewer.ticket_of(await Viewer(pop, viewer.session).ask(consent=given["token"]))

    assert [200, 200, 429] == [status for status, _ in answers]
    assert ("rate_limited", True) == (answers[2][1]["reason"], "show the token" in answers[2][1]["detail"])
    assert (200, 200, []) == (known, shown, ended["in_force"])
    assert [] == ticket["consented"]["allows"]


async def test_withdrawal_that_the_disk_refused_is_sent_again(
    viewer: Viewer, asking_pop: RunningPop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It holds meanwhile. The next one names the same consent, so it has room on a full disk as well."""
    _, given = await viewer.post("/v1/consent", gives=[HELP])
    with monkeypatch.context() as broken:
        broken.setattr(Outbox, "put_many", fails)
        refused, _ = await viewer.post("/v1/consent", takes_back=["help"])
    _, now = await viewer.post("/v1/consent")
    status, again = await viewer.post("/v1/consent", takes_back=["help"])
    message = ConsentMessage.id_of(again["record"])
    await asking_pop.until_at_origin({message})

    record = record_of(msgspec.convert(asking_pop.origin.tickets[message], ConsentMessage))
    assert (503, [], 200) == (refused, now["in_force"], status)
    assert (given["record"],) == record.event.withdraws


async def test_bad_input_about_consent(viewer: Viewer, asking_pop: RunningPop) -> None:
    """Each says what was expected, and changes nothing."""
    outdated = await viewer.post("/v1/consent", gives=[{"purpose": "help", "version": 2}])
    unknown = await viewer.post("/v1/consent", gives=[{"purpose": "marketing", "version": 1}])
    language = await viewer.post("/v1/consent", gives=[{**HELP, "locale": "tlh"}])
    twice = await viewer.post("/v1/consent", gives=[HELP, HELP])
    both = await viewer.post("/v1/consent", gives=[HELP], takes_back=["help"])
    forged = await viewer.post("/v1/consent", token="skc1.AAAA")
    outdated_tap = await viewer.post("/v1/fastpath", text=ODD, gives=[{"purpose": "help", "version": 2}])
    nobody, document, _ = await asking_pop.post({"island": str(DROP), "gives": [HELP]}, path="/v1/consent")
    _, now = await viewer.post("/v1/consent")

    found = [
        (status, problem["reason"])
        for status, problem in (outdated, unknown, language, twice, both, forged, outdated_tap, (nobody, document))
    ]
    assert [
        (409, "contradictory"),
        (404, "not_found"),
        (404, "not_found"),
        (422, "malformed"),
        (422, "malformed"),
        (403, "token_invalid"),
        (409, "contradictory"),
        (401, "session_invalid"),
    ] == found
    assert [] == now["in_force"]


async def test_full_store_refuses_consent_and_takes_withdrawals(
    asking_home: Path, configured: Callable[..., Any], origin: DemoOrigin
) -> None:
    """The personal step is left out then; the question is answered all the same."""
    async with (
        running_publisher(asking_home) as publisher_url,
        running_pop(configured(publisher_url, outbox={"max_consents": 1}), origin) as pop,
    ):
        await pop.until_served()
        first, second = await new_viewer(pop), await new_viewer(pop)
        await first.post("/v1/consent", gives=[HELP])
        status, refused = await second.post("/v1/consent", gives=[HELP])
        await second.ask(FIRST)
        tapped = await second.post("/v1/fastpath", text=ODD, gives=[HELP])
        ticket = await second.ticket_of(tapped[1])
        taken_back, ended = await first.post("/v1/consent", takes_back=["help"])

    assert (503, "storage") == (status, refused["reason"])
    assert (202, None, []) == (tapped[0], tapped[1]["consent"]["record"], ticket["transcript"])
    assert (200, []) == (taken_back, ended["in_force"])


async def test_full_disk_refuses_consent_and_leaves_answers(viewer: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The button of the first screen works on: what needs no disk is answered, and no consent is said to be taken."""

    def require_room(_reserve: Reserve, **_also: int) -> None:
        raise DiskFullError("no room")

    monkeypatch.setattr(Reserve, "require_room", require_room)
    status, answered = await viewer.post("/v1/fastpath", text=FIRST, gives=[HELP])
    refused, _ = await viewer.post("/v1/fastpath", text=ODD, gives=[HELP])

    assert (200, "answer", None, []) == (
        status, answered["outcome"], answered["consent"]["record"], answered["consent"]["in_force"],
    )  # fmt: skip
    assert 503 == refused


async def test_disk_that_cannot_be_read_leaves_answers(viewer: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    """What she agreed to is not known, so nothing of it is in force; to ask for it is refused."""

    def newest(_rows: ConsentRows, _limit: int) -> list[Any]:
        raise StorageError("the disk fails")

    monkeypatch.setattr(ConsentRows, "newest", newest)
    asked, answered = await viewer.post("/v1/ask", text=FIRST)
    status, _ = await viewer.post("/v1/consent")

    assert (200, "answer", 503) == (asked, answered["outcome"], status)


async def test_repeated_tap_makes_one_record_and_one_ticket(viewer: Viewer, asking_pop: RunningPop) -> None:
    """A page that lost the response sends the same request again."""
    body = msgspec.json.encode({"island": str(DROP), "text": ODD, "gives": [HELP]})
    headers = {"Authorization": f"Bearer {viewer.session}", "Idempotency-Key": "tap-1"}
    url = asking_pop.url + "/v1/fastpath"
    replies = []
    for _ in range(2):
        async with asking_pop.http.post(url, data=body, headers=headers) as reply:
            replies.append(msgspec.json.decode(await reply.read()))

    first, second = replies
    assert (first["ticket"], first["consent"]["record"]) == (second["ticket"], second["consent"]["record"])


async def test_tap_that_is_repeated_after_a_restart_gives_nothing_once_more(
    asking_home: Path, configured: Callable[..., Any], origin: DemoOrigin
) -> None:
    """The memory of responses is gone. What was taken back in between stays so, and there is one record."""
    body = msgspec.json.encode({"island": str(DROP), "text": ODD, "gives": [HELP]})
    given = msgspec.json.encode({"island": str(DROP), "gives": [IMPROVE]})

    async def send(pop: RunningPop, path: str, session: str, body: bytes) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {session}", "Idempotency-Key": "tap-1"}
        async with pop.http.post(pop.url + path, data=body, headers=headers) as reply:
            return dict(msgspec.json.decode(await reply.read()))

    async with running_publisher(asking_home) as publisher_url:
        config = configured(publisher_url)
        async with running_pop(config, origin) as pop:
            await pop.until_served()
            viewer = await new_viewer(pop)
            first = await send(pop, "/v1/fastpath", viewer.session, body)
            await send(pop, "/v1/consent", (other := await new_viewer(pop)).session, given)
            await viewer.post("/v1/consent", takes_back=["help"])
        async with running_pop(config, origin) as pop:
            await pop.until_served()
            again = await send(pop, "/v1/fastpath", viewer.session, body)
            kept = await send(pop, "/v1/consent", other.session, given)

    assert first["ticket"] == again["ticket"]
    assert ([], None) == (again["consent"]["in_force"], again["consent"]["record"])
    assert (["improve"], None) == ([one["purpose"] for one in kept["in_force"]], kept["record"])


async def test_purposes_are_shown_as_they_were_signed(asking_pop: RunningPop) -> None:
    """A page shows the sentence of a document that it can verify by the tenant's key."""
    status, body, reply = await asking_pop.get(f"/v1/islands/{DROP}/purposes")
    shown = msgspec.json.decode(body)["purposes"]
    document = msgspec.json.decode(shown[0]["document"])

    assert (200, "Accept-Language", "no-cache") == (status, reply.headers["Vary"], reply.headers["Cache-Control"])
    assert ["help", "improve"] == [one["purpose"] for one in shown]
    assert (shown[0]["text"], shown[0]["version"]) == (document["text"], document["version"])


async def test_island_without_consent_behaves_as_before(pop: RunningPop) -> None:
    """People get the transcript, and the ticket says nothing of consent."""
    viewer = await new_viewer(pop)
    await viewer.ask(FIRST)
    ticket = await viewer.ticket_of(await viewer.ask())
    _, body, _ = await pop.get(f"/v1/islands/{DROP}/purposes")

    assert [FIRST] == [turn["text"] for turn in ticket["transcript"]]
    assert "consented" not in ticket
    assert [] == msgspec.json.decode(body)["purposes"]


async def test_callback_names_its_purpose(
    asking_home: Path, configured: Callable[..., Any], origin: DemoOrigin, tmp_path: Path
) -> None:
    """People cannot keep up: the tap that agrees is promised a callback, another question gets a place in the queue."""
    tokens = tmp_path / "desk.tokens"
    await asyncio.to_thread(tokens.write_text, f"northwind {DESK}\n")
    await asyncio.to_thread(tokens.chmod, 0o600)
    load = {"tenant": "northwind", "queue_depth": 900, "wait_s": 9_000, "agents": 1}
    async with running_publisher(asking_home) as publisher_url:
        config = configured(publisher_url, people={"desk_tokens_file": str(tokens)})
        async with running_pop(config, origin) as pop:
            await pop.until_served()
            one, other = await new_viewer(pop), await new_viewer(pop)
            async with pop.http.put(f"{pop.url}/v1/load", json=load, headers={"Authorization": f"Bearer {DESK}"}):
                pass
            _, tapped = await one.post("/v1/fastpath", text=ODD, gives=[HELP])
            asked = await other.ask()
            _, promise, _ = await pop.post({"token": tapped["callback_token"]}, path="/v1/callback-promises")

    assert ("surge", "help/1") == (tapped["reason"], promise["purpose"])
    assert (None, ["callback"]) == (asked["callback_token"], asked["consent_missing"])
    assert "surge" != asked["reason"]
