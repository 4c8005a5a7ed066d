"""What does a process need of its machine? Durable files, secrets, the log, time, retries and HTTP errors."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.host.address import proxy_for, url_of
    from edge.host.backoff import Backoff, delay_s
    from edge.host.bearer import bearer_token, matching
    from edge.host.body import json_response, length_of_body, read_body, read_record, safe_detail
    from edge.host.durable import (
        Step,
        clear_unfinished,
        create_private,
        is_disk_full,
        is_unfinished,
        make_folder,
        replace_file,
        replace_private,
        stage_files,
        storage_errors,
        sync_folder,
        sync_folders,
    )
    from edge.host.log import DiskFaults, RepeatedLines, Silence, configure_logging, error_location, get_logger
    from edge.host.memory import RecentlyUsed, RecentlyUsedByOwner, give_back_memory
    from edge.host.no_op import ignore
    from edge.host.problems import problem_of, problem_response, problems_middleware, reasons_route
    from edge.host.secrets import (
        NKEY_ADVICE,
        check_private,
        other_readers,
        read_content,
        read_entries,
        read_line,
        read_token,
    )
    from edge.host.time import is_set_within, utc_now
    from edge.host.tls import authorities_when_used, trusted_authorities
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "address": "proxy_for url_of",
            "backoff": "Backoff delay_s",
            "bearer": "bearer_token matching",
            "body": "json_response length_of_body read_body read_record safe_detail",
            "durable": (
                "Step clear_unfinished create_private is_disk_full is_unfinished make_folder replace_file "
                "replace_private stage_files storage_errors sync_folder sync_folders"
            ),
            "log": "DiskFaults RepeatedLines Silence configure_logging error_location get_logger",
            "memory": "RecentlyUsed RecentlyUsedByOwner give_back_memory",
            "no_op": "ignore",
            "problems": "problem_of problem_response problems_middleware reasons_route",
            "secrets": "NKEY_ADVICE check_private other_readers read_content read_entries read_line read_token",
            "time": "is_set_within utc_now",
            "tls": "authorities_when_used trusted_authorities",
        },
    )

__all__ = [
    "NKEY_ADVICE",
    "Backoff",
    "DiskFaults",
    "RecentlyUsed",
    "RecentlyUsedByOwner",
    "RepeatedLines",
    "Silence",
    "Step",
    "authorities_when_used",
    "bearer_token",
    "check_private",
    "clear_unfinished",
    "configure_logging",
    "create_private",
    "delay_s",
    "error_location",
    "get_logger",
    "give_back_memory",
    "ignore",
    "is_disk_full",
    "is_set_within",
    "is_unfinished",
    "json_response",
    "length_of_body",
    "make_folder",
    "matching",
    "other_readers",
    "problem_of",
    "problem_response",
    "problems_middleware",
    "proxy_for",
    "read_body",
    "read_content",
    "read_entries",
    "read_line",
    "read_record",
    "read_token",
    "reasons_route",
    "replace_file",
    "replace_private",
    "safe_detail",
    "stage_files",
    "storage_errors",
    "sync_folder",
    "sync_folders",
    "trusted_authorities",
    "url_of",
    "utc_now",
]
