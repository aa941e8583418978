"""Figures of law: YAML files, dated by the day each value starts, every value with its source.

A file holds one parameter per YAML document:

    name: onss_personal_rate
    meaning: share of gross pay ...
    values:
      - from: 2018-01-01
        value: "0.1307"
        source: ONSS-RATE
        confidence: certain
        last_checked: 2026-11-23

Numbers are whole or quoted, and become Decimal; a float or a repeated key is an error at load. A
row may say `value: unknown`: from that day nobody knows, and asking raises `NoValue`. Confidence is
one of `Confidence`; only what was read in a source counts as confirmed. The folder `demo` below a
folder of legislation holds rows that fill what is missing when a demonstration asks for it, and
only then; there `value: last_known` repeats the last known value.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

UNKNOWN = "unknown"
LAST_KNOWN = "last_known"
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_ROW_KEYS = {"from", "value", "source", "confidence", "last_checked"}


class Confidence(StrEnum):
    """How well a figure is known."""

    CERTAIN = "certain"  # official text, two independent sources, or an official result reproduced
    SECONDARY = "secondary"  # one secondary source
    INFERRED = "inferred"  # deduced from sourced figures
    MEMORY = "memory"  # general knowledge, no source read
    NOT_FOUND = "not_found"  # used somewhere, explained nowhere
    DEMO = "demo"  # made up for the demonstration


CONFIRMED = frozenset({Confidence.CERTAIN, Confidence.SECONDARY})


class BadLegislation(ValueError):
    """A file of legislation cannot be trusted: it says which file and why."""

    code = "bad_legislation"


class NoValue(LookupError):
    """Nobody knows this parameter on this day; nothing may be computed with it."""

    code = "no_value"

    def __init__(self, name: str, on: date) -> None:
        super().__init__(f"no value is known for {name} on {on.isoformat()}")
        self.name, self.on = name, on


@dataclass(frozen=True, slots=True)
class Dated:
    """A value of law as it stands from a day on."""

    value: Any
    name: str
    starts_on: date
    source: str
    confidence: Confidence
    last_checked: date | None = None
    note: str = ""
    estimated: bool = False  # the last known value, used for a day it was not made for

    @property
    def confirmed(self) -> bool:
        """Read in a source, and in force on the day asked for."""
        return self.confidence in CONFIRMED and not self.estimated

    @property
    def known(self) -> bool:
        return bool(self.value != UNKNOWN)


Rows = Mapping[str, tuple[Dated, ...]]


class Law:
    """The parameters of one folder. Ask by name and day; a day without a value raises."""

    def __init__(self, rows: Rows, demo: Rows | None = None, *, falls_back: bool = False) -> None:
        self._rows, self._demo, self._falls_back = rows, demo or {}, falls_back
        self.estimated: set[str] = set()

    def get(self, name: str, on: date) -> Dated:
        """The value in force on a day."""
        if found := _in_force(self._rows, name, on):
            return found
        last = _last_known(self._rows, name, on)
        filler = _in_force(self._demo, name, on)
        if filler and filler.value != LAST_KNOWN:
            return filler
        if filler and last:
            return replace(filler, value=last.value)
        if self._falls_back and last:
            self.estimated.add(name)
            return replace(last, estimated=True)
        raise NoValue(name, on)

    def value(self, name: str, on: date) -> Any:
        """The bare value in force on a day."""
        return self.get(name, on).value

    def names(self) -> list[str]:
        """Every parameter, in alphabetical order."""
        return sorted({*self._rows, *self._demo})

    def history(self, name: str) -> tuple[Dated, ...]:
        """Every row of a parameter, oldest first, demonstration rows left out."""
        return self._rows.get(name, ())

    def estimating(self) -> "Law":
        """The same law for a price that may be estimated.

        Where a value is missing it takes the last known one and writes the name in `estimated`.
        """
        return Law(self._rows, self._demo, falls_back=True)


class Reading:
    """A law that remembers what was read in it, so that a paper can name the figures it used."""

    def __init__(self, law: Law) -> None:
        self._law = law
        self._used: dict[str, list[Dated]] = {}

    def get(self, name: str, on: date) -> Dated:
        """The value in force on a day, remembered."""
        found = self._law.get(name, on)
        self._used.setdefault(name, []).append(found)
        return found

    def value(self, name: str, on: date) -> Any:
        """The bare value in force on a day, remembered."""
        return self.get(name, on).value

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        """Names of what was read and nobody confirmed, in alphabetical order."""
        return self._names(lambda row: not row.confirmed)

    @property
    def estimated(self) -> tuple[str, ...]:
        """Names of what was read outside the days it was made for, in alphabetical order."""
        return self._names(lambda row: row.estimated)

    def _names(self, wanted: Callable[[Dated], bool]) -> tuple[str, ...]:
        return tuple(sorted(name for name, rows in self._used.items() if any(map(wanted, rows))))


@cache
def load(folder: Path, *, demo: bool = False) -> Law:
    """Read a folder of legislation once; with `demo`, its `demo` folder fills what is missing."""
    return Law(_read(folder), _read(folder / "demo", overlay=True) if demo else None)


def _in_force(rows: Rows, name: str, on: date) -> Dated | None:
    of_name = rows.get(name, ())
    at = bisect_right(of_name, on, key=lambda row: row.starts_on)
    return of_name[at - 1] if at and of_name[at - 1].known else None


def _last_known(rows: Rows, name: str, on: date) -> Dated | None:
    known = (row for row in rows.get(name, ()) if row.known and row.starts_on <= on)
    return max(known, key=lambda row: row.starts_on, default=None)


def _read(folder: Path, *, overlay: bool = False) -> Rows:
    if not folder.is_dir():
        raise BadLegislation(f"{folder.name}: no such folder of legislation")
    parameters: dict[str, tuple[Dated, ...]] = {}
    for path in sorted(folder.glob("*.yaml")):
        for name, rows in _documents(path):
            if name in parameters:
                raise BadLegislation(f"{path.name}: {name} is already defined")
            if any((row.confidence is Confidence.DEMO) is not overlay for row in rows):
                raise BadLegislation(f"{path.name}: {name}: demo rows live in demo/, and only they")
            parameters[name] = rows
    return parameters


def _documents(path: Path) -> Iterator[tuple[str, tuple[Dated, ...]]]:
    try:
        for document in yaml.load_all(path.read_text("utf-8"), _StrictLoader):
            yield document["name"], _rows(document)
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as fault:
        raise BadLegislation(f"{path.name}: {fault}") from fault


def _rows(document: dict[str, Any]) -> tuple[Dated, ...]:
    rows = tuple(_row(document["name"], row) for row in document["values"])
    starts = [row.starts_on for row in rows]
    if not rows or sorted(set(starts)) != starts:
        raise ValueError(f"{document['name']}: start dates must follow one another")
    return rows


def _row(name: str, row: dict[str, Any]) -> Dated:
    if missing := _ROW_KEYS - row.keys():
        raise ValueError(f"{name}: {', '.join(sorted(missing))} missing")
    if extra := row.keys() - _ROW_KEYS - {"note"}:
        raise ValueError(f"{name}: {', '.join(sorted(extra))} unknown")
    if not all(isinstance(row[key], date) for key in ("from", "last_checked")):
        raise ValueError(f"{name}: from and last_checked are days")
    return Dated(
        value=_numbers(row["value"]),
        name=name,
        starts_on=row["from"],
        source=str(row["source"]),
        confidence=Confidence(row["confidence"]),
        last_checked=row["last_checked"],
        note=str(row.get("note", "")),
    )


def _numbers(value: Any) -> Any:
    """Whole and quoted numbers as Decimal, through lists and mappings; words and null stay."""
    if isinstance(value, dict):
        return {str(key): _numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(_numbers(item) for item in value)
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return Decimal(value)
    return value


class _StrictLoader(yaml.SafeLoader):
    """YAML without its traps: no floats, no repeated keys, no octal or sexagesimal numbers."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key!r} is written twice", node.start_mark
                )
        return super().construct_mapping(node, deep=deep)

    def construct_yaml_int(self, node: yaml.ScalarNode) -> int:
        if not _NUMBER.fullmatch(node.value):
            raise yaml.constructor.ConstructorError(
                None, None, f"{node.value} is not a plain whole number", node.start_mark
            )
        return int(node.value)

    def construct_yaml_float(self, node: yaml.ScalarNode) -> float:
        raise yaml.constructor.ConstructorError(
            None, None, f"{node.value} must be quoted: floats are refused", node.start_mark
        )


_StrictLoader.add_constructor("tag:yaml.org,2002:int", _StrictLoader.construct_yaml_int)
_StrictLoader.add_constructor("tag:yaml.org,2002:float", _StrictLoader.construct_yaml_float)
