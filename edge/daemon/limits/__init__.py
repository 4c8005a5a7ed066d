"""Does this asker ask too often?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.limits.limiter import Limiter
    from edge.daemon.limits.named import asker_name, is_vouched
else:
    __getattr__ = lazy_face(__name__, {"limiter": "Limiter", "named": "asker_name is_vouched"})

__all__ = ["Limiter", "asker_name", "is_vouched"]
