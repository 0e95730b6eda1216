"""Find the messages of a rule of the checks: what its code says, and its manual page.

The manual page is the docstring of the rule's function; `newsletter check --explain` shows it in
the language of the user.
"""

import ast
import inspect
from collections.abc import Iterator
from typing import Any, BinaryIO

from babel.messages.extract import extract_python


def extract(
    file: BinaryIO, keywords: Any, comment_tags: Any, options: Any
) -> Iterator[tuple[int, str | None, Any, list[str]]]:
    """Yield the messages of `file` as babel wants them: line, function, message, comments."""
    module = ast.parse(file.read())
    file.seek(0)
    yield from extract_python(file, keywords, comment_tags, options)
    for statement in module.body:
        if isinstance(statement, ast.FunctionDef) and any(map(_is_rule, statement.decorator_list)):
            manual = ast.get_docstring(statement, clean=False) or ""
            yield statement.lineno, None, inspect.cleandoc(manual), []


def _is_rule(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "rule"
