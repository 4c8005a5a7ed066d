"""A certificate authority for tests; `openssl` makes it and its certificates in each run, so that none has expired."""

import subprocess
from pathlib import Path


class Authority:
    """Signs certificates for loopback; `ca` is what its clients trust."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self.ca, self._key = folder / "ca.pem", folder / "ca.key"
        _openssl(
            *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"),
            *("-subj", "/CN=test authority", "-addext", "keyUsage=critical,keyCertSign"),
            *("-keyout", str(self._key), "-out", str(self.ca)),
        )

    def issue(self, name: str, *, host: str = "localhost") -> tuple[Path, Path]:
        """A new certificate for 127.0.0.1 and `host`, and its key, under a file name of its own."""
        certificate, key = self._folder / f"{name}.pem", self._folder / f"{name}.key"
        _openssl(
            *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"),
            *("-subj", f"/CN={name}", "-addext", f"subjectAltName=IP:127.0.0.1,DNS:{host}"),
            *("-addext", "basicConstraints=critical,CA:FALSE", "-CA", str(self.ca), "-CAkey", str(self._key)),
            *("-keyout", str(key), "-out", str(certificate)),
        )
        return certificate, key


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)
