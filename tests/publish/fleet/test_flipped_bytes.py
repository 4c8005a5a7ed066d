import random
import shutil
from pathlib import Path

from edge.publish.fleet.status_db import StatusDb

ROUNDS = 10


def test_statuses_with_flipped_bits(tmp_path: Path) -> None:
    """The server starts and reads, with an empty file in place of a damaged one, and no file's bytes raise anything."""
    clean, chance = tmp_path / "clean", random.Random(9)
    clean.mkdir()
    database = StatusDb(clean)
    rows = [(number, f"größe-{number}", b"k", bytes(500)) for number in range(100)]
    database._connection.executemany("INSERT INTO heard VALUES (?, ?, ?, 1, 1, 'x', ?)", rows)
    database.close()
    for number in range(ROUNDS):
        home = tmp_path / f"round-{number}"
        shutil.copytree(clean, home)
        content = bytearray((home / "fleet.db").read_bytes())
        for _ in range(64):
            content[chance.randrange(100, 4096)] ^= 1 << chance.randrange(8)
        (home / "fleet.db").write_bytes(content)

        database = StatusDb.open_or_replace(home)
        assert database.latest() == {}
        database.close()
