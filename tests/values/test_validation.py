"""What pydantic says, as our own sentences take it up: its English is read in one place."""

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field, TypeAdapter, ValidationError


class Letter(BaseModel):
    kind: Literal["letter"]
    language: Literal["fr", "en", "other or none"]


class Release(BaseModel):
    kind: Literal["press-release"]


EITHER = TypeAdapter(Annotated[Letter | Release, Field(discriminator="kind")])


@pytest.mark.parametrize(
    ("value", "error", "key", "said"),
    [
        (
            {"kind": "letter", "language": "de"},
            "literal_error",
            "expected",
            "'fr', 'en' or 'other or none'",
        ),
        ({"kind": "poem"}, "union_tag_invalid", "expected_tags", "'letter', 'press-release'"),
    ],
)
def test_the_words_that_pydantic_allows_stand_in_quotes(
    value: dict[str, str], error: str, key: str, said: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        EITHER.validate_python(value)

    (detail,) = refused.value.errors()
    assert (detail["type"], detail["ctx"][key]) == (error, said)
