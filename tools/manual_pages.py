"""Find the messages that are not in a call: a rule's manual page, and the help of the commands.

The manual page is the docstring of the rule's function; `newsletter check --explain` shows it in
the language of the user. The help is in the tables of `newsletter.cli.verbs`.
"""

import ast
import inspect
from collections.abc import Iterator
from typing import Any, BinaryIO

from babel.messages.extract import extract_python

from newsletter.cli.verbs import TABLES, rows_of


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


def extract_help(
    file: BinaryIO, keywords: Any, comment_tags: Any, options: Any
) -> Iterator[tuple[int, str | None, Any, list[str]]]:
    """Yield the messages of the module of the commands, as `extract`."""
    yield from extract_python(file, keywords, comment_tags, options)
    for table in TABLES.values():
        for _typed, said in rows_of(table):
            yield 1, None, said, []


def _is_rule(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "rule"
