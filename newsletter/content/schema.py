"""The JSON Schema from which editors complete and check an issue file while it is typed."""

from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from pydantic.json_schema import CoreModeRef, CoreRef, DefsRef, GenerateJsonSchema

from newsletter.content.issue import Newsletter
from newsletter.content.press_release import PressRelease
from newsletter.i18n import translator


class _IssueSchema(GenerateJsonSchema):
    """Keeps the names that parts of the schema have, to which a team's own schema may point."""

    def get_defs_ref(self, core_mode_ref: CoreModeRef) -> DefsRef:
        core_ref, mode = core_mode_ref
        return super().get_defs_ref((CoreRef(core_ref.replace(".Citation:", ".Source:")), mode))


def issue_schema(language: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of issue files, described in `language`."""
    either = Annotated[Newsletter | PressRelease, Field(discriminator="kind")]
    schema = TypeAdapter[Any](either).json_schema(schema_generator=_IssueSchema)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "newsletter"
    for part in schema["$defs"].values():
        # A class's docstring is for programmers; what a writer reads stands at each field.
        part.pop("description", None)
    described: dict[str, Any] = _for_editors(schema, translator(language))
    return described


def _for_editors(node: Any, say: Any) -> Any:
    """Return a part described, without default and null: an editor would type `label: null`."""
    match node:
        case list():
            return [_for_editors(each, say) for each in node if each != {"type": "null"}]
        case {"anyOf": [only, {"type": "null"}], **rest}:
            return _for_editors({**only, **rest}, say)
        case dict():
            said = node.get("description")
            node = {key: _for_editors(each, say) for key, each in node.items() if key != "default"}
            return node | {"description": say(said)} if isinstance(said, str) else node
        case _:
            return node
