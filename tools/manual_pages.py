"""Find the messages that are not in a call: a rule's manual page, and the help of the commands.

The manual page is the docstring of the rule's function; `newsletter check --explain` shows it in
the language of the user. The help is in the tables of `newsletter.cli.verbs`, and click's own
words, of which it brings no French, are in click.
"""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import click
from babel.messages.extract import extract_from_file, extract_python

from newsletter.cli.help import PLACEHOLDER
from newsletter.cli.verbs import TABLES, rows_of

# The modules of click that speak of what was typed.
CLICK = ("core", "decorators", "exceptions", "formatting", "parser", "types")
# What it says that is in no call.
CLICK_WORDS = ("ARGS", "required")


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
    """Yield the messages of the module of the commands, and click's, as `extract`."""
    yield from extract_python(file, keywords, comment_tags, options)
    for table in TABLES.values():
        for typed, said in rows_of(table):
            yield 1, None, said, []
            yield from ((1, None, each, []) for each in PLACEHOLDER.findall(typed))
    yield from ((1, None, each, []) for each in CLICK_WORDS)
    for name in CLICK:
        module = Path(click.__file__).with_name(f"{name}.py")
        for _line, message, _comments, _context in extract_from_file("python", module):
            yield 1, "ngettext" if isinstance(message, tuple) else None, message, []


def _is_rule(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "rule"
