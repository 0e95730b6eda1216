"""The JSON Schema from which editors complete and check an issue file while it is typed."""

from collections.abc import Callable
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from newsletter.content.issue import Newsletter
from newsletter.content.press_release import PressRelease
from newsletter.i18n import translator
from newsletter.values.model import Model, Schema, fields_of
from newsletter.values.reading import at_least_one
from newsletter.values.types import FILE_SCHEMA, Short


def issue_schema(language: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of issue files, described in `language`."""
    schema = _IssueSchema(translator(language))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "newsletter",
        "oneOf": [schema.of(model) for model in (Newsletter, PressRelease)],
        "$defs": dict(sorted(schema.parts.items())),
    }


class _IssueSchema:
    def __init__(self, say: Callable[[str], str]) -> None:
        self._say = say
        self.parts: dict[str, Any] = {}

    def of(self, kind: Any) -> dict[str, Any]:
        """Return the schema of a type; that of a model is one of the `parts`."""
        origin, arguments = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return self._marked(*arguments)
        if origin is Literal:
            one = {"const": arguments[0]} if len(arguments) == 1 else {"enum": list(arguments)}
            return {**one, "type": "string"}
        if origin is tuple:
            return {"type": "array", "items": self.of(arguments[0])}
        if arguments:
            some = [self.of(each) for each in arguments if each is not NoneType]
            return some[0] if len(some) == 1 else {"anyOf": some}
        name = kind.__name__
        if name not in self.parts:
            self.parts[name] = {}  # it may be a part of itself
            self.parts[name] = self._part(name, kind)
        return {"$ref": f"#/$defs/{name}"}

    def _marked(self, kind: Any, *marks: object) -> dict[str, Any]:
        told = [each.schema for each in marks if isinstance(each, Schema)]
        schema = dict(told[-1]) if told else self.of(kind)
        if at_least_one in marks:
            schema["minItems"] = 1
        for short in (each for each in marks if isinstance(each, Short)):
            forms = [each for each in (short.text, FILE_SCHEMA if short.file else None) if each]
            schema = {"anyOf": [*forms, schema]}
        return schema

    def _part(self, name: str, model: type[Model]) -> dict[str, Any]:
        fields = [each for each in fields_of(model).values() if not each.is_given]
        return {
            "title": name,
            "type": "object",
            "properties": {
                each.key: {**self.of(each.type), "description": self._say(each.description)}
                for each in fields
            },
            "required": [each.key for each in fields if each.is_required],
            "additionalProperties": False,
        }
