"""The rooms whose tests are tried, and in which order a room's tests are run for a mutant."""

import re
from pathlib import Path
from typing import NamedTuple


class Room(NamedTuple):
    """Where a room's source and its tests lie. `left_out` are tests that are not run."""

    sources: tuple[str, ...]
    tests: tuple[str, ...]
    left_out: tuple[str, ...] = ()


ROOMS = {
    "decide": Room(("edge/decide",), ("tests/decide",)),
    # The mutations there are tried in a copy of a copy, and take a minute.
    "trust": Room(("edge/trust",), ("tests/trust",), left_out=("test_mutations.py",)),
    "shelf": Room(("edge/shelf.py",), ("tests/shelf",)),
    "store": Room(("edge/store",), ("tests/store",)),
    "triage": Room(("edge/triage",), ("tests/triage",)),
    "host": Room(("edge/host",), ("tests/host",)),
}


_OF_NO_ROOM = 2
"""`edge/shelf.py` lies in no room."""


class NoRoomError(Exception):
    """A room that is not there; its text says what was expected."""


def files_of(name: str, root: Path) -> tuple[list[str], list[str]]:
    """A room's source files and its test files, relative to `root`; raises `NoRoomError`."""
    room = ROOMS.get(name)
    if room is None:
        raise NoRoomError(f"there is no room {name!r}, expected some of {', '.join(ROOMS)}")
    sources = _python_files(room.sources, root)
    tests = [
        file
        for file in _python_files(room.tests, root)
        if Path(file).name.startswith("test_") and Path(file).name not in room.left_out
    ]
    for what, places, found in (("source", room.sources, sources), ("tests", room.tests, tests)):
        if not found:
            raise NoRoomError(f"room {name!r} has no {what} here, expected them in {' or '.join(places)}")
    return sources, tests


def nearest_first(tests: list[str], source: str, root: Path) -> list[str]:
    """Tests named after the source file first, then those that import it, those that import its room, the others."""
    path = Path(source)
    wanted = [_naming(path.with_suffix(""))]
    if len(path.parts) > _OF_NO_ROOM:
        wanted.append(_naming(path.parent))

    def distance(test: str) -> int:
        if Path(test).stem.removeprefix("test_").startswith(path.stem):
            return 0
        text = (root / test).read_text(encoding="utf-8")
        return next((place for place, name in enumerate(wanted, 1) if name.search(text)), 1 + len(wanted))

    return sorted(tests, key=distance)


def _naming(path: Path) -> re.Pattern[str]:
    """Finds the dotted name of this file or folder, and no longer one."""
    return re.compile(rf"\b{re.escape('.'.join(path.parts))}\b(?!\.\w)")


def _python_files(places: tuple[str, ...], root: Path) -> list[str]:
    found = []
    for place in places:
        path = root / place
        files = [path] if path.is_file() else path.rglob("*.py")
        found += [str(file.relative_to(root)) for file in files if "__pycache__" not in file.parts]
    return sorted(found)
