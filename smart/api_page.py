"""The API's description as a page to read: drawn from `openapi.json`, without a script."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from drf_spectacular.generators import SchemaGenerator

Schema = Mapping[str, Any]
LIMITS = {"minLength": "at least {} long", "maxLength": "at most {} long", "maxItems": "at most {}"}
BOUNDS = {"minimum": "from {}", "maximum": "to {}", "pattern": "{}"}


@dataclass(frozen=True, kw_only=True)
class Field:
    """One value that is sent or told; ``shape`` names the shape it has, if it has one."""

    name: str
    kind: str
    about: str
    required: bool = False
    shape: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What comes back under a status."""

    status: str
    about: str
    shape: str


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One thing a program may ask for."""

    key: str
    method: str
    path: str
    title: str
    about: str
    parameters: tuple[Field, ...]
    body: str  # the shape that is sent
    answers: tuple[Answer, ...]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The fields of what is sent or told."""

    name: str
    about: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, kw_only=True)
class Description:
    """All a reader needs; the same for everybody."""

    title: str
    about: str
    groups: tuple[tuple[str, tuple[Operation, ...]], ...]
    shapes: tuple[Shape, ...]


@cache
def description() -> Description:
    """Read once per process: the API changes with the code only."""
    schema: Schema = SchemaGenerator().get_schema(request=None, public=True)
    operations = [
        operation(method, path, said)
        for path, methods in schema["paths"].items()
        for method, said in methods.items()
    ]
    groups = groupby(operations, key=lambda one: one.path.split("/")[3])
    return Description(
        title=schema["info"]["title"],
        about=schema["info"]["description"],
        groups=tuple((name, tuple(rows)) for name, rows in groups),
        shapes=tuple(shape(name, said) for name, said in schema["components"]["schemas"].items()),
    )


def operation(method: str, path: str, said: Schema) -> Operation:
    """One operation of the schema."""
    return Operation(
        key=said["operationId"],
        method=method.upper(),
        path=path,
        title=said["summary"],
        about=said.get("description", ""),
        parameters=tuple(
            field(row["name"], row["schema"], required=row.get("required", False), said=row)
            for row in said.get("parameters", ())
        ),
        body=shape_in(said.get("requestBody", {})),
        answers=tuple(
            Answer(status=status, about=row["description"], shape=shape_in(row))
            for status, row in said["responses"].items()
        ),
    )


def shape(name: str, said: Schema) -> Shape:
    """One named shape of the schema."""
    required = said.get("required", ())
    rows = said.get("properties", {}).items()
    fields = tuple(field(key, row, required=key in required, said=row) for key, row in rows)
    return Shape(name=name, about=said.get("description", ""), fields=fields)


def field(name: str, schema: Schema, *, required: bool, said: Schema) -> Field:
    """A value with its kind in words."""
    return Field(
        name=name,
        kind=", ".join(kind_of(schema)),
        about=said.get("description", ""),
        required=required,
        shape=named(schema) or named(schema.get("items", {})),
    )


def kind_of(schema: Schema) -> Iterable[str]:
    """What a value is, and its bounds.

    >>> list(kind_of({"type": "integer", "minimum": 1, "maximum": 100, "default": 25}))
    ['integer', 'from 1', 'to 100', 'else 25']
    >>> list(kind_of({"type": "array", "items": {"type": "string"}, "nullable": True}))
    ['list of string', 'or null']
    """
    first: Schema = next(iter([*schema.get("oneOf", ()), *schema.get("allOf", ())]), {})
    schema = {**first, **schema}
    if "items" in schema:
        yield "list of " + " ".join(kind_of(schema["items"]))
    elif "enum" in schema:
        yield " | ".join(str(value) for value in schema["enum"] if value not in ("", None))
    else:
        yield named(schema) or schema.get("format") or schema.get("type", "any")
    for bound, words in (LIMITS | BOUNDS).items():
        if bound in schema and "enum" not in schema:
            yield words.format(schema[bound])
    if schema.get("default") not in (None, ""):
        yield f"else {schema['default']}"
    if schema.get("nullable"):
        yield "or null"


def shape_in(said: Schema) -> str:
    """The shape of the one content a body or an answer has; its media type when it has none."""
    for media_type, row in said.get("content", {}).items():
        return named(row["schema"]) or named(row["schema"].get("items", {})) or media_type
    return ""


def named(schema: Schema) -> str:
    """The name of a shape that is defined elsewhere, "" when it is not."""
    inner = next(iter(schema.get("allOf", ())), schema)
    return str(inner.get("$ref", "")).rpartition("/")[2]
