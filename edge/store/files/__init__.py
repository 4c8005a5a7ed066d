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
    from edge.store.files.sqlite_schema import (
        apply_schema,
        make_durable,
        open_or_begin_again,
        schema_after,
        schema_in,
    )
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
            "sqlite_schema": "apply_schema make_durable open_or_begin_again schema_after schema_in",
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
    "apply_schema",
    "check_pages",
    "database_errors",
    "log_of",
    "make_durable",
    "may_be_full",
    "open_existing",
    "open_or_begin_again",
    "refuse_foreign",
    "schema_after",
    "schema_in",
]
