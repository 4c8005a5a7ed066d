"""`skerry consent`: records leave a desk or a PoP, verify years later, and survive the loss of a PoP's key."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from edge.cli import cli
from edge.config import OriginSection
from edge.consent import given_record, known_of, sign_record, withdrawal_record
from edge.daemon import consent_parcel
from edge.errors import StorageError
from edge.host import utc_now
from edge.records import IslandName
from edge.records.consent import ConsentMessage, ConsentRecord, PersonalStep, PurposeText, SignedPurpose, record_of
from edge.store.leaves import NewLeaf
from edge.store.outbox import Outbox
from edge.store.secrets import open_pop_signer
from edge.store.verified import VerifiedStore
from edge.trust import PopSigner

NAME = IslandName("acme", "drop")
TEXT = PurposeText(locale="en", document=b"{}", digest="", signature_input="", signature="")
PURPOSE = SignedPurpose(id="help", version=1, allows=(PersonalStep.TRANSCRIPT,), valid_s=86_400, texts=(TEXT,))
CONFIG = """
[pop]
name = "fra"
state_dir = "state"
[publisher]
url = "http://127.0.0.1:1"
trusted_root = "root.json"
[origin]
url = "http://127.0.0.1:1"
"""


class Lost:
    """A PoP whose disk is lost; its desk has what it took."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.signer = folder, PopSigner(bytes(32))
        self.config, self.export = folder / "pop.toml", folder / "export.jsonl"
        self.config.write_text(CONFIG)
        ended, good = "10000000-0000-4000-8000-000000000001", "20000000-0000-4000-8000-000000000002"
        self.good, at = good, utc_now() - timedelta(hours=1)
        messages = [self._given(ended, "ab" * 16), self._given(good, "cd" * 16)]
        withdrawn = withdrawal_record(
            ["help"], record_id="30000000-0000-4000-8000-000000000003", subject="ab" * 16, name=NAME, revision=1,
            pop="fra", now=at + timedelta(minutes=5), withdraws=[],
        )  # fmt: skip
        messages.append(self.signed(withdrawn))
        self.export.write_bytes(b"".join(one + b"\n" for one in messages))

    def _given(self, record: str, subject: str) -> bytes:
        at = utc_now() - timedelta(hours=1)
        return self.signed(
            given_record([(PURPOSE, TEXT)], record_id=record, subject=subject, name=NAME, revision=1, pop="fra", now=at)
        )

    def signed(self, record: ConsentRecord) -> bytes:
        """A record as a line of an export."""
        message = sign_record(record, island=str(NAME), sign=self.signer.sign_as, public=self.signer.public)
        return msgspec.json.encode(message)


@pytest.fixture
def lost(tmp_path: Path) -> Lost:
    """That PoP."""
    return Lost(tmp_path)


@pytest.fixture
def skerry() -> Callable[..., Result]:
    """Runs a command."""
    return lambda *words: CliRunner().invoke(cli, ["consent", *map(str, words)])


def test_export_verifies_with_the_archived_key(lost: Lost, skerry: Callable[..., Result]) -> None:
    """In both spellings of the key; with another key, nothing is believed."""
    good = skerry("verify", lost.export, "--key", lost.signer.public.hex())
    other = skerry("verify", lost.export, "--key", PopSigner(bytes(range(32))).public.hex())

    assert (0, "3 of 3 records are signed by these keys\n") == (good.exit_code, good.output)
    assert 1 == other.exit_code
    assert "line 1: consent record is signed by key" in other.output


def test_line_that_is_no_record_is_named(lost: Lost, skerry: Callable[..., Result]) -> None:
    """The others are verified all the same; nothing of the line is shown."""
    with lost.export.open("ab") as file:
        file.write(b'{"secret": "words"}\n')

    result = skerry("verify", lost.export, "--key", lost.signer.public.hex())

    assert 1 == result.exit_code
    assert "line 4: it is no consent record as JSON\n3 of 4" in result.output
    assert "words" not in result.output


def test_lost_key_is_replaced_and_consents_are_issued_again(lost: Lost, skerry: Callable[..., Result]) -> None:
    """What is in force becomes a record of the new key, once; what was taken back stays so."""
    words = ("recover", lost.export, "--config", lost.config, "--key", lost.signer.public.hex())
    first, second = skerry(*words), skerry(*words)
    state = lost.folder / "state"
    exported = skerry("export", "--config", lost.config)
    public = open_pop_signer(state).public
    with Outbox(state) as outbox:
        waiting, leaves = outbox.depth(), outbox.leaves.read(10)

    assert [("acme/drop", "consent")] == [(one.log, json.loads(one.entry)["kind"]) for one in leaves]
    assert (0, 0) == (first.exit_code, second.exit_code), first.output
    (line,) = exported.output.splitlines()
    record = json.loads(json.loads(line)["record"])
    assert (lost.good, 1) == (record["reissues"], waiting)
    assert f"1 consents are issued again by key {public.hex()}\n" in first.output
    (lost.folder / "new.jsonl").write_text(exported.output)
    assert 0 == skerry("verify", lost.folder / "new.jsonl", "--key", public.hex()).exit_code


def raw(folder: Path) -> bytes:
    """Every byte of the files below a folder."""
    return b"".join(one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file())


@pytest.mark.parametrize("sealing", [b"", bytes(32)], ids=["without", "with"])
def test_words_of_leaves_are_kept_with_a_sealing_key_alone(
    lost: Lost, skerry: Callable[..., Result], sealing: bytes
) -> None:
    """Also those that an earlier release left there: no byte of them stays where nothing can keep them."""
    state = lost.folder / "state"
    state.mkdir()
    with closing(VerifiedStore(state)) as store:
        island = msgspec.msgpack.encode({"format": 3, "tenant": "acme", **({"sealing": sealing} if sealing else {})})
        store.commit({"island/acme/drop": island, "timestamp": b'{"signed": 1}'})
    old = NewLeaf(bytes(32), "acme/drop", b"{}", opening=b"words of an earlier release")
    with Outbox(state) as outbox:
        outbox.leaves.put_alone(old, 1.0)
    result = skerry("recover", lost.export, "--config", lost.config, "--key", lost.signer.public.hex())
    with Outbox(state) as outbox:
        leaves = outbox.leaves.read(10)

    assert 0 == result.exit_code, result.output
    assert [bool(sealing)] * 2 == [bool(leaf.opening) for leaf in leaves]
    assert bool(sealing) == (b"words of an earlier release" in raw(state))


def test_damaged_islands_do_not_stop_a_recovery(lost: Lost, skerry: Callable[..., Result]) -> None:
    """The PoP sets them aside when it starts. Until it has them again, nobody knows whose words are kept: they stay."""
    state = lost.folder / "state"
    (state / "verified").mkdir(parents=True)
    (state / "verified" / "cache.db").write_bytes(b"no database" * 100)
    with Outbox(state) as outbox:
        outbox.leaves.put_alone(NewLeaf(bytes(32), "acme/drop", b"{}", opening=b"words"), 1.0)

    result = skerry("recover", lost.export, "--config", lost.config, "--key", lost.signer.public.hex())
    with Outbox(state) as outbox:
        leaves = outbox.leaves.read(10)

    assert result.output.startswith("1 consents are issued again"), result.output
    assert [b"words", b""] == [leaf.opening for leaf in leaves]


def test_failing_disk_stops_a_recovery(
    lost: Lost, skerry: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not taken for a PoP without islands, so that no words are deleted."""
    (lost.folder / "state" / "verified").mkdir(parents=True)

    def fails(_state: Path) -> VerifiedStore:
        raise StorageError("the disk failed")

    monkeypatch.setattr("edge.cli.consent.kept_words.VerifiedStore", fails)
    result = skerry("recover", lost.export, "--config", lost.config, "--key", lost.signer.public.hex())

    assert (1, "error: the disk failed\n") == (result.exit_code, result.stderr)


def test_second_key_is_lost_too(lost: Lost, skerry: Callable[..., Result]) -> None:
    """What was issued again is issued once more, and a withdrawal under a newer pseudonym ends what it names."""
    lost_keys = ["--key", lost.signer.public.hex()]
    for number in range(2):
        assert 0 == skerry("recover", lost.export, "--config", lost.config, *lost_keys).exit_code
        exported = skerry("export", "--config", lost.config).output
        record = json.loads(json.loads(exported.splitlines()[-1])["record"])
        (lost.folder / "state").rename(lost.folder / f"lost-{number}")
        lost_keys += ["--key", open_pop_signer(lost.folder / f"lost-{number}").public.hex()]
        with lost.export.open("a") as file:
            file.write(exported)
    third = skerry("recover", lost.export, "--config", lost.config, *lost_keys)
    withdrawn = withdrawal_record(
        ["help"], record_id="40000000-0000-4000-8000-000000000004", subject="ef" * 16, name=NAME, revision=1,
        pop="fra", now=utc_now(), withdraws=[record["record_id"]],
    )  # fmt: skip
    with lost.export.open("ab") as file:
        file.write(lost.signed(withdrawn) + b"\n")
    ended = skerry("recover", lost.export, "--config", lost.config, *lost_keys)

    assert third.output.startswith("1 consents are issued again")
    assert ended.output.startswith("0 consents are issued again")


def test_key_that_is_not_lost_is_not_replaced(lost: Lost, skerry: Callable[..., Result]) -> None:
    """The command says what to run."""
    state = lost.folder / "state"
    state.mkdir()
    public = open_pop_signer(state).public.hex()

    result = skerry("recover", lost.export, "--config", lost.config, "--key", public)

    assert 1 == result.exit_code
    assert f"the PoP still has the key that is said to be lost; for a new one, run: rm {state}" in result.output


def test_bad_words_of_the_command(lost: Lost, skerry: Callable[..., Result]) -> None:
    """Each says what is expected."""
    key = skerry("verify", lost.export, "--key", "abc")
    file = skerry("verify", lost.folder / "none", "--key", lost.signer.public.hex())
    both = skerry("export", "--home", lost.folder, "--config", lost.config)
    none = skerry("export", "--config", lost.config)

    assert "a --key is no public key, expected 64 hexadecimal digits" in key.output
    assert (
        "cannot be read: No such file or directory; make one with: skerry consent export --home DESK > FILE"
        in file.output
    )
    assert "expected --home of a desk, or --config of a PoP" in both.output
    assert "there is no outbox in" in none.output


def test_export_of_a_desk_that_takes_no_records(lost: Lost, skerry: Callable[..., Result]) -> None:
    """A PoP of such a desk keeps them, and prints them."""
    origin = OriginSection(url="http://127.0.0.1:1", kind="zammad")
    line = lost.export.read_bytes().splitlines()[1]
    message = msgspec.json.decode(line, type=ConsentMessage)
    record = record_of(message)
    state = lost.folder / "state"
    state.mkdir()
    with Outbox(state) as outbox:
        outbox.put_many([consent_parcel(message, record, known_of(record), origin=origin, until=0.0)])
        assert 0 == outbox.depth()

    assert line + b"\n" == skerry("export", "--config", lost.config).output.encode()
