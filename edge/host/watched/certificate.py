"""The TLS certificate of a server, read again when its files change.

To renew a certificate, replace the file. The next connection uses it; no restart is needed. If a new file cannot be
used, what was read before stays in force.
"""

import ssl
from pathlib import Path

from edge.errors import ConfigError
from edge.host.secrets import check_private
from edge.host.watched.file import WatchedFile


class ServerCertificate:
    """Certificate and key of one server. Without a certificate there is no TLS: `tls` is None."""

    def __init__(self, certificate: Path | None = None, key: Path | None = None) -> None:
        """Read the files. Without `key`, the private key must be in the certificate's file.

        Blocks. Raises `ConfigError` if a file cannot be read or used.
        """
        self._certificate, self._key = certificate, key
        self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH) if certificate is not None else None
        paths = [path for path in (certificate, key) if path is not None]
        self.file = WatchedFile("--tls-cert and --tls-key", *paths, read=self._load)

    def _load(self) -> None:
        """Put the certificate in force for every handshake from now on; those that are open go on."""
        if self.tls is None or self._certificate is None:
            return
        key = self._key or self._certificate
        if key.exists():
            check_private(key, what=f"the private key {key}", advice=f"look at it with: ls -l {key}")
        try:
            # If it fails, `load_cert_chain` leaves the new certificate with the old key. So a context of its own tries
            # the files first.
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self._certificate, self._key)
            self.tls.load_cert_chain(self._certificate, self._key)
        except (OSError, ssl.SSLError) as error:
            why = getattr(error, "reason", None) or error.strerror or "unreadable"
            text = f"cannot use the certificate {self._certificate} with key {self._key or self._certificate}: {why}"
            raise ConfigError(f"{text}, look at it with: openssl x509 -noout -text -in {self._certificate}") from error
