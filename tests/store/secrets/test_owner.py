from pathlib import Path

import pytest

from edge.errors import ConfigError
from edge.store.outbox import Outbox
from edge.store.secrets import note_owner, refuse_other_owner

OURS, THEIRS = bytes(32), b"\x07" * 32


@pytest.fixture
def theirs(state: Path) -> Path:
    """A state folder with the outbox of another PoP."""
    Outbox(state).close()
    note_owner(state, pop="fra-2", public=THEIRS)
    return state


def test_outbox_of_another_pop(theirs: Path) -> None:
    """The error names both PoPs, and the command for the one case in which the folder is right."""
    with pytest.raises(ConfigError) as caught:
        refuse_other_owner(theirs, pop="fra-1", public=OURS)

    owner = theirs / "outbox" / "owner"
    assert caught.value.text == (
        f"{theirs}/outbox has tickets of PoP 'fra-2' with key 0707070707070707..., but {theirs}/status.key is the key"
        " 0000000000000000... of PoP 'fra-1', expected both of one PoP; put the folder of PoP 'fra-1' back, or, if its"
        f" key was changed and the tickets are its own, run: rm {owner}"
    )
    with pytest.raises(ConfigError, match=r"but .*/status\.key is missing, expected both of one PoP"):
        refuse_other_owner(theirs, pop="fra-1", public=None)
    owner.unlink()
    refuse_other_owner(theirs, pop="fra-1", public=OURS)


def test_own_outbox(theirs: Path) -> None:
    """It may have another name than before."""
    refuse_other_owner(theirs, pop="fra-3", public=THEIRS)


@pytest.mark.parametrize("content", [b"", b"\xff\x00", b"x" * 64 + b" fra-2\n", bytes(2000)])
def test_damaged_owner(theirs: Path, content: bytes) -> None:
    """It proves nothing, and is written again."""
    owner = theirs / "outbox" / "owner"
    owner.write_bytes(content)
    refuse_other_owner(theirs, pop="fra-1", public=OURS)
    note_owner(theirs, pop="fra-1", public=OURS)

    assert owner.read_text() == f"{OURS.hex()} fra-1\n"


def test_outbox_of_an_older_release(state: Path) -> None:
    """It is adopted."""
    Outbox(state).close()
    refuse_other_owner(state, pop="fra-1", public=OURS)
    note_owner(state, pop="fra-1", public=OURS)

    assert 0o600 == (state / "outbox" / "owner").stat().st_mode & 0o777
    with pytest.raises(ConfigError):
        refuse_other_owner(state, pop="fra-2", public=THEIRS)


def test_no_state_folder(state: Path) -> None:
    """A first start finds nothing to refuse."""
    refuse_other_owner(state, pop="fra-1", public=OURS)
    note_owner(state, pop="fra-1", public=OURS)

    assert not state.exists()
