"""How does a program ask a PoP? A typed, asynchronous client that gives no answer back before it has verified it.

    async with aiohttp.ClientSession() as http:
        pop = PopClient(http, "https://pop.example", keys={"northwind": [key]})
        response = await pop.ask(AskRequest(island="northwind/hoodie-drop", text="when does it ship?"))

A PoP never loads this room: it is for those who ask.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.client.belief import read_key
    from edge.client.exchange import ClientBounds
    from edge.client.follow import TicketEvent
    from edge.client.pop_client import PopClient
    from edge.client.saved import SIGNED_FIELDS, fetch_signed, read_saved, saved_answer
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "belief": "read_key",
            "exchange": "ClientBounds",
            "follow": "TicketEvent",
            "pop_client": "PopClient",
            "saved": "SIGNED_FIELDS fetch_signed read_saved saved_answer",
        },
    )

__all__ = [
    "SIGNED_FIELDS",
    "ClientBounds",
    "PopClient",
    "TicketEvent",
    "fetch_signed",
    "read_key",
    "read_saved",
    "saved_answer",
]
