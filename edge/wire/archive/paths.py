"""Where a log is put, and what a PoP signs of such a request. Both sides have it from here.

PUT /v1/pops/{name}/logs/{tenant}/{event}                    begin, go on, or ask
PUT /v1/pops/{name}/logs/{tenant}/{event}/entries/{number}   a bundle of 256 entries (C2SP tlog-tiles)
"""

from hashlib import sha256

ARCHIVE_CONTEXT = b"skerry log archive 1\x00"
"""Goes before what is signed, so that no signature of another use is one of this."""


def log_path(pop: str, log: str) -> str:
    """Path of the log `TENANT/EVENT` of a PoP."""
    return f"/v1/pops/{pop}/logs/{log}"


def bundle_path(pop: str, log: str, number: int) -> str:
    """Path of a bundle of its entries, counted from 0."""
    return f"{log_path(pop, log)}/entries/{number}"


def signed_request(path: str, body: bytes) -> bytes:
    """What the PoP's key signs of a request, after `ARCHIVE_CONTEXT`: where it goes, and what is in it.

    Who repeats it changes nothing: a log that is put twice is there once.
    """
    return f"{path}\n{sha256(body).hexdigest()}".encode()
