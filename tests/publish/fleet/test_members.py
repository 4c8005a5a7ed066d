"""Members of the fleet are files on disk."""

from pathlib import Path

import pytest

from edge.errors import ConfigError, RefusedError
from edge.publish.fleet import FleetMembers

KEY, OTHER = "ab" * 32, "cd" * 32


def test_members_are_added_and_removed(tmp_path: Path) -> None:
    """Another instance sees each change."""
    members = FleetMembers(tmp_path)
    assert [] == members.names()
    members.add("fra", KEY)
    members.add("ams", KEY)
    members.add("ams", OTHER)

    assert ["ams", "fra"] == FleetMembers(tmp_path).names()
    assert bytes.fromhex(OTHER) == FleetMembers(tmp_path).key("ams")
    members.remove("ams")
    assert (["fra"], None) == (members.names(), members.key("ams"))


def test_copied_file(tmp_path: Path) -> None:
    """A PoP's `status.pub` that was copied into the folder makes it a member."""
    (tmp_path / "pops").mkdir()
    (tmp_path / "pops" / "ams.pub").write_text(f"{KEY}\n")

    assert bytes.fromhex(KEY) == FleetMembers(tmp_path).key("ams")


@pytest.mark.parametrize("content", [b"", b"ab", b"AB" * 32, b"\xff" * 64, b"ab" * 33])
def test_file_that_holds_no_key(tmp_path: Path, content: bytes) -> None:
    """The PoP is a member without a key: no status of it is accepted, and it lags."""
    (tmp_path / "pops").mkdir()
    (tmp_path / "pops" / "ams.pub").write_bytes(content)

    assert (["ams"], None) == (FleetMembers(tmp_path).names(), FleetMembers(tmp_path).key("ams"))


@pytest.mark.parametrize("name", ["", "../keys/root-1", "Ams", "ams.pub", "a" * 64, "ams\n", ".hidden"])
def test_malformed_name(tmp_path: Path, name: str) -> None:
    """It is refused, so that no name leads out of the folder."""
    members = FleetMembers(tmp_path)
    expected = f"{name!r} cannot be a PoP's name, expected 1 to 63 lower-case letters, digits, inner '-'"

    with pytest.raises(RefusedError) as caught:
        members.add(name, KEY)
    assert expected == caught.value.text
    assert members.key(name) is None
    with pytest.raises(RefusedError, match="is not a PoP of this fleet, expected one that is listed by: "):
        members.remove(name)


def test_removal_of_a_pop_that_is_not_a_member(tmp_path: Path) -> None:
    """The error ends with the command that lists the members of this home."""
    expected = (
        "'ams' is not a PoP of this fleet, expected one that is listed by:"
        f" skerry publisher pops list --home {tmp_path}"
    )
    with pytest.raises(RefusedError) as caught:
        FleetMembers(tmp_path).remove("ams")

    assert expected == caught.value.text


def test_malformed_key(tmp_path: Path) -> None:
    """The error does not quote it: it may be the private key."""
    with pytest.raises(RefusedError) as caught:
        FleetMembers(tmp_path).add("ams", "ab" * 31)
    expected = "this is not a PoP's key, expected the 64 hexadecimal digits of its status.pub"
    assert expected == caught.value.text


def test_missing_home(tmp_path: Path) -> None:
    """The error ends with the command that makes one."""
    home = tmp_path / "none"
    with pytest.raises(ConfigError, match=f"^no home {home}, run: skerry keys init --home {home}$"):
        FleetMembers(home).add("ams", KEY)


def test_other_files_in_the_folder(tmp_path: Path) -> None:
    """An unfinished file and an editor's copy are not members."""
    (tmp_path / "pops").mkdir()
    for name in (".unfinished-1-ams.pub", "ams.pub~", "README"):
        (tmp_path / "pops" / name).touch()

    assert [] == FleetMembers(tmp_path).names()
