"""How do tickets reach people who work at Chatwoot or Zammad, and how do their replies come back?

The desk takes tickets of PoPs as always, hands them on, and looks every 30 seconds for what is new. A webhook only says
where to look at once. So a reply comes once, however often and in whichever way the desk hears of it.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.desk.relay.relays import Relays
    from edge.desk.relay.settings import RelayFiles, RelaySettings, read_relays
else:
    __getattr__ = lazy_face(
        __name__,
        {"relays": "Relays", "settings": "RelayFiles RelaySettings read_relays"},
    )

__all__ = ["RelayFiles", "RelaySettings", "Relays", "read_relays"]
