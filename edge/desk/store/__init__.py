"""What must people not lose? Tickets, replies, events that PoPs have not confirmed, drafts and the audit log.

One SQLite file, `home/desk/desk.db`. When a method returns, what it did survives a power cut. Blocking, for one thread.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.desk.store.actions import CLAIM_S, TicketActions
    from edge.desk.store.audit import AuditLine, audit_lines, moment
    from edge.desk.store.drafts import DraftBox
    from edge.desk.store.export import all_lines, export_lines, read_only
    from edge.desk.store.intake import IncomingTicket, TicketIntake
    from edge.desk.store.pop_events import PopEvents, StoredEvent
    from edge.desk.store.queue import QueueView
    from edge.desk.store.scope import Scope
    from edge.desk.store.store import DeskStore
    from edge.desk.store.waiting import TenantQueue, queues_of
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "actions": "CLAIM_S TicketActions",
            "audit": "AuditLine audit_lines moment",
            "drafts": "DraftBox",
            "export": "all_lines export_lines read_only",
            "intake": "IncomingTicket TicketIntake",
            "pop_events": "PopEvents StoredEvent",
            "queue": "QueueView",
            "scope": "Scope",
            "store": "DeskStore",
            "waiting": "TenantQueue queues_of",
        },
    )

__all__ = [
    "CLAIM_S",
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
    "all_lines",
    "audit_lines",
    "export_lines",
    "moment",
    "queues_of",
    "read_only",
]
