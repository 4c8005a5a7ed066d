"""The PoP's other routes: snippets, states, health, metrics, OpenAPI."""

import asyncio
import base64
import hashlib
import json
from pathlib import Path

import msgspec
import pytest
from nacl.signing import VerifyKey
from prometheus_client.parser import text_string_to_metric_families

from edge.cli.demo.origin import DemoOrigin
from edge.records import TenantKeys
from tests.daemon.conftest import RunningPop, pop_config, running_pop, running_publisher
from tests.pen import DROP, Pen

ISLAND = f"/v1/islands/{DROP}"


async def _a_snippet(pop: RunningPop) -> str:
    served = json.loads((await pop.get(ISLAND))[1])["served_snippets"]
    return f"{ISLAND}/snippets/{served[0]}"


async def test_snippet_can_be_verified_by_anyone(pop: RunningPop) -> None:
    """The digest is the body's, and the signature holds under the key that the header names, checked by hand."""
    status, body, reply = await pop.get(await _a_snippet(pop))
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    params = reply.headers["Signature-Input"].removeprefix("pub=")
    key = VerifyKey(base64.b64decode(params.split('keyid="')[1].split('"')[0]))
    signature = base64.b64decode(reply.headers["Signature"].removeprefix("pub=:").removesuffix(":"))

    assert (200, f"sha-256=:{digest}:") == (status, reply.headers["Unencoded-Digest"])
    key.verify(f'"unencoded-digest";sf: sha-256=:{digest}:\n"@signature-params": {params}'.encode(), signature)
    assert (DROP.tenant, DROP.island) == (json.loads(body)["tenant"], json.loads(body)["island"])


async def test_snippet_is_cacheable(pop: RunningPop) -> None:
    """A strong ETag, 304 for a client that has this document, and every header that a cache or a page needs."""
    path = await _a_snippet(pop)
    _, _, first = await pop.get(path)
    status, body, again = await pop.get(path, **{"If-None-Match": f'"other", {first.headers["ETag"]}'})

    assert (304, b"") == (status, body)
    assert first.headers["ETag"] == again.headers["ETag"]
    # What belongs to the document is not said again.
    of_document = {
        "Content-Type",
        "Content-Length",
        "Content-Language",
        "Unencoded-Digest",
        "Signature",
        "Signature-Input",
    }
    assert of_document == first.headers.keys() - again.headers.keys()
    assert first.headers["ETag"].startswith('"')
    assert first.headers["Cache-Status"] == '"test-pop"; hit'
    assert first.headers["Cache-Groups"] == f'"{DROP}"'
    assert str(DROP) in first.headers["Surrogate-Key"].split()
    assert "stale-if-error" in first.headers["Cache-Control"]
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert "Signature-Input" in first.headers["Access-Control-Expose-Headers"]


async def test_answers_for_people_are_not_public(pop: RunningPop, pen: Pen) -> None:
    """A snippet with `automation` other than `answer` is neither listed nor served."""
    not_public = [s.id for s in pen.prepared.source.snippets if s.automation != "answer"]
    served = json.loads((await pop.get(ISLAND))[1])["served_snippets"]

    assert not_public
    assert not set(not_public) & set(served)
    for name in [*not_public, "no-such"]:
        status, body, _ = await pop.get(f"{ISLAND}/snippets/{name}")
        assert (404, "not_found") == (status, json.loads(body)["reason"])


async def test_state_of_islands(pop: RunningPop) -> None:
    """Each island with its state, since when, and until when it is served."""
    island = json.loads((await pop.get("/v1/islands"))[1])["islands"][0]

    assert (str(DROP), "fresh", 1, "live", True) == tuple(
        island[field] for field in ("island", "state", "revision", "phase", "required")
    )
    assert island["since"] < island["serve_until"]


async def test_keys_are_those_that_sign(pop: RunningPop) -> None:
    """Any page can read the keys of a tenant, and the key of a snippet is among them."""
    status, body, reply = await pop.get("/.well-known/skerry-keys")
    tenant = msgspec.convert(json.loads(body)["tenants"][0], TenantKeys)
    _, _, snippet = await pop.get(await _a_snippet(pop))

    assert (200, "*", DROP.tenant) == (status, reply.headers["Access-Control-Allow-Origin"], tenant.tenant)
    assert [f'keyid="{key.ed25519}"' in snippet.headers["Signature-Input"] for key in tenant.keys] == [True]


async def test_health(pop: RunningPop) -> None:
    """Live while the process responds, ready while every required island is served."""
    assert (await pop.get("/livez"))[:2] == (200, b'{"live":true}')
    words = b'"ledger":"ok","payloads":"ok","witness":"none"'
    ready = b'{"ready":true,"has_begun":true,"not_ready":[],"takes_tickets":true,' + words + b"}"
    assert (await pop.get("/readyz"))[:2] == (200, ready)
    status = json.loads((await pop.get("/statusz"))[1])
    assert ("test-pop", 1) == (status["pop"], len(status["islands"]))


async def test_metrics_parse_and_use_closed_labels(pop: RunningPop) -> None:
    """Prometheus can read them; no label is a text or an id, and only metrics of the tally have names as labels."""
    await pop.post({"island": str(DROP), "text": "when does it ship?"})
    families = {
        family.name: family for family in text_string_to_metric_families((await pop.get("/metrics"))[1].decode())
    }
    named = {"skerry_signals", "skerry_ticket_acknowledged_seconds", "skerry_ticket_replied_seconds"}
    samples = [sample for name, family in families.items() if name not in named for sample in family.samples]
    labels = {label for sample in samples for label in sample.labels}

    assert labels <= {"gate", "outcome", "reason", "result", "source", "state", "le", "why"}
    fresh = [sample.value for sample in families["skerry_islands"].samples if sample.labels["state"] == "fresh"]
    assert fresh == [1.0]
    assert families["skerry_questions"].samples[0].value == 1.0


async def test_openapi_describes_every_route(pop: RunningPop) -> None:
    """Every path is described, and every reference has its schema."""
    document = msgspec.json.decode((await pop.get("/openapi.json"))[1])
    text = json.dumps(document)
    references = {part.split('"')[0] for part in text.split('"$ref": "#/components/schemas/')[1:]}

    assert document["openapi"] == "3.1.0"
    assert {
        "/v1/ask",
        "/v1/choice",
        "/v1/feedback",
        "/v1/stats",
        "/v1/islands",
        "/livez",
        "/readyz",
        "/statusz",
        "/metrics",
    } <= document["paths"].keys()
    assert references <= document["components"]["schemas"].keys()


async def test_unknown_path_is_a_problem_document(pop: RunningPop) -> None:
    """It is not HTML, and its type leads to the page that explains the reason."""
    status, body, reply = await pop.get("/admin")
    problem = json.loads(body)
    page, text, explained = await pop.get(problem["type"])

    assert (404, "not_found", "application/problem+json") == (status, problem["reason"], reply.content_type)
    assert (200, "text/html") == (page, explained.content_type)
    assert "default-src 'none'; style-src 'unsafe-inline'" == explained.headers["Content-Security-Policy"]
    assert b'<h2 id="not_found">' in text


async def test_viewer_that_hangs_up_within_its_body(
    pop: RunningPop, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody is told to look."""
    capsys.readouterr()
    for _ in range(5):
        _, writer = await asyncio.open_connection("127.0.0.1", int(pop.url.rpartition(":")[2]))
        writer.write(b"POST /v1/ask HTTP/1.1\r\nHost: pop\r\nContent-Length: 100\r\n\r\n{")
        await writer.drain()
        await pop.get("/livez")
        writer.transport.abort()
    await pop.get("/livez")

    assert [] == caplog.records
    assert "[error" not in capsys.readouterr().out


async def test_url_of_a_pop_on_ipv6(pen: Pen, tmp_path: Path, origin: DemoOrigin) -> None:
    """It is printed as any client can use it."""
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    async with running_publisher(home) as publisher_url:
        config = pop_config(
            tmp_path, publisher_url=publisher_url, origin_url=origin.url, http={"host": "::1", "port": 0}
        )
        async with running_pop(config, origin) as pop:
            status, body, _ = await pop.get("/livez")

    assert pop.url.startswith("http://[::1]:")
    assert (200, b'{"live":true}') == (status, body)
