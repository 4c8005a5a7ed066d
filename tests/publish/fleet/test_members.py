"""Who belongs to the fleet, on the disk."""

from pathlib import Path

import pytest

from edge.errors import ConfigError, RefusedError
from edge.publish.fleet import FleetMembers

KEY, OTHER = "ab" * 32, "cd" * 32


def test_members_come_and_go(tmp_path: Path) -> None:
    """Each change lasts, for every instance."""
    pops = FleetMembers(tmp_path)
    assert [] == pops.names()
    pops.add("fra", KEY)
    pops.add("ams", KEY)
    pops.add("ams", OTHER)

    assert ["ams", "fra"] == FleetMembers(tmp_path).names()
    assert bytes.fromhex(OTHER) == FleetMembers(tmp_path).key("ams")
    pops.remove("ams")
    assert (["fra"], None) == (pops.names(), pops.key("ams"))


def test_file_put_there_by_hand_counts(tmp_path: Path) -> None:
    """As the PoP wrote it."""
    (tmp_path / "pops").mkdir()
    (tmp_path / "pops" / "ams.pub").write_text(f"{KEY}\n")

    assert bytes.fromhex(KEY) == FleetMembers(tmp_path).key("ams")


@pytest.mark.parametrize("content", [b"", b"ab", b"AB" * 32, b"\xff" * 64, b"ab" * 33])
def test_file_that_holds_no_key(tmp_path: Path, content: bytes) -> None:
    """A member whose key is not known: nothing of it is believed, and it is missed."""
    (tmp_path / "pops").mkdir()
    (tmp_path / "pops" / "ams.pub").write_bytes(content)

    assert (["ams"], None) == (FleetMembers(tmp_path).names(), FleetMembers(tmp_path).key("ams"))


@pytest.mark.parametrize("name", ["", "../keys/root-1", "Ams", "ams.pub", "a" * 64, "ams\n", ".hidden"])
def test_what_is_no_name(tmp_path: Path, name: str) -> None:
    """No name leads out of the folder."""
    pops = FleetMembers(tmp_path)
    expected = f"{name!r} cannot be a PoP, expected 1 to 63 lower-case letters, digits, inner '-'"

    with pytest.raises(RefusedError) as caught:
        pops.add(name, KEY)
    assert expected == caught.value.text
    assert pops.key(name) is None
    with pytest.raises(RefusedError, match="is no PoP of this fleet, expected one that `skerry publisher pops list`"):
        pops.remove(name)


def test_what_is_no_key(tmp_path: Path) -> None:
    """The text does not repeat it: it may be the private half."""
    with pytest.raises(RefusedError) as caught:
        FleetMembers(tmp_path).add("ams", "ab" * 31)
    expected = "that is not a PoP's key, expected the 64 hexadecimal digits of its status.pub"
    assert expected == caught.value.text


def test_no_home(tmp_path: Path) -> None:
    """The text ends with the command that makes one."""
    home = tmp_path / "none"
    with pytest.raises(ConfigError, match=f"^no home {home}, run: skerry keys init --home {home}$"):
        FleetMembers(home).add("ams", KEY)


def test_files_of_others_are_no_members(tmp_path: Path) -> None:
    """Neither what a writer left half-done nor an editor's copy."""
    (tmp_path / "pops").mkdir()
    for name in (".unfinished-1-ams.pub", "ams.pub~", "README"):
        (tmp_path / "pops" / name).touch()

    assert [] == FleetMembers(tmp_path).names()
