"""Did this PoP make this token, and what does it say? Pure. A token can only be made with the key.

A receipt names one outcome for feedback, and what may be chosen from it. A callback promise names a ticket and when
people will call back. A ticket token lets its asker follow a ticket. A token of a decision tree says at which step a
viewer is; `edge.decide` makes it. A session names a viewer by a pseudonym. It is the one token that others may make
too: every PoP of a fleet, and its ingests. What an ingest calls its viewer is made a pseudonym for one event here.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.tokens.asker import ANONYMOUS, Asker, SessionIssuer
    from edge.tokens.callback_promise import make_promise, read_promise
    from edge.tokens.offer import (
        CHOICE_LIFE_S,
        check_choice,
        check_revision,
        choice_ticket_id,
        question_hash,
        read_offer,
        used_before,
    )
    from edge.tokens.pseudonym import NAMED_PREFIX, PSEUDONYM_KEY_BYTES, pseudonym_of, tenant_pseudonym_key
    from edge.tokens.receipt import NUMBER_BYTES, Receipt, contact_of, make_receipt, read_receipt
    from edge.tokens.session import (
        CLAIM_NAME_PATTERN,
        CLAIM_VALUE_PATTERN,
        MAX_CLAIMS,
        MAX_SESSION_CHARACTERS,
        SIGNED_PREFIX,
        SessionKeys,
        SignedSession,
        check_session,
        claimed_event,
        load_jwt,
        make_session,
        open_session,
    )
    from edge.tokens.ticket_token import (
        TICKET_TOKEN_LIFE_S,
        TicketCapability,
        make_ticket_token,
        read_ticket_token,
        repeated_ticket_id,
    )
    from edge.tokens.token import TOKEN_KEY_BYTES, make_token, open_token, seal, unseal
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "asker": "ANONYMOUS Asker SessionIssuer",
            "callback_promise": "make_promise read_promise",
            "offer": (
                "CHOICE_LIFE_S check_choice check_revision choice_ticket_id question_hash read_offer used_before"
            ),
            "pseudonym": "NAMED_PREFIX PSEUDONYM_KEY_BYTES pseudonym_of tenant_pseudonym_key",
            "receipt": "NUMBER_BYTES Receipt contact_of make_receipt read_receipt",
            "session": (
                "CLAIM_NAME_PATTERN CLAIM_VALUE_PATTERN MAX_CLAIMS MAX_SESSION_CHARACTERS SIGNED_PREFIX SessionKeys "
                "SignedSession check_session claimed_event load_jwt make_session open_session"
            ),
            "ticket_token": (
                "TICKET_TOKEN_LIFE_S TicketCapability make_ticket_token read_ticket_token repeated_ticket_id"
            ),
            "token": "TOKEN_KEY_BYTES make_token open_token seal unseal",
        },
    )

__all__ = [
    "ANONYMOUS",
    "CHOICE_LIFE_S",
    "CLAIM_NAME_PATTERN",
    "CLAIM_VALUE_PATTERN",
    "MAX_CLAIMS",
    "MAX_SESSION_CHARACTERS",
    "NAMED_PREFIX",
    "NUMBER_BYTES",
    "PSEUDONYM_KEY_BYTES",
    "SIGNED_PREFIX",
    "TICKET_TOKEN_LIFE_S",
    "TOKEN_KEY_BYTES",
    "Asker",
    "Receipt",
    "SessionIssuer",
    "SessionKeys",
    "SignedSession",
    "TicketCapability",
    "check_choice",
    "check_revision",
    "check_session",
    "choice_ticket_id",
    "claimed_event",
    "contact_of",
    "load_jwt",
    "make_promise",
    "make_receipt",
    "make_session",
    "make_ticket_token",
    "make_token",
    "open_session",
    "open_token",
    "pseudonym_of",
    "question_hash",
    "read_offer",
    "read_promise",
    "read_receipt",
    "read_ticket_token",
    "repeated_ticket_id",
    "seal",
    "tenant_pseudonym_key",
    "unseal",
    "used_before",
]
