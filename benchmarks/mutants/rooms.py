"""The rooms whose tests are tried, and the order in which a room's tests run on a mutant."""

import re
from pathlib import Path
from typing import NamedTuple


class Room(NamedTuple):
    """Paths of a room's source and of its tests. Tests in `left_out` are not run."""

    sources: tuple[str, ...]
    tests: tuple[str, ...]
    left_out: tuple[str, ...] = ()


ROOMS = {
    "decide": Room(("edge/decide",), ("tests/decide",)),
    # test_mutations.py makes a copy of the project by itself, and takes a minute.
    "trust": Room(("edge/trust",), ("tests/trust",), left_out=("test_mutations.py",)),
    "shelf": Room(("edge/shelf.py",), ("tests/shelf",)),
    "store": Room(("edge/store",), ("tests/store",)),
    "triage": Room(("edge/triage",), ("tests/triage",)),
    "host": Room(("edge/host",), ("tests/host",)),
}


_OF_NO_ROOM = 2
"""`edge/shelf.py` lies in no room."""


class NoRoomError(Exception):
    """There is no such room. The text says what was expected."""


def files_of(name: str, root: Path) -> tuple[list[str], list[str]]:
    """A room's source files and its test files, relative to `root`. Raises `NoRoomError` if it has none."""
    room = ROOMS.get(name)
    if room is None:
        raise NoRoomError(f"there is no room {name!r}, expected some of {', '.join(ROOMS)}")
    sources = _python_files(room.sources, root)
    tests = [
        file
        for file in _python_files(room.tests, root)
        if Path(file).name.startswith("test_") and Path(file).name not in room.left_out
    ]
    for what, paths, files in (("source", room.sources, sources), ("tests", room.tests, tests)):
        if not files:
            raise NoRoomError(f"room {name!r} has no {what} here, expected them in {' or '.join(paths)}")
    return sources, tests


def nearest_first(tests: list[str], source: str, root: Path) -> list[str]:
    """The tests in this order: named after the source file, importing it, importing its room, all others."""
    path = Path(source)
    names = [_naming(path.with_suffix(""))]
    if len(path.parts) > _OF_NO_ROOM:
        names.append(_naming(path.parent))

    def distance(test: str) -> int:
        if Path(test).stem.removeprefix("test_").startswith(path.stem):
            return 0
        text = (root / test).read_text(encoding="utf-8")
        return next((index for index, name in enumerate(names, 1) if name.search(text)), 1 + len(names))

    return sorted(tests, key=distance)


def _naming(path: Path) -> re.Pattern[str]:
    """A pattern for the dotted name of this file or folder, but not for a longer name."""
    return re.compile(rf"\b{re.escape('.'.join(path.parts))}\b(?!\.\w)")


def _python_files(paths: tuple[str, ...], root: Path) -> list[str]:
    names = []
    for path in (root / name for name in paths):
        files = [path] if path.is_file() else path.rglob("*.py")
        names += [str(file.relative_to(root)) for file in files if "__pycache__" not in file.parts]
    return sorted(names)
