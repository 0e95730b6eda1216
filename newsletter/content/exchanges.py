"""The questions and answers of an interview, in place or in a text file of their own."""

import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, ValidationInfo
from pydantic_core.core_schema import CoreSchema

from newsletter.i18n import _
from newsletter.problems.problem import Fault
from newsletter.values.structures import Exchange
from newsletter.values.texts import FILE_SCHEMA, text_from_file
from newsletter.values.validation import refuse

_QUESTION = re.compile(r"^##[ \t\u00a0]+(?P<question>.+?)[ \t#]*$", re.MULTILINE)


def _read(value: object, info: ValidationInfo) -> object:
    if not isinstance(value, dict):
        return value
    return list(_exchanges_in(text_from_file(value, info)))


def _exchanges_in(text: str) -> Iterator[dict[str, str]]:
    """Yield each heading of two signs as a question, and what follows it as the answer."""
    questions = list(_QUESTION.finditer(text))
    if not questions or text[: questions[0].start()].strip():
        message = _("the file of questions and answers does not start with a question")
        raise refuse(Fault("exchanges", message, _("start each question with '## '")))
    ends = [question.start() for question in questions[1:]] + [len(text)]
    for question, end in zip(questions, ends, strict=True):
        answer = text[question.end() : end].strip("\n")
        if not answer.strip():
            message = _("the question '{question}' has no answer").format(
                question=question["question"]
            )
            raise refuse(Fault("exchanges", message, _("write the answer under it")))
        yield {"question": question["question"], "answer": answer}


class _ListOrFile:
    """Says in the JSON Schema that a file may stand for the list."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"anyOf": [handler(schema), FILE_SCHEMA]}


Exchanges = Annotated[
    tuple[Exchange, ...], Field(min_length=1), BeforeValidator(_read), _ListOrFile()
]
