"""A desk with very many open questions."""

import sqlite3
import time
from pathlib import Path

import msgspec

from edge.desk.live import OpenDesk
from edge.desk.store import IncomingTicket
from tests.browser.desk.desk_page import sent


def fill(home: Path, rows: int) -> None:
    """Put open tickets into a desk that does not run, each a row of its own."""
    home.mkdir()
    desk = OpenDesk.at(home, time.time, sqlite3.Connection)
    desk.store._connection.execute("PRAGMA synchronous = OFF")
    for number in range(1, rows + 1):
        one = sent(number, f"question number {number}?", in_s=600 + number)
        desk.intake.put(IncomingTicket.parse(msgspec.json.encode(one)))
    desk.store.close()
