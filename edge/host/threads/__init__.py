"""How does work get into a thread, and its result back to the event loop?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.host.threads.hop import give, in_thread
    from edge.host.threads.workers import Workers
else:
    __getattr__ = lazy_face(__name__, {"hop": "give in_thread", "workers": "Workers"})

__all__ = ["Workers", "give", "in_thread"]
