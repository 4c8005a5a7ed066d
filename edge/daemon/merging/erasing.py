"""What an erasure leaves of merges at a PoP: nothing, but for the message of an undoing that is on its way."""

from edge.records.merges import MergeMessage
from edge.records.payloads import EraseRequest, ErasureScope
from edge.store.outbox import Outbox
from edge.store.payloads import session_digest


def erase_merges(outbox: Outbox, request: EraseRequest) -> int:
    """Delete the merges that the request names; gives how many acts (merges and undoings). Idempotent.

    For sessions: those that name one of them. For tickets: by the ids of their messages. For events: those with a leaf
    in the event's log. A message that waits for the desk is deleted, too, but for one of an undoing that the request
    does not name itself: it names no session, and without it the desk would go on to show both as one. In the outbox's
    thread. Raises `StorageError`, also if another program reads the file: the same call again completes it.
    """
    tenant, names = request.tenant, request.names
    if request.scope is ErasureScope.SESSION:
        found = outbox.merges.of_sessions(tenant, [session_digest(tenant, name) for name in names])
    elif request.scope is ErasureScope.EVENT:
        found = outbox.merges.of_logs([f"{tenant}/{name}" for name in names])
    else:
        undone = [MergeMessage.undo_id_of(MergeMessage.merge_of(name)) for name in names if MergeMessage.is_id(name)]
        found = outbox.merges.of_messages(tenant, dict.fromkeys((*names, *undone)))
    if not found:
        return 0
    # Killed after this line: the rows are still here, so the same call finds them.
    outbox.dropped([one for one in found if one in names or not MergeMessage.is_undo_id(one)])
    deleted = outbox.merges.delete(found)
    outbox.empty_log()
    return deleted
