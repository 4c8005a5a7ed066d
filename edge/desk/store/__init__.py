"""What must people not lose? Tickets, replies, events that PoPs have not confirmed, drafts and the audit log.

One SQLite file, `home/desk/desk.db`. When a method returns, what it did survives a power cut. Blocking, for one thread.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.desk.store.actions import TicketActions
    from edge.desk.store.audit import AuditLine, audit_lines, moment, record
    from edge.desk.store.drafts import DraftBox
    from edge.desk.store.export import all_lines, export_lines, read_only
    from edge.desk.store.intake import MAX_OPEN, IncomingTicket, TicketIntake
    from edge.desk.store.pop_events import PopEvents, StoredEvent, add_event
    from edge.desk.store.queue import QueueView
    from edge.desk.store.row_tickets import CLAIM_S
    from edge.desk.store.scope import Scope
    from edge.desk.store.store import FORGET_AT_ONCE, DeskStore
    from edge.desk.store.waiting import TenantQueue, lanes_of, queues_of
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "actions": "TicketActions",
            "audit": "AuditLine audit_lines moment record",
            "drafts": "DraftBox",
            "export": "all_lines export_lines read_only",
            "intake": "MAX_OPEN IncomingTicket TicketIntake",
            "pop_events": "PopEvents StoredEvent add_event",
            "queue": "QueueView",
            "row_tickets": "CLAIM_S",
            "scope": "Scope",
            "store": "FORGET_AT_ONCE DeskStore",
            "waiting": "TenantQueue lanes_of queues_of",
        },
    )

__all__ = [
    "CLAIM_S",
    "FORGET_AT_ONCE",
    "MAX_OPEN",
    "AuditLine",
    "DeskStore",
    "DraftBox",
    "IncomingTicket",
    "PopEvents",
    "QueueView",
    "Scope",
    "StoredEvent",
    "TenantQueue",
    "TicketActions",
    "TicketIntake",
    "add_event",
    "all_lines",
    "audit_lines",
    "export_lines",
    "lanes_of",
    "moment",
    "queues_of",
    "read_only",
    "record",
]
