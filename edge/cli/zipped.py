"""One zip file of several small files, whose every byte is determined by them: nothing can be hidden between them.

It is written here and not by `zipfile`, whose next release may set another byte: bundles are read years later. Names
are ASCII, files are stored as they are, and no time is set (PKWARE's APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16).
"""

import io
import struct
import zipfile
from collections.abc import Mapping
from zlib import crc32

from edge.errors import Reason, RefusedError

MAX_ZIP_BYTES = 64 * 1024 * 1024
MAX_MEMBERS = 5_000

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_VERSION, _UNIX = 20, 3 << 8
_MODE = 0o100644 << 16
_FIRST_DAY = 1 << 5 | 1
"""1 January 1980, the earliest date of the format."""


def zip_of(files: Mapping[str, bytes]) -> bytes:
    """The zip with these files, sorted by name. Raises `RefusedError` if they are too many or too large."""
    if len(files) > MAX_MEMBERS or sum(map(len, files.values())) > MAX_ZIP_BYTES:
        raise RefusedError(
            f"{len(files)} files are too many or too large, expected {MAX_MEMBERS} in {MAX_ZIP_BYTES} bytes",
            reason=Reason.TOO_LARGE,
        )
    content, directory = bytearray(), bytearray()
    for name, data in sorted(files.items()):
        encoded = name.encode("ascii")
        # Both records have these fields: version, flags, method, time, date, checksum, two sizes, length of the name.
        common = (_VERSION, 0, 0, 0, _FIRST_DAY, crc32(data), len(data), len(data), len(encoded))
        directory += _CENTRAL.pack(b"PK\1\2", _UNIX | _VERSION, *common, 0, 0, 0, 0, _MODE, len(content)) + encoded
        content += _LOCAL.pack(b"PK\3\4", *common, 0) + encoded + data
    end = _END.pack(b"PK\5\6", 0, 0, len(files), len(files), len(directory), len(content), 0)
    return bytes(content + directory + end)


_UNREADABLE = (zipfile.BadZipFile, struct.error, OSError, ValueError, RuntimeError, EOFError)
"""What `zipfile` raises for a stranger's bytes: `RuntimeError` stands for what is encrypted or too new for it, too."""


def unzipped(content: bytes) -> dict[str, bytes]:
    """The files in a zip that `zip_of` made. Raises `RefusedError` for any other bytes."""
    if len(content) > MAX_ZIP_BYTES:
        raise RefusedError(f"the file has more than {MAX_ZIP_BYTES} bytes, expected a bundle", reason=Reason.TOO_LARGE)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            # Stored as they are, a file cannot be larger than the zip.
            if len(members) > MAX_MEMBERS or any(one.compress_type != zipfile.ZIP_STORED for one in members):
                raise zipfile.BadZipFile
            if sum(one.file_size for one in members) > MAX_ZIP_BYTES:
                raise zipfile.BadZipFile
            files = {one.filename: archive.read(one) for one in members}
        is_same = zip_of(files) == content
    except _UNREADABLE:
        raise RefusedError("the file is no bundle that can be read, expected it as it was written") from None
    if not is_same:
        raise RefusedError("the bundle was changed, expected it as it was written", reason=Reason.HASH_MISMATCH)
    return files
