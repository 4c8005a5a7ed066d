"""`skerry ledger bundle` and `skerry verify --bundle`: one file that proves a ticket, and every byte of it counts."""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import msgspec
import pytest
from click.testing import CliRunner, Result
from nacl.signing import SigningKey

from edge.cli import cli
from edge.cli.pop.verify_bundle import prove_bundle
from edge.cli.zipped import unzipped, zip_of
from edge.errors import RefusedError
from edge.ledger import (
    LEAF_SALT_BYTES,
    MANIFEST,
    CommittedLeaf,
    EvidenceLeaf,
    NoteKey,
    SignatureType,
    commit,
    evidence_files,
    read_evidence,
)
from edge.records import TenantKey, TenantKeys
from edge.records.ledger import LeafKind, LeafPayload, ShownAnswer
from tests.cli.ledger.test_ledger import KEY, WITNESS, write
from tests.client.answers import OTHER_KEY, SIGNED_S, document_of, raw, saved, sign, text_of
from tests.ledger.logs import PEN, LogInMemory
from tests.local_server import LocalServer, QuietHandler

ISLAND = "northwind/drop"
SHOWN_S = SIGNED_S + 3_600
SIGNED = sign(document_of(), terms=(SIGNED_S, SIGNED_S + 7_200))
"""An answer whose signature has expired for a long time."""
SHOWN = ShownAnswer(snippet="price", digest=SIGNED.unencoded_digest)
TENANT = TenantKeys(tenant="northwind", keys=(TenantKey(key_id="00", ed25519=text_of()),))
QUESTION = "what does the hoodie cost, and can I get it in green?"


def leaf(
    number: int, kind: LeafKind, payload: LeafPayload, *, about: bytes = b"", at_s: int = SHOWN_S
) -> CommittedLeaf:
    """A leaf with a salt of its own."""
    return commit(kind, payload, at_ms=at_s * 1000 + number, salt=bytes([number]) * 32, about=about)


def opening_line(one: CommittedLeaf) -> str:
    """What the tenant reads of a leaf."""
    payload = one.opening[LEAF_SALT_BYTES:].decode()
    return f'{{"leaf": "{one.id.hex()}", "salt": "{one.opening[:LEAF_SALT_BYTES].hex()}", "payload": {payload}}}'


DECISION = leaf(1, LeafKind.DECISION, LeafPayload(island=ISLAND, revision=3, question="price?", answers=(SHOWN,)))
HANDED = leaf(
    2,
    LeafKind.HAND_OVER,
    LeafPayload(
        island=ISLAND, revision=3, question=QUESTION, outcome="escalate", reason="parts", answers=(SHOWN,), ticket="T-1"
    ),
)
REPLY = leaf(3, LeafKind.REPLY, LeafPayload(island=ISLAND, ticket="T-1", reply="Yes, in green."), about=HANDED.id)
OTHERS = tuple(leaf(10 + number, LeafKind.TAP, LeafPayload(island=ISLAND)) for number in range(5))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A cosigned log with them."""
    log = LogInMemory()
    log.add(*(one.entry for one in (*OTHERS[:2], DECISION, HANDED, *OTHERS[2:], REPLY)))
    return write(tmp_path / "log", log)


@pytest.fixture
def openings(tmp_path: Path) -> Path:
    """What the tenant could read."""
    path = tmp_path / "openings"
    lines = [opening_line(one) for one in (HANDED, REPLY, DECISION)]
    path.write_text("\n".join(lines))
    return path


@pytest.fixture
def pop() -> Iterator[str]:
    """A PoP that serves the answer, and names the tenant's keys."""

    class Handler(QuietHandler):
        """Two paths."""

        def do_GET(self) -> None:  # noqa: N802 - the name that the library calls
            """One request."""
            if self.path == "/.well-known/skerry-keys":
                self.answer(msgspec.json.encode({"tenants": [TENANT]}))
            elif self.path == f"/v1/islands/{ISLAND}/snippets/price":
                self.answer(SIGNED.document.encode())
            else:
                self.send_error(404)

        def answer(self, body: bytes) -> None:
            """Respond with the headers of the snippet."""
            self.send_response(200)
            self.send_header("Unencoded-Digest", SIGNED.unencoded_digest)
            self.send_header("Signature-Input", SIGNED.signature_input)
            self.send_header("Signature", SIGNED.signature)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = LocalServer(Handler)
    yield server.url
    server.close()


def run(*arguments: object) -> Result:
    """A command."""
    return CliRunner().invoke(cli, list(map(str, arguments)))


def bundle(folder: Path, output: Path, *arguments: object) -> Result:
    """Make a bundle."""
    return run(
        *("ledger", "bundle", folder, "--key", KEY.text, "--witness", WITNESS.text), *arguments, "--output", output
    )


@pytest.fixture
def whole(folder: Path, openings: Path, pop: str, tmp_path: Path) -> Path:
    """A bundle of the ticket with everything."""
    output = tmp_path / "T-1.zip"
    result = bundle(folder, output, "--ticket", "T-1", "--openings", openings, "--pop", pop)
    assert f"{output} has 2 leaves and 1 of 1 answers\n" == result.output
    return output


def test_bundle_of_a_ticket(whole: Path) -> None:
    """Years later, when the answer's signature has expired: everything is said, and it was good then."""
    result = run("verify", "--bundle", whole, "--key", text_of(), "--witness", WITNESS.text, "--log-key", KEY.text)

    assert 0 == result.exit_code, result.output
    for line in (
        "verdict   good: everything verifies, with the keys that you gave",
        f"cosigned  {WITNESS.text} at 2026-11-26 04:14:48 UTC",
        f"hand_over 2026-08-29 11:40:00 UTC, leaf {HANDED.id.hex()}",
        f"question  {QUESTION}",
        "outcome   escalate (parts)",
        "ticket    T-1",
        "reply     Yes, in green.",
        "answer    It is **68** euro.",
        "approved  by Dana Ortiz, 2026-09-01 00:00 UTC",
    ):
        assert f"{line}\n" in result.output


CONSENT = leaf(4, LeafKind.CONSENT, LeafPayload(island=ISLAND, record="R-1", purposes=("help",)))
WITH_CONSENT = leaf(5, LeafKind.HAND_OVER, LeafPayload(island=ISLAND, ticket="T-1", consents=("R-1",)))
LATE = leaf(6, LeafKind.REPLY, LeafPayload(island=ISLAND, ticket="T-1", reply="Yes, in green."), about=WITH_CONSENT.id)
ANOTHER = leaf(7, LeafKind.CONSENT, LeafPayload(island=ISLAND, record="R-2", purposes=("help",)))
SECOND_PEN = SigningKey(b"\x03" * 32)
SECOND_KEY = NoteKey("ams-1/acme/drop", bytes(SECOND_PEN.verify_key))
AFTER_DAMAGE = NoteKey(KEY.name, bytes(SECOND_PEN.verify_key))
"""The same name under another key: a ledger was set aside, and began again."""


@pytest.fixture
def spread(tmp_path: Path) -> list[object]:
    """A ticket in one log, its consent in another PoP's, its reply in that of a ledger that began again."""
    arguments: list[object] = []
    for name, leaves, key, pen in (
        ("late", (OTHERS[0], LATE), AFTER_DAMAGE, SECOND_PEN),
        ("second", (CONSENT, ANOTHER), SECOND_KEY, SECOND_PEN),
        ("first", (WITH_CONSENT,), KEY, PEN),
    ):
        log = LogInMemory()
        log.add(*(one.entry for one in leaves))
        arguments += [write(tmp_path / name, log, key=key, pen=pen), "--key", key.text]
    lines = "\n".join(map(opening_line, (LATE, CONSENT, ANOTHER, WITH_CONSENT)))
    (tmp_path / "lines").write_text(lines)
    return [*arguments, "--witness", WITNESS.text, "--openings", tmp_path / "lines"]


def test_bundle_from_several_logs(spread: list[object], tmp_path: Path) -> None:
    """All leaves of the ticket are found and verified, wherever they are; whose logs they are is said."""
    output = tmp_path / "T-1.zip"
    made = run("ledger", "bundle", *spread, "--ticket", "T-1", "--output", output)
    keys = [part for key in (KEY, SECOND_KEY, AFTER_DAMAGE) for part in ("--log-key", key.text)]
    found = msgspec.json.decode(run("verify", "--bundle", output, *keys, "--json").stdout)

    assert f"{output} has 3 leaves and 0 of 0 answers\n" == made.output
    assert [one.id.hex() for one in (WITH_CONSENT, LATE, CONSENT)] == [one["leaf"] for one in found["leaves"]]
    assert (KEY.text, [AFTER_DAMAGE.text, SECOND_KEY.text]) == (found["log"], found["also"])
    assert "purposes  help\n" in run("verify", "--bundle", output).output
    text = f"the log's key is {SECOND_KEY.text}, expected the one that you gave"
    assert text in run("verify", "--bundle", output, *keys[:2], *keys[4:]).output


def test_bundle_that_names_other_logs(spread: list[object], tmp_path: Path) -> None:
    """A log that has no leaf of it is not vouched for, and a leaf of another log is in none."""
    output = tmp_path / "T-1.zip"
    run("ledger", "bundle", *spread, "--ticket", "T-1", "--output", output)
    evidence = read_evidence(unzipped(output.read_bytes()))
    more = NoteKey("other", raw(OTHER_KEY))
    for also, text in (
        (evidence.also[::-1], "the bundle names other logs than its leaves are in"),
        ((*evidence.also, more), "the bundle names more logs than it has leaves"),
        (evidence.also[:1], f"checkpoint is not signed by {KEY.name}"),
    ):
        with pytest.raises(RefusedError, match=text):
            read_evidence(evidence_files(evidence._replace(also=also)))


def test_bundle_for_programs(whole: Path) -> None:
    """The same as JSON. Nobody named a key, so the exit status is 3."""
    result = run("verify", "--bundle", whole, "--json")

    found = msgspec.json.decode(result.stdout)
    assert (3, False, KEY.text) == (result.exit_code, found["keys_known"], found["log"])
    assert [HANDED.id.hex(), REPLY.id.hex()] == [one["leaf"] for one in found["leaves"]]
    assert [text_of()] == [one["key"] for one in found["answers"]]


def test_bundle_of_a_receipt_without_words(folder: Path, tmp_path: Path) -> None:
    """Somebody with the receipt alone proves that the act is in the log, and when, and no more."""
    output = tmp_path / "receipt.zip"
    bundle(folder, output, "--receipt", HANDED.id.hex())
    result = run("verify", "--bundle", output, "--log-key", KEY.text)

    # The reply names the hand-over, so it belongs to it.
    assert 0 == result.exit_code, result.output
    assert (HANDED.id.hex() in result.output, REPLY.id.hex() in result.output) == (True, True)
    assert "question" not in result.output


def test_answer_that_is_not_served_any_more(folder: Path, openings: Path, tmp_path: Path) -> None:
    """It may come from a file; without one, the bundle says which is missing."""
    output, answer = tmp_path / "decision.zip", tmp_path / "answer.http"
    answer.write_bytes(saved(SIGNED))
    arguments = ("--receipt", DECISION.id.hex(), "--openings", openings)
    bundle(folder, output, *arguments, "--answer", answer)
    assert "answer    It is **68** euro.\n" in run("verify", "--bundle", output).output
    bundle(folder, output, *arguments)

    assert (
        "missing   answer price: it was shown, and is not in the bundle\n" in run("verify", "--bundle", output).output
    )


def refused_bytes(content: bytes, log_keys: list[str]) -> None:
    """Every byte of a sound bundle counts."""
    rng = Random(19)

    def prove(changed: bytes) -> None:
        prove_bundle(changed, tenant_keys=[raw()], log_keys=log_keys, witnesses=[WITNESS.text])

    prove(content)
    for at in range(len(content)):
        with pytest.raises(RefusedError):
            prove(content[:at] + bytes([content[at] ^ 1 << rng.randrange(8)]) + content[at + 1 :])
    for other in (content[:-1], content + b"\0", b"\0" + content, b"", content * 2):
        with pytest.raises(RefusedError):
            prove(other)


def test_every_changed_byte_is_found(whole: Path) -> None:
    """In the zip, in every file, whichever bit it is."""
    refused_bytes(whole.read_bytes(), [KEY.text])


def test_every_changed_byte_of_several_logs_is_found(spread: list[object], tmp_path: Path) -> None:
    """A ticket, its consent and its reply in three logs: each key, proof and checkpoint counts."""
    output = tmp_path / "T-1.zip"
    run("ledger", "bundle", *spread, "--ticket", "T-1", "--output", output)

    refused_bytes(output.read_bytes(), [key.text for key in (KEY, SECOND_KEY, AFTER_DAMAGE)])


def forged(change: Callable[[dict[str, bytes]], object]) -> Callable[[bytes], bytes]:
    """The bundle with other files, under a manifest that agrees with them."""

    def forge(content: bytes) -> bytes:
        files = unzipped(content)
        change(files)
        manifest = msgspec.json.decode(files[MANIFEST])
        del files[MANIFEST]
        evidence = read_evidence(unzipped(content))._replace(
            leaves=tuple(
                EvidenceLeaf(files[f"leaves/{at:03}/entry"], one.proof, files.get(f"leaves/{at:03}/opening"))
                for at, one in enumerate(read_evidence(unzipped(content)).leaves)
                if f"leaves/{at:03}/entry" in files
            ),
            answers=tuple(files[name] for name in files if name.startswith("answers/")),
            tenant=files.get("tenant.json"),
        )
        assert manifest["format"] == 1
        return zip_of(evidence_files(evidence))

    return forge


OPENING = "leaves/000/opening"
FORGED = {
    "another question": (
        forged(
            lambda files: files.update(
                {"leaves/000/opening": files["leaves/000/opening"].replace(b"hoodie", b"jacket")}
            )
        ),
        "payload is not the one that the leaf commits to",
    ),
    "another leaf": (
        forged(lambda files: files.update({"leaves/000/entry": OTHERS[0].entry})),
        "inclusion proof of leaf 3 of 8 leads to another root",
    ),
    "an answer that was not shown": (
        forged(lambda files: files.update({"answers/000.http": saved(sign(document_of("Free!")))})),
        "the bundle has an answer that no leaf names",
    ),
    "keys of somebody else": (
        forged(
            lambda files: files.update(
                {"tenant.json": msgspec.json.encode(TENANT).replace(text_of().encode(), text_of(OTHER_KEY).encode())}
            )
        ),
        "expected a key of the tenant",
    ),
    "no keys": (
        forged(lambda files: files.update({"tenant.json": b"[]"})),
        "tenant.json of the bundle has no keys of a tenant",
    ),
}


def test_bundle_that_is_not_cosigned(whole: Path) -> None:
    """A manifest cannot name a witness that never saw the log, not even under the log's own name."""
    evidence = read_evidence(unzipped(whole.read_bytes()))
    stranger = NoteKey(KEY.name, raw(OTHER_KEY), SignatureType.COSIGNATURE)
    forged_bundle = zip_of(evidence_files(evidence._replace(witnesses=(stranger,))))

    with pytest.raises(RefusedError, match=f"is not cosigned by {KEY.name}"):
        prove_bundle(forged_bundle, tenant_keys=[], log_keys=[], witnesses=[])


@pytest.mark.parametrize(("forge", "text"), FORGED.values(), ids=FORGED.keys())
def test_bundle_that_was_made_up(whole: Path, forge: Callable[[bytes], bytes], text: str) -> None:
    """A forger may write a new manifest and zip; leaves, payloads and answers still have to agree."""
    with pytest.raises(RefusedError) as caught:
        prove_bundle(forge(whole.read_bytes()), tenant_keys=[], log_keys=[], witnesses=[])

    assert text in caught.value.text


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("--log-key", WITNESS.text), f"the log's key is {KEY.text}, expected the one that you gave"),
        (("--witness", KEY.text), "did not cosign the bundle"),
        (("--key", text_of(OTHER_KEY)), "expected a key of the tenant"),
    ],
)
def test_another_key_than_the_reader_has(whole: Path, arguments: tuple[str, str], text: str) -> None:
    """The keys in the bundle alone are worth nothing."""
    result = run("verify", "--bundle", whole, *arguments)

    assert (1, True) == (result.exit_code, text in result.output), result.output


def test_answer_that_was_signed_later(tmp_path: Path) -> None:
    """What did not exist yet was not shown. One that had expired by then was not good."""
    for at_s, expected in ((SIGNED_S - 600, "an answer was signed after it was shown"), (SIGNED_S + 9_000, "expired")):
        one = leaf(5, LeafKind.DECISION, LeafPayload(island=ISLAND, answers=(SHOWN,)), at_s=at_s)
        log = LogInMemory()
        log.add(one.entry)
        folder, output = write(tmp_path / str(at_s), log), tmp_path / "one.zip"
        lines = opening_line(one)
        (tmp_path / "lines").write_text(lines)
        (tmp_path / "answer").write_bytes(saved(SIGNED))
        bundle(
            folder, output, "--receipt", one.id.hex(), "--openings", tmp_path / "lines", "--answer", tmp_path / "answer"
        )

        assert expected in run("verify", "--bundle", output).output


def test_what_cannot_be_bundled(folder: Path, openings: Path, tmp_path: Path) -> None:
    """One line each."""
    output = tmp_path / "none.zip"
    faulty = tmp_path / "faulty"
    faulty.write_text("{}\n")
    no_words = "error: no leaf whose words are in --openings is about the ticket"
    cases: tuple[tuple[tuple[object, ...], str], ...] = (
        (("--receipt", "00" * 32), f"error: leaf {'00' * 32} is in none of the logs\n"),
        (
            ("--ticket", "T-2", "--openings", openings),
            "error: no leaf whose words are in --openings is about the ticket",
        ),
        (("--ticket", "T-1"), no_words),
        (("--ticket", "T-1", "--receipt", "00" * 32), "Usage"),
        (("--ticket", "T-1", "--openings", faulty), f"error: line 1 of {faulty} is no opening"),
        (("--ticket", "T-1", "--openings", tmp_path / "no"), f"error: cannot read {tmp_path}/no: No such file"),
    )
    for arguments, text in cases:
        assert bundle(folder, output, *arguments).output.startswith(text)
    assert not output.exists()
    assert "found both or neither" in run("verify").output


def test_zip_is_one_that_others_read(whole: Path) -> None:
    """The zip has nothing but its files, and is the same each time."""
    files = unzipped(whole.read_bytes())

    assert whole.read_bytes() == zip_of(dict(reversed(files.items())))
    expected = ["answers/000.http", "bundle.json"]
    expected += [f"leaves/00{number}/{part}" for number in (0, 1) for part in ("entry", "opening", "proof")]
    assert [*expected, "tenant.json"] == list(files)
