"""Has an operator changed a file, and is the new one in force? Files that are read again while a process runs.

A new kind of file takes three lines:

    token = WatchedFile("publisher.token_file", path, read=lambda: read_token(path, advice=ADVICE))
    watch = FileWatch([token])        # its task: watch.keep()
    …                                 # where the token is used: token.value
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.host.watched.certificate import ServerCertificate
    from edge.host.watched.file import WatchedFile, optional_file
    from edge.host.watched.report import FileReport, FileReports, FileState
    from edge.host.watched.route import reload_route
    from edge.host.watched.watch import LOOK_S, FileWatch
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "certificate": "ServerCertificate",
            "file": "WatchedFile optional_file",
            "report": "FileReport FileReports FileState",
            "route": "reload_route",
            "watch": "LOOK_S FileWatch",
        },
    )

__all__ = [
    "LOOK_S",
    "FileReport",
    "FileReports",
    "FileState",
    "FileWatch",
    "ServerCertificate",
    "WatchedFile",
    "optional_file",
    "reload_route",
]
