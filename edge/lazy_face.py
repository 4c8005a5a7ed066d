"""The face of a room: the names that other rooms may import. Each name is loaded from its file on first use.

A room's `__init__` lists its names three times: `__all__` for readers, imports under `TYPE_CHECKING` for type checkers,
and `lazy_face` for the running program. `tests/test_house.py` checks that the three agree.

Importing one name from a face loads the file that defines it, not the whole room. So `skerry --version` starts fast,
and a PoP loads no code that only publishers need.

    if TYPE_CHECKING:
        from edge.shelf.slot import Slot
    else:
        __getattr__ = lazy_face(__name__, {"slot": "Slot"})
"""

import importlib
import sys
from collections.abc import Callable, Mapping


def lazy_face(room: str, files: Mapping[str, str]) -> Callable[[str], object]:
    """A `__getattr__` for the module `room` (PEP 562). `files`: the names that each file defines, separated by spaces.

    No name may equal a file's name: once the file is loaded, Python would return the file. The returned function raises
    `AttributeError` for a name that no file defines.
    """
    modules = {name: f"{room}.{file}" for file, names in files.items() for name in names.split()}

    def __getattr__(name: str) -> object:  # noqa: N807 - it becomes a module's own
        module = modules.get(name)
        if module is None:
            raise AttributeError(f"module {room!r} has no attribute {name!r}, expected one of {', '.join(modules)}")
        value = getattr(importlib.import_module(module), name)
        # Stored in the module, so that the next use does not call this function.
        setattr(sys.modules[room], name, value)
        return value

    return __getattr__
