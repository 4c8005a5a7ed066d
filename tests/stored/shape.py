"""List the names in documents, and their words from closed sets. Both must not change in stored bytes."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

CLOSED = frozenset(
    {
        "automation",
        "because",
        "decision",
        "kdf",
        "kind",
        "kinds",
        "reason",
        "reasons",
        "schema",
        "state",
        "name",
        "topic",
    }
)
"""Fields whose values are listed, and not only their types."""

WITHDRAWN = "x-skerry-withdrawn"
OUTBOX, TALLY = Path("pop-ams/outbox/tickets.db"), Path("pop-ams/tally/tally.db")
VERIFIED, FLEET = Path("pop-ams/verified/cache.db"), Path("home/fleet.db")


def shape_of(*documents: Any) -> Any:
    """Names in documents of one kind with the types of their values, or the values of closed sets."""
    return json.loads(json.dumps(_shape("", list(documents))))


def _shape(field: str, values: list[Any]) -> Any:
    """Shape of all values of one field: an object, an array with the shape of its elements, types, or words."""
    objects = [value for value in values if isinstance(value, dict)]
    arrays = [value for value in values if isinstance(value, list | tuple)]
    others = [value for value in values if not isinstance(value, dict | list | tuple)]
    shapes: list[Any] = []
    if objects:
        names = sorted({name for one in objects for name in one})
        shapes.append({name: _shape(name, [one[name] for one in objects if name in one]) for name in names})
    if arrays:
        shapes.append([_shape(field, [element for one in arrays for element in one])])
    if others and field in CLOSED:
        shapes.append({"one of": sorted(map(str, set(others)))})
    elif others:
        shapes.append("|".join(sorted({type(value).__name__ for value in others})))
    return shapes[0] if len(shapes) == 1 else {"either": shapes}


def tables_of(file: Path) -> dict[str, Any]:
    """Tables of a SQLite file with their columns, and the values of columns with words of closed sets."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        names = [row["name"] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        found = {}
        for name in sorted(names):
            columns = [row["name"] for row in connection.execute(f"PRAGMA table_info({name})")]
            rows = [dict(row) for row in connection.execute(f"SELECT * FROM {name}")]  # noqa: S608 - our own file
            words = {c: sorted({row[c] for row in rows}) for c in columns if c in CLOSED and _are_words(rows, c)}
            found[name] = {"columns": columns, **({"words": words} if words else {})}
        return found


def rows_of(file: Path, query: str) -> list[Any]:
    """The first column of a query's rows."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        return [row[0] for row in connection.execute(query)]


def names_in(folder: Path) -> dict[str, Any]:
    """Names and words of closed sets in everything stored below `folder`, by kind."""
    islands = [msgspec.msgpack.decode(path.read_bytes()) for path in sorted(folder.glob("home/repository/**/*.island"))]
    roles = [_json(path)["signed"] for path in sorted(folder.glob("home/repository/metadata/*.json"))]
    targets = [target for role in roles for target in role.get("targets", {}).values()]
    outbox, tally, fleet = (folder / name for name in (OUTBOX, TALLY, FLEET))
    return {
        "island": shape_of(*islands),
        "snippet document": shape_of(
            *(json.loads(one["document"]) for island in islands for one in island["snippets"])
        ),
        "target custom": shape_of(*(target["custom"] for target in targets if "custom" in target)),
        "withdrawn": shape_of(*(one for role in roles for one in role.get(WITHDRAWN, {}).values())),
        "tenant keys": shape_of(*map(_json, folder.glob("home/repository/targets/keys/*.json"))),
        "holder's key": shape_of(*map(_json, folder.glob("*.public"))),
        "signature": shape_of(*map(_json, folder.glob("*rite/*.sig"))),
        "ticket": shape_of(*map(json.loads, rows_of(outbox, "SELECT payload FROM tickets"))),
        "status": shape_of(*map(json.loads, rows_of(fleet, "SELECT document FROM heard"))),
        "outbox": tables_of(outbox),
        "tally": tables_of(tally),
        "fleet": tables_of(fleet),
        "verified": sorted(rows_of(folder / VERIFIED, "SELECT key FROM Cache")),
    }


def _json(path: Path) -> Any:
    return json.loads(path.read_bytes())


def _are_words(rows: list[dict[str, Any]], column: str) -> bool:
    """True if a column holds text. `heard.decision` has the name of a closed set, but holds bytes."""
    return bool(rows) and all(isinstance(row[column], str) for row in rows)
