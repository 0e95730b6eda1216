"""Find the messages of a rule of the checks: what its code says, and its manual page.

The manual page is the docstring of the module; `newsletter check --explain` shows it in the
language of the user.
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
    manual = ast.get_docstring(module, clean=False)
    if manual is not None and any(map(_is_level, module.body)):
        yield 1, None, inspect.cleandoc(manual), []


def _is_level(statement: ast.stmt) -> bool:
    """Tell whether a statement says the level of a rule: other modules have no manual page."""
    return isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "LEVEL"
