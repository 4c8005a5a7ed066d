"""How are files and SQLite databases opened so that they survive a power cut?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.store.files.disk import SETTINGS, BytesDisk, refuse_foreign
    from edge.store.files.faults import DamagedError, database_errors
    from edge.store.files.home import Home
    from edge.store.files.sqlite_file import MAX_THOROUGH_BYTES, open_existing
    from edge.store.files.sqlite_store import SqliteStore
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "disk": "BytesDisk SETTINGS refuse_foreign",
            "faults": "DamagedError database_errors",
            "home": "Home",
            "sqlite_file": "MAX_THOROUGH_BYTES open_existing",
            "sqlite_store": "SqliteStore",
        },
    )

__all__ = [
    "MAX_THOROUGH_BYTES",
    "SETTINGS",
    "BytesDisk",
    "DamagedError",
    "Home",
    "SqliteStore",
    "database_errors",
    "open_existing",
    "refuse_foreign",
]
