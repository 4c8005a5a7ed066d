"""Files of a log: each has one path, and one content for ever."""

import pytest

from edge.errors import RefusedError
from edge.ledger import Tile, from_bundle, hashes_in, new_tiles, read_path, to_bundle
from tests.ledger.logs import LogInMemory


@pytest.mark.parametrize(
    ("path", "tile"),
    {
        "tile/0/000": Tile(0, 0, 256),
        "tile/0/000.p/1": Tile(0, 0, 1),
        "tile/2/x001/234": Tile(2, 1234, 256),
        "tile/entries/x001/x234/067.p/255": Tile(-1, 1234067, 255),
    }.items(),
)
def test_path(path: str, tile: Tile) -> None:
    """A path names one tile, and a tile has one path."""
    assert (path, tile) == (tile.path, read_path(path))


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/00/000",
        "tile/0/x000/001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/07",
        "tile/0/../000",
        "tile/0/000\n",
        "tile/0/" + "x999/" * 9 + "000",
    ],
)
def test_path_of_no_tile(path: str) -> None:
    """Another spelling of a path is refused: a file would have two names."""
    with pytest.raises(RefusedError, match="expected one of a tile"):
        read_path(path)


def test_new_tiles() -> None:
    """A log that grows from 255 to 513 leaves fills two tiles of leaves, and has a second level."""
    expected = (
        "tile/entries/000 tile/entries/001 tile/entries/002.p/1 tile/0/000 tile/0/001 tile/0/002.p/1 tile/1/000.p/2"
    )

    assert expected == " ".join(tile.path for tile in new_tiles(255, 513))
    assert [] == list(new_tiles(513, 513))


def test_files_never_change() -> None:
    """What is written once is never written with another content, however the log grows."""
    log, before = LogInMemory(), dict[str, bytes]()
    for batch in (1, 254, 1, 1, 255, 600):
        log.add(*(bytes([number % 256]) for number in range(batch)))

        assert before.items() <= log.files.items()
        before = dict(log.files)


def test_tile_of_the_wrong_length() -> None:
    """A tile that is cut is named, with its length."""
    with pytest.raises(RefusedError) as caught:
        hashes_in(lambda _: b"x" * 31, 3)(1, 0)

    assert "tile/0/000.p/3 has 31 bytes, expected 96" == str(caught.value)


def test_bundle() -> None:
    """Entries come back from a bundle, also an empty one and one of the greatest length."""
    entries = [b"", b"a", b"x" * 0xFFFF]

    assert entries == from_bundle(to_bundle(entries), 3)


@pytest.mark.parametrize(
    ("content", "width", "text"),
    [
        (b"\x00\x01a", 2, "bundle of 3 bytes has 1 entries up to byte 3, expected 2"),
        (b"\x00\x01a\x00", 1, "bundle of 4 bytes has 1 entries up to byte 3, expected 1"),
        (b"\x00\x09a", 1, "bundle of 3 bytes has 1 entries up to byte 11, expected 1"),
        (b"\x00", 0, "bundle of 1 bytes has 0 entries up to byte 0, expected 0"),
    ],
)
def test_bundle_that_is_damaged(content: bytes, width: int, text: str) -> None:
    """A bundle that is cut, or holds more than its name says, is refused."""
    with pytest.raises(RefusedError) as caught:
        from_bundle(content, width)

    assert text == str(caught.value)


def test_entry_that_is_too_long() -> None:
    """No bundle can say the length of such an entry."""
    with pytest.raises(ValueError, match="entry has 65536 bytes, expected at most 65535"):
        to_bundle([b"x" * 0x10000])
