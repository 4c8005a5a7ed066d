"""Sorts a document into what has the type it should have, and faults for everything else.

`msgspec.convert` stops at the first problem; an author wants them all. The types of the fields stay msgspec's business:
each field is converted on its own.
"""

from datetime import date, datetime, time
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin

import msgspec

from edge.publish.source.finding import Code, Fault, ValuePath
from edge.records import Utc

_EXPECTED = {
    str: "a string",
    int: "a whole number",
    float | None: "a number",
    float: "a number",
    bool: "true or false",
    Utc: "a date and time with a zone, as in 2026-09-01T18:00:00Z",
}
_FOUND = {
    bool: "a boolean",
    int: "a whole number",
    float: "a number",
    str: "a string",
    datetime: "a date and time",
    date: "a date without a time",
    time: "a time without a date",
    list: "an array",
    dict: "a table",
}


def sift(kind: type[msgspec.Struct], table: dict[str, Any], faults: list[Fault], at: ValuePath = ()) -> dict[Any, Any]:
    """The fields of `table` that have the types that `kind` says; what is wrong with the others goes to `faults`."""
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    sifted = {}
    for name, value in table.items():
        if name not in fields:
            known = ", ".join(fields)
            faults.append(Fault((*at, name), Code.FIELD_UNKNOWN, f"unknown field {name!r}, expected one of {known}"))
        else:
            found = _sift_value(fields[name].type, value, (*at, name), faults)
            if found is not None:
                sifted[name] = found
    for name, field in fields.items():
        if field.required and name not in table:
            faults.append(Fault(at, Code.FIELD_MISSING, f"missing field {name!r}"))
    return sifted


def _sift_value(kind: Any, value: Any, at: ValuePath, faults: list[Fault]) -> Any:
    """The value as `kind`, or None after a fault. TOML knows no null."""
    kind = _table_of(kind) or kind
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        if isinstance(value, dict):
            return sift(kind, value, faults, at)
        faults.append(_type_fault(value, "a table", at))
        return None
    if get_origin(kind) is tuple:
        if isinstance(value, list):
            element_kind = get_args(kind)[0]
            elements = [_sift_value(element_kind, element, (*at, index), faults) for index, element in enumerate(value)]
            return {index: element for index, element in enumerate(elements) if element is not None}
        faults.append(_type_fault(value, "an array", at))
        return None
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        faults.append(_conversion_fault(kind, value, at))
        return None


def _table_of(kind: Any) -> type[msgspec.Struct] | None:
    """The record of a table that may be left out (`Record | None`)."""
    members = [member for member in get_args(kind) if isinstance(member, type) and issubclass(member, msgspec.Struct)]
    return members[0] if isinstance(kind, UnionType) and members else None


def _conversion_fault(kind: Any, value: Any, at: ValuePath) -> Fault:
    if kind == Utc and isinstance(value, datetime):
        text = f"{at[-1]!r} is {value.isoformat()} without a zone, expected as in {value.isoformat()}Z"
        return Fault(at, Code.TIME_NAIVE, text)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        choices = ", ".join(kind)
        if isinstance(value, str):
            return Fault(at, Code.FIELD_TYPE, f"{at[-1]!r} is {value[:64]!r}, expected one of {choices}")
        return _type_fault(value, f"one of {choices}", at)
    return _type_fault(value, _EXPECTED[kind], at)


def _type_fault(value: Any, expected: str, at: ValuePath) -> Fault:
    name = f"element {at[-1] + 1} of {at[-2]!r}" if isinstance(at[-1], int) else repr(at[-1])
    return Fault(at, Code.FIELD_TYPE, f"{name} is {_FOUND[type(value)]}, expected {expected}")
