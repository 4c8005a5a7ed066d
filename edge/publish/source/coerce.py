"""Checks the types of a document's fields: the values that have the right type, and a fault for each of the others.

`msgspec.convert` stops at the first problem, and an author wants to see all of them. So each field is converted by
msgspec on its own.
"""

from datetime import date, datetime, time
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

import msgspec

from edge.publish.source.finding import Code, Fault, ValuePath
from edge.records import Utc

_EXPECTED_TYPES = {
    str: "a string",
    int: "a whole number",
    dict[str, str]: "a table of strings",
    float: "a number",
    bool: "true or false",
    Utc: "a date and time with a zone, as in 2026-09-01T18:00:00Z",
}
_TYPE_NAMES = {
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


def coerce_table(
    kind: type[msgspec.Struct], table: dict[str, Any], faults: list[Fault], at: ValuePath = ()
) -> dict[Any, Any]:
    """The fields of `table`, converted to the types of the record `kind`; arrays become {index: element}.

    A field that is unknown, missing or of another type is left out, and a fault is appended to `faults`.
    """
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    converted = {}
    for name, value in table.items():
        if name not in fields:
            known = ", ".join(fields)
            faults.append(Fault((*at, name), Code.FIELD_UNKNOWN, f"unknown field {name!r}, expected one of {known}"))
        else:
            field_value = _coerce_value(fields[name].type, value, (*at, name), faults)
            if field_value is not None:
                converted[name] = field_value
    for name, field in fields.items():
        if field.required and name not in table:
            faults.append(Fault(at, Code.FIELD_MISSING, f"missing field {name!r}"))
    return converted


def _coerce_value(kind: Any, value: Any, at: ValuePath, faults: list[Fault]) -> Any:
    """The value as `kind`, or None after a fault; TOML has no null, so None is no value."""
    kind = _if_given(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        if isinstance(value, dict):
            return coerce_table(kind, value, faults, at)
        faults.append(_type_fault(value, "a table", at))
        return None
    if get_origin(kind) is dict and kind != dict[str, str]:
        return _coerce_tables(get_args(kind)[1], value, at, faults)
    if get_origin(kind) is tuple:
        if isinstance(value, list):
            element_kind = get_args(kind)[0]
            elements = [
                _coerce_value(element_kind, element, (*at, index), faults) for index, element in enumerate(value)
            ]
            # A dict, so that the elements after a faulty one keep their index.
            return {index: element for index, element in enumerate(elements) if element is not None}
        faults.append(_type_fault(value, "an array", at))
        return None
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        faults.append(_conversion_fault(kind, value, at))
        return None


def _coerce_tables(kind: Any, value: Any, at: ValuePath, faults: list[Fault]) -> Any:
    """The tables of a table, as `kind` each."""
    if not isinstance(value, dict):
        faults.append(_type_fault(value, "a table", at))
        return None
    tables = {name: _coerce_value(kind, table, (*at, name), faults) for name, table in value.items()}
    return {name: table for name, table in tables.items() if table is not None}


def _if_given(kind: Any) -> Any:
    """The type of an optional value (`Kind | None`, or unset) that is there; any other type as it is."""
    members = [member for member in get_args(kind) if member not in {NoneType, msgspec.UnsetType}]
    return members[0] if isinstance(kind, UnionType) and len(members) == 1 else kind


def _conversion_fault(kind: Any, value: Any, at: ValuePath) -> Fault:
    if kind == Utc and isinstance(value, datetime):
        text = f"{at[-1]!r} is {value.isoformat()} without a zone, expected as in {value.isoformat()}Z"
        return Fault(at, Code.TIME_NAIVE, text)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        choices = ", ".join(kind)
        if isinstance(value, str):
            return Fault(at, Code.FIELD_TYPE, f"{at[-1]!r} is {value[:64]!r}, expected one of {choices}")
        return _type_fault(value, f"one of {choices}", at)
    return _type_fault(value, _EXPECTED_TYPES[kind], at)


def _type_fault(value: Any, expected: str, at: ValuePath) -> Fault:
    name = f"element {at[-1] + 1} of {at[-2]!r}" if isinstance(at[-1], int) else repr(at[-1])
    return Fault(at, Code.FIELD_TYPE, f"{name} is {_TYPE_NAMES[type(value)]}, expected {expected}")
