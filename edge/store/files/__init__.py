"""How are files and SQLite databases opened so that they survive a power cut?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.store.files.disk import SETTINGS, BytesDisk, refuse_foreign
    from edge.store.files.faults import DamagedError, database_errors, may_be_full
    from edge.store.files.home import Home
    from edge.store.files.in_use import InUseMark
    from edge.store.files.named_files import NamedFiles
    from edge.store.files.reserve import RESERVE_BYTES, Reserve
    from edge.store.files.sqlite_file import MAX_THOROUGH_BYTES, check_pages, log_of, open_existing
    from edge.store.files.sqlite_store import SqliteStore
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "disk": "BytesDisk SETTINGS refuse_foreign",
            "faults": "DamagedError database_errors may_be_full",
            "home": "Home",
            "in_use": "InUseMark",
            "named_files": "NamedFiles",
            "reserve": "RESERVE_BYTES Reserve",
            "sqlite_file": "MAX_THOROUGH_BYTES check_pages log_of open_existing",
            "sqlite_store": "SqliteStore",
        },
    )

__all__ = [
    "MAX_THOROUGH_BYTES",
    "RESERVE_BYTES",
    "SETTINGS",
    "BytesDisk",
    "DamagedError",
    "Home",
    "InUseMark",
    "NamedFiles",
    "Reserve",
    "SqliteStore",
    "check_pages",
    "database_errors",
    "log_of",
    "may_be_full",
    "open_existing",
    "refuse_foreign",
]
