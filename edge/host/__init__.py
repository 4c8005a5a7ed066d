"""What does a process need of its machine? Durable files, secrets, the log, time, retries and HTTP errors."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.host.admin import AdminPeer, AdminSocket, call_admin
    from edge.host.backoff import Backoff, delay_s
    from edge.host.bearer import bearer_token, matching
    from edge.host.body import json_response, read_record
    from edge.host.durable import (
        Step,
        clear_unfinished,
        create_private,
        is_unfinished,
        make_folder,
        replace_file,
        replace_private,
        storage_errors,
        sync_folder,
    )
    from edge.host.log import configure_logging, error_location, get_logger
    from edge.host.lru import RecentlyUsed
    from edge.host.no_op import ignore
    from edge.host.problems import problem_of, problem_response, problems_middleware, reasons_route
    from edge.host.secrets import NKEY_ADVICE, check_private, read_content, read_entries, read_line, read_token
    from edge.host.time import utc_now
    from edge.host.tls import trusted_authorities
    from edge.host.waiting import is_set_within
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "admin": "AdminPeer AdminSocket call_admin",
            "backoff": "Backoff delay_s",
            "bearer": "bearer_token matching",
            "body": "json_response read_record",
            "durable": (
                "Step clear_unfinished create_private is_unfinished make_folder replace_file "
                "replace_private storage_errors sync_folder"
            ),
            "log": "configure_logging error_location get_logger",
            "lru": "RecentlyUsed",
            "no_op": "ignore",
            "problems": "problem_of problem_response problems_middleware reasons_route",
            "secrets": "NKEY_ADVICE check_private read_content read_entries read_line read_token",
            "time": "utc_now",
            "tls": "trusted_authorities",
            "waiting": "is_set_within",
        },
    )

__all__ = [
    "NKEY_ADVICE",
    "AdminPeer",
    "AdminSocket",
    "Backoff",
    "RecentlyUsed",
    "Step",
    "bearer_token",
    "call_admin",
    "check_private",
    "clear_unfinished",
    "configure_logging",
    "create_private",
    "delay_s",
    "error_location",
    "get_logger",
    "ignore",
    "is_set_within",
    "is_unfinished",
    "json_response",
    "make_folder",
    "matching",
    "problem_of",
    "problem_response",
    "problems_middleware",
    "read_content",
    "read_entries",
    "read_line",
    "read_record",
    "read_token",
    "reasons_route",
    "replace_file",
    "replace_private",
    "storage_errors",
    "sync_folder",
    "trusted_authorities",
    "utc_now",
]
