"""Which archive a setting means."""

from pathlib import Path
from typing import Any, cast

import pytest

from edge.daemon.archiving import FolderArchive, archive_of
from edge.daemon.archiving.desk_archive import DeskArchive
from edge.daemon.archiving.publisher_archive import PublisherArchive
from edge.trust import PopSigner
from tests.daemon.conftest import pop_config

SIGNER = PopSigner(b"\x05" * 32)
PLACES: dict[str, tuple[str, PopSigner | None, type | None]] = {
    "nowhere": ("", SIGNER, None),
    "a folder": ("/mnt/logs", None, FolderArchive),
    "a folder with the name of a place": ("./publisher", SIGNER, FolderArchive),
    "the publisher": ("publisher", SIGNER, PublisherArchive),
    "the publisher, without a key that can be opened": ("publisher", None, None),
    "the desk": ("desk", None, DeskArchive),
}


@pytest.mark.parametrize(("setting", "signer", "expected"), PLACES.values(), ids=PLACES)
def test_archive_of_a_setting(tmp_path: Path, setting: str, signer: PopSigner | None, expected: type | None) -> None:
    """Nowhere, a folder, the publisher or the desk."""

    class Upstream:
        """What an archive takes of it."""

        session = via = None

    config = pop_config(tmp_path, publisher_url="https://x", origin_url="https://y", ledger={"archive": setting})
    nothing: Any = cast(Any, None)
    found = archive_of(config, nothing, upstream=cast(Any, Upstream), origins={}, sessions=nothing, signer=signer)

    assert expected is (type(found) if found is not None else None)
