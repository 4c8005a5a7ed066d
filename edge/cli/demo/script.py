"""The demo's steps, in order. Each says what it promises by what it checks."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable

import msgspec

from edge.cli.demo.harness import Harness
from edge.cli.demo.questions import CLEAR, WANTED, a_few_of_each, is_harmless
from edge.cli.demo.report import DemoReport
from edge.config import asset_folder
from edge.errors import SkerryError
from edge.publish.source import SampleQuestion, read_question_file
from edge.records import AskResponse, Automation, IslandName, IslandState, Outcome, SignedSnippet
from edge.trust import verify_snippet

Asked = list[tuple[SampleQuestion, AskResponse, float]]

ANSWERED_AT_LEAST = 0.3
"""The share of plain and misspelt questions that must be answered at once; the rest is asked back or goes to people."""

PATIENCE_S = 10.0
"""How long the demo waits for something that takes milliseconds."""


async def play(harness: Harness, report: DemoReport) -> None:
    """Every step until one cannot go on; a step that fails is in the report."""
    try:
        await _publish(harness, report)
        asked = await _ask_everything(harness, report)
        await _repeat(harness, report, asked)
        await _verify_a_snippet(harness, report, asked)
        await _origin_has_tickets(harness, report, asked)
        await _what_came_of_it(harness, report, asked)
        await _cut_origin(harness, report, asked)
        await _cut_publisher(harness, report, asked)
        await _withdraw(harness, report, asked)
    except SkerryError as error:
        report.step("the demo went on", ok=False, found=error.text)


async def _publish(harness: Harness, report: DemoReport) -> None:
    islands = sorted(str(path) for path in asset_folder("islands").glob("*/*.toml"))
    tenants = sorted({path.split("/")[-2] for path in islands})
    options = [option for tenant in tenants for option in ("--tenant", tenant)]
    await harness.skerry("keys", "init", "--home", str(harness.home), *options)
    report.step("make keys", ok=True, found=f"skerry keys init for {', '.join(tenants)}")
    report.say("training, calibrating and signing the sample islands…")
    began = time.perf_counter()
    await harness.skerry("island", "publish", "--no-evaluation", "--home", str(harness.home), *islands)
    took_s = time.perf_counter() - began
    report.step("publish", ok=True, found=f"{len(islands)} islands compiled and signed in {took_s:.1f} s")
    await harness.origin.start()
    await harness.start_publisher()
    began = time.perf_counter()
    await harness.start_pop()
    fresh = await _within(PATIENCE_S, lambda: _all_fresh(harness, len(islands)))
    took_s = time.perf_counter() - began
    report.step(
        "a new PoP takes them", ok=fresh, found=f"{len(islands)} islands verified and fresh {took_s:.2f} s after start"
    )


async def _ask_everything(harness: Harness, report: DemoReport) -> Asked:
    questions = a_few_of_each(read_question_file(asset_folder("islands") / "questions.toml"), WANTED)
    asked = [(question, *(await _ask(harness, question.island, question.text))) for question in questions]
    report.questions(asked)
    wrong = [question.text for question, response, _ in asked if not is_harmless(question, response)]
    clear = [response for question, response, _ in asked if question.kind in CLEAR]
    answered = sum(response.outcome is Outcome.ANSWER for response in clear)
    report.step(
        "answers are safe",
        ok=not wrong,
        found=f"{len(asked)} questions, {len(wrong)} wrong answers" + "".join(f"; {text!r}" for text in wrong),
    )
    report.step(
        "answers are many",
        ok=answered >= ANSWERED_AT_LEAST * len(clear),
        found=f"{answered} of {len(clear)} clear questions answered at once, the others asked back or handed over",
    )
    return asked


async def _repeat(harness: Harness, report: DemoReport, asked: Asked) -> None:
    question = _answered(asked)
    times = [(await _ask(harness, question.island, question.text))[0].elapsed_ms for _ in range(20)]
    before = await harness.metric("skerry_verdict_cache_hits_total")
    best = min(times)
    report.step(
        "asked again",
        ok=before >= len(times),
        found=f"{question.text!r}: remembered, {best:.2f} ms in the PoP",
        ms=best,
    )


async def _verify_a_snippet(harness: Harness, report: DemoReport, asked: Asked) -> None:
    response = next(response for _, response, _ in asked if response.provenance)
    found = response.provenance
    if found is None:
        return
    name = IslandName.parse(found.island)
    async with harness.http.get(f"{harness.pop_url}/v1/islands/{name}/snippets/{found.snippet}") as reply:
        body, headers = await reply.read(), reply.headers
    snippet = SignedSnippet(
        id=found.snippet,
        automation=Automation.ANSWER,
        examples=(),
        document=body,
        digest=headers["Unencoded-Digest"],
        signature_input=headers["Signature-Input"],
        signature=headers["Signature"],
    )
    keys = await asyncio.to_thread(_public_keys, harness, name.tenant)
    document = verify_snippet(snippet, keys=keys, name=name, revision=found.revision)
    try:
        forged = msgspec.structs.replace(snippet, document=body.replace(b'"answer":"', b'"answer":"not '))
        verify_snippet(forged, keys=keys, name=name, revision=found.revision)
    except SkerryError as error:
        refusal = error.text
    else:
        refusal = ""
    report.step(
        "a viewer's device can verify",
        ok=document.answer == response.answer and refusal != "",
        found=f"'{found.snippet}' signed by key {found.key_id[:12]}…; tampered: {refusal}",
    )


async def _origin_has_tickets(harness: Harness, report: DemoReport, asked: Asked) -> None:
    tickets = {response.ticket for _, response, _ in asked if response.ticket}
    ok = await _within(PATIENCE_S, lambda: _is(tickets <= harness.origin.tickets.keys()))
    report.step(
        "people have the rest",
        ok=ok,
        found=f"{len(tickets)} questions handed over, {len(harness.origin.tickets)} tickets at origin",
    )


async def _what_came_of_it(harness: Harness, report: DemoReport, asked: Asked) -> None:
    said = {"receipt": next(r.receipt for _, r, _ in asked if r.outcome is Outcome.ANSWER), "helpful": True}
    for _ in range(2):
        await (await harness.http.post(harness.pop_url + "/v1/feedback", json=said)).read()
    total = json.loads(await harness.skerry("stats", "--url", harness.pop_url, "--json"))["total"]
    answered, helpful = total["automation"], total["helpful"]
    found = f"{answered['value'] or 0:.0%} of {answered['of']} questions answered, one found helpful, said twice"
    report.step("what came of it", ok=helpful["part"] == helpful["of"] == 1, found=found)


async def _cut_origin(harness: Harness, report: DemoReport, asked: Asked) -> None:
    await harness.origin.stop()
    escalated = [question for question, response, _ in asked if response.ticket][:3]
    tickets = [(await _ask(harness, question.island, question.text))[0].ticket for question in escalated]
    kept = await _within(PATIENCE_S, lambda: _metric_is(harness, "skerry_outbox_tickets", len(tickets)))
    report.step("origin is down", ok=kept and None not in tickets, found=f"{len(tickets)} tickets kept on disk")
    await harness.stop("pop")
    await harness.start_pop()
    await harness.origin.start()
    arrived = await _within(PATIENCE_S, lambda: _is(set(tickets) <= harness.origin.tickets.keys()))
    once = all(count == 1 for count in harness.origin.arrivals.values())
    report.step(
        "origin is back, the PoP restarted meanwhile",
        ok=arrived and once,
        found=f"{len(tickets)} kept tickets delivered, each of {len(harness.origin.tickets)} exactly once",
    )


async def _cut_publisher(harness: Harness, report: DemoReport, asked: Asked) -> None:
    question = _answered(asked)
    await harness.stop("publisher")
    await harness.stop("pop")
    await harness.start_pop()
    response, took_ms = await _ask(harness, question.island, question.text)
    report.step(
        "the publisher is down, the PoP restarted",
        ok=response.outcome is Outcome.ANSWER,
        found=f"still answers, from what it verified before: island {response.state.value}, {took_ms:.1f} ms",
    )
    await harness.start_publisher()


async def _withdraw(harness: Harness, report: DemoReport, asked: Asked) -> None:
    question = _answered(asked)
    name = question.island
    connected = await _within(PATIENCE_S * 2, lambda: _metric_is(harness, "skerry_push_connected", 1))
    await harness.skerry("island", "withdraw", name, "--why", "the demo withdraws it", "--home", str(harness.home))
    began = time.perf_counter()
    gone = await _within(PATIENCE_S, lambda: _state_is(harness, name, IslandState.WITHDRAWN))
    took_ms = (time.perf_counter() - began) * 1000
    response, _ = await _ask(harness, name, question.text)
    report.step(
        "withdraw an island",
        ok=connected and gone and response.outcome is Outcome.ESCALATE and response.answer is None,
        found=f"{name} gone {took_ms:.0f} ms after the command returned; asked again: {response.reason.value}",
    )


def _answered(asked: Asked) -> SampleQuestion:
    """The first question that was answered."""
    found = next((question for question, response, _ in asked if response.outcome is Outcome.ANSWER), None)
    if found is None:
        raise SkerryError("no question was answered, expected most of the clear ones")
    return found


async def _ask(harness: Harness, island: str, text: str) -> tuple[AskResponse, float]:
    began = time.perf_counter()
    async with harness.http.post(harness.pop_url + "/v1/ask", json={"island": island, "text": text}) as reply:
        body = await reply.read()
    took_ms = (time.perf_counter() - began) * 1000
    return msgspec.json.decode(body, type=AskResponse), took_ms


async def _within(seconds: float, is_so: Callable[[], Awaitable[bool]]) -> bool:
    deadline = time.perf_counter() + seconds
    while time.perf_counter() < deadline:
        if await is_so():
            return True
        await asyncio.sleep(0.002)
    return False


async def _is(value: bool) -> bool:  # noqa: FBT001 - a value on its way through
    return value


async def _metric_is(harness: Harness, name: str, value: float) -> bool:
    return await harness.metric(name) == value


async def _state_is(harness: Harness, name: str, state: IslandState) -> bool:
    return bool((await harness.get(f"/v1/islands/{name}"))["state"] == state)


async def _all_fresh(harness: Harness, count: int) -> bool:
    islands = (await harness.get("/v1/islands"))["islands"]
    return len(islands) == count and all(island["state"] == IslandState.FRESH for island in islands)


def _public_keys(harness: Harness, tenant: str) -> dict[str, bytes]:
    """A tenant's keys as the repository's signed delegations name them."""
    newest = max((harness.home / "repository/metadata").glob("*.targets.json"), key=lambda p: int(p.name.split(".")[0]))
    delegations = msgspec.json.decode(newest.read_bytes())["signed"]["delegations"]
    ids = next(role["keyids"] for role in delegations["roles"] if role["name"] == tenant)
    return {key_id: bytes.fromhex(delegations["keys"][key_id]["keyval"]["public"]) for key_id in ids}
