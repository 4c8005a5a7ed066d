"""Notes and checkpoints: signed by the log, cosigned by witnesses, and nothing else is taken for one."""

import pytest
from nacl.signing import SigningKey

from edge.errors import Reason, RefusedError
from edge.ledger import (
    Checkpoint,
    NoteKey,
    SignatureType,
    cosignature,
    open_checkpoint,
    open_note,
    read_checkpoint,
    read_key,
    sign_note,
)

PEN, WITNESS_PEN = SigningKey(b"\x01" * 32), SigningKey(b"\x02" * 32)
LOG = NoteKey("pop-1/drop", bytes(PEN.verify_key))
WITNESS = NoteKey("publisher", bytes(WITNESS_PEN.verify_key), SignatureType.COSIGNATURE)
CHECKPOINT = Checkpoint("pop-1/drop", 3, b"\x07" * 32)


def test_checkpoint_comes_back() -> None:
    """What a log signs is what a reader opens, with the witness's time."""
    note = CHECKPOINT.sign(PEN) + cosignature(CHECKPOINT.text, "publisher", WITNESS_PEN, at_s=1_790_000_000)

    opened = open_checkpoint(note, LOG, [WITNESS])

    assert CHECKPOINT == opened.checkpoint
    assert [(LOG, None), (WITNESS, 1_790_000_000)] == list(opened.signatures)


def test_key_comes_back() -> None:
    """A verifier key names its key, with its type."""
    for key in (LOG, WITNESS):
        assert key == read_key(key.text)


def test_known_key() -> None:
    """The id of the key of Go's own documentation is the one that stands in it."""
    text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

    assert text == read_key(text).text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+00000000+AAAA",
        LOG.text.replace("pop-1", "pop-2"),
        LOG.text[:-1] + "!",
        LOG.text.replace("+", " +", 1),
        f"{LOG.name}+{LOG.id.hex()}+",
    ],
)
def test_text_that_is_no_key(text: str) -> None:
    """Another text, or another name before a key's id, is no key."""
    with pytest.raises(RefusedError, match="expected NAME"):
        read_key(text)


def test_every_byte_counts() -> None:
    """A checkpoint with any byte changed is not opened as the one that was signed."""
    note = CHECKPOINT.sign(PEN)
    for at, character in enumerate(note):
        changed = note[:at] + ("A" if character != "A" else "B") + note[at + 1 :]
        with pytest.raises(RefusedError):
            open_checkpoint(changed, LOG)


def test_signatures_of_strangers_are_passed_over() -> None:
    """What others have added neither helps nor harms."""
    stranger = cosignature(CHECKPOINT.text, "somebody", SigningKey(b"\x03" * 32), at_s=1)

    assert CHECKPOINT == open_checkpoint(CHECKPOINT.sign(PEN) + stranger, LOG).checkpoint
    with pytest.raises(RefusedError) as caught:
        open_note(CHECKPOINT.text + "\n" + stranger, [LOG, WITNESS])
    assert "note is not signed by pop-1/drop, publisher" == str(caught.value)


def test_witness_alone_is_not_enough() -> None:
    """A checkpoint that its log did not sign is none, even if a witness signed it."""
    note = f"{CHECKPOINT.text}\n{cosignature(CHECKPOINT.text, 'publisher', WITNESS_PEN, at_s=1)}"

    with pytest.raises(RefusedError) as caught:
        open_checkpoint(note, LOG, [WITNESS])
    assert "checkpoint is not signed by pop-1/drop" == str(caught.value)


def test_cosignature_of_another_time() -> None:
    """The time is signed, too."""
    line = cosignature(CHECKPOINT.text, "publisher", WITNESS_PEN, at_s=1)
    other = cosignature(CHECKPOINT.text, "publisher", WITNESS_PEN, at_s=2)
    # The first 16 characters after the name hold the key's id and the time.
    name = "\N{EM DASH} publisher "
    forged = name + other.removeprefix(name)[:16] + line.removeprefix(name)[16:]

    with pytest.raises(RefusedError) as caught:
        open_checkpoint(CHECKPOINT.sign(PEN) + forged, LOG, [WITNESS])
    assert Reason.SIGNATURE_INVALID == caught.value.reason


def test_checkpoint_of_another_log() -> None:
    """A log's key under the name of another log is refused."""
    note = sign_note(CHECKPOINT.text.replace("pop-1", "pop-2"), LOG.name, PEN)

    with pytest.raises(RefusedError) as caught:
        open_checkpoint(note, LOG)
    assert "checkpoint of 'pop-2/drop', expected 'pop-1/drop'" == str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        "a\n01\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n",
        "a\n-1\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n",
        "a\n9999999999999999999\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n",
        "a\n1\nBwcHBwc=\n",
        "a\n1\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwd=\n",
        "\n1\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n",
    ],
)
def test_text_that_is_no_checkpoint(text: str) -> None:
    """A size or a root in another form is refused."""
    with pytest.raises(RefusedError, match="expected lines of a name"):
        read_checkpoint(text)


def test_further_lines() -> None:
    """A log may say more below; readers pass over it."""
    assert CHECKPOINT == read_checkpoint(CHECKPOINT.text + "more\n")


@pytest.mark.parametrize("text", ["no newline", "a\ttab\n", "half \ud800\n"])
def test_text_that_nobody_signs(text: str) -> None:
    """Texts that no reader of notes takes are not signed."""
    with pytest.raises(ValueError, match="text of a note"):
        sign_note(text, "name", PEN)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b"])
def test_name_that_nobody_has(name: str) -> None:
    """Names that no reader of notes takes are not used."""
    with pytest.raises(ValueError, match="expected one without spaces"):
        sign_note("text\n", name, PEN)


@pytest.mark.parametrize(
    "note",
    ["", "text\n", "text\n\n", "text\n\nline\n", "text\n\n\N{EM DASH} name\n", "text\n\n\N{EM DASH} name AAAA\n"],
)
def test_note_of_another_form(note: str) -> None:
    """A note without signatures, or with a line that is none, is refused."""
    with pytest.raises(RefusedError) as caught:
        open_note(note, [LOG])
    assert Reason.MALFORMED == caught.value.reason


def test_too_many_signatures() -> None:
    """A hundred signatures are read, and not one more."""
    text = sign_note("text\n", LOG.name, PEN)
    line = text.splitlines()[-1] + "\n"

    assert "text\n" == open_note(text + line * 99, [LOG])[0]
    with pytest.raises(RefusedError, match="up to 100 signatures"):
        open_note(text + line * 100, [LOG])
