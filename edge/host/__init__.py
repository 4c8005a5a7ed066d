"""What does any machine give a process? Durable files, secrets, the log, time, retries, problem documents."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.host.backoff import delay_s
    from edge.host.durable import (
        Step,
        clear_unfinished,
        create_private,
        is_unfinished,
        make_folder,
        no_step,
        replace,
        replace_private,
        storage_errors,
        sync_folder,
    )
    from edge.host.log import configure_logging, get_logger, where
    from edge.host.lru import RecentlyUsed
    from edge.host.problems import problems_middleware, safe_detail
    from edge.host.secrets import NKEY_ADVICE, read_token
    from edge.host.tls import trusted_authorities
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "backoff": "delay_s",
            "durable": (
                "Step clear_unfinished create_private is_unfinished make_folder no_step replace "
                "replace_private storage_errors sync_folder"
            ),
            "log": "configure_logging get_logger where",
            "lru": "RecentlyUsed",
            "problems": "problems_middleware safe_detail",
            "secrets": "NKEY_ADVICE read_token",
            "tls": "trusted_authorities",
        },
    )

__all__ = [
    "NKEY_ADVICE",
    "RecentlyUsed",
    "Step",
    "clear_unfinished",
    "configure_logging",
    "create_private",
    "delay_s",
    "get_logger",
    "is_unfinished",
    "make_folder",
    "no_step",
    "problems_middleware",
    "read_token",
    "replace",
    "replace_private",
    "safe_detail",
    "storage_errors",
    "sync_folder",
    "trusted_authorities",
    "where",
]
