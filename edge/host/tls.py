"""Authorities whose certificates this machine trusts."""

import ssl
from pathlib import Path

from edge.errors import ConfigError


def trusted_authorities(ca_file: Path | None) -> ssl.SSLContext:
    """TLS context that trusts the authorities in `ca_file`, or the system's if it is None.

    Blocks. Raises `ConfigError` if the file cannot be read or is no PEM file.
    """
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        why = getattr(error, "reason", None) or error.strerror or "unreadable"
        raise ConfigError(
            f"cannot use the authorities in {ca_file}: {why}; copy the PEM file of the authority that signed the "
            f"server's certificate, and look at it with: openssl x509 -noout -text -in {ca_file}"
        ) from error
