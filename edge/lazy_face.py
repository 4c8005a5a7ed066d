"""The face of a room: the names that outsiders may import, each loaded from its file when it is first asked for.

A room's `__init__` lists its names three times, and `tests/test_house.py` holds the lists together: `__all__` for
readers, imports under `TYPE_CHECKING` for type checkers, and `lazy_face` for the running program. So importing one name
from a face loads the file that holds it, not the whole room: `skerry --version` starts fast, and a PoP loads no code
that only publishers need.

    if TYPE_CHECKING:
        from edge.shelf.slot import Slot
    else:
        __getattr__ = lazy_face(__name__, {"slot": "Slot"})
"""

import importlib
import sys
from collections.abc import Callable, Mapping


def lazy_face(room: str, files: Mapping[str, str]) -> Callable[[str], object]:
    """A `__getattr__` for the module `room` (PEP 562). `files`: the names that each file holds, parted by spaces.

    No name may be that of a file: once the file is loaded, Python would give back the file.
    """
    homes = {name: f"{room}.{file}" for file, names in files.items() for name in names.split()}

    def __getattr__(name: str) -> object:  # noqa: N807 - it becomes a module's own
        home = homes.get(name)
        if home is None:
            raise AttributeError(f"module {room!r} has no attribute {name!r}, expected one of {', '.join(homes)}")
        value = getattr(importlib.import_module(home), name)
        # Kept, so that the next look finds it without this function.
        setattr(sys.modules[room], name, value)
        return value

    return __getattr__
