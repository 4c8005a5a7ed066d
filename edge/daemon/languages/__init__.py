"""What do questions in other languages than the island's probably mean? Loaded only if the configuration says so."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.languages.languages import MAX_EXAMPLES, Languages, SecondModel
    from edge.daemon.languages.package import PACKAGE, open_folder, open_guard, open_languages
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "languages": "Languages MAX_EXAMPLES SecondModel",
            "package": "PACKAGE open_folder open_guard open_languages",
        },
    )

__all__ = ["MAX_EXAMPLES", "PACKAGE", "Languages", "SecondModel", "open_folder", "open_guard", "open_languages"]
