"""Words about a peer that a command cannot reach. The texts of urllib, http.client and ssl are never among them.

`http.client` quotes a header that it refuses to send, with the token in it, and bytes that a peer sent.
"""

import ssl
from http.client import HTTPException
from urllib.parse import urlsplit

NETWORK_ERRORS = (OSError, ValueError, HTTPException)
"""What urllib and http.client raise when a request fails."""


def cause_of(error: Exception) -> str:
    """Why a request failed, in words of the system or of ours."""
    reason = getattr(error, "reason", None)
    known = reason if isinstance(reason, OSError) else error
    if isinstance(known, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {known.verify_message}"
    if isinstance(known, TimeoutError):
        return "it did not answer in time"
    if isinstance(known, OSError) and known.strerror:
        return known.strerror
    return "the request or its answer is not HTTP"


def address_of(url: str) -> str:
    """The URL without user, password, query and fragment, which may hold a secret."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "what is no address"
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
