"""What a tenant's own system posts for people, such as a mail or a note of a call, and what it hears."""

from typing import Annotated

import msgspec

from edge.records import TicketState, Utc
from edge.tokens import CLAIM_NAME_PATTERN, CLAIM_VALUE_PATTERN, MAX_CLAIMS

MAX_CHANNEL_CHARACTERS = 200
"""As in a question."""

MAX_ID_CHARACTERS = 256
"""A mail's `Message-ID` has about 80 characters."""


class PostedMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /v1/tickets`: a message for people about one island. It is judged, and never answered by a machine."""

    island: str
    """The island, as `tenant/island`."""
    channel: Annotated[str, msgspec.Meta(max_length=MAX_CHANNEL_CHARACTERS)]
    """Where it was said, such as `mail` or `phone:shop-2`. Its class is `other`: the word before the first colon is not
    `stream`, `widget` or `chat`."""
    id: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_ID_CHARACTERS)]
    """The system's own id of the message. The same id of the same tenant and channel is the same ticket."""
    text: str
    """The message: 1 to 2,000 characters."""
    context: Annotated[
        dict[
            Annotated[str, msgspec.Meta(pattern=rf"\A{CLAIM_NAME_PATTERN}\Z")],
            Annotated[str, msgspec.Meta(pattern=rf"\A{CLAIM_VALUE_PATTERN}\Z")],
        ],
        msgspec.Meta(max_length=MAX_CLAIMS),
    ] = {}
    """What the tenant knows of the sender, such as `order_state`. It counts as claims do: routes may ask for it, and it
    goes with the ticket."""
    locale: Annotated[str, msgspec.Meta(max_length=35)] = ""
    """The message's language as a BCP 47 tag, if the system knows it."""


class PostedTicket(msgspec.Struct, frozen=True, kw_only=True):
    """The ticket of a message. It is durable when this response is sent."""

    ticket: str
    """Id of the ticket."""
    ticket_token: str
    """The token for `GET /v1/tickets/{ticket}` and its events, which have people's reply."""
    state: TicketState
    """How far the ticket has come: `waiting`, unless the message was posted before."""
    since: Utc
    """Since when it has been in this state."""
