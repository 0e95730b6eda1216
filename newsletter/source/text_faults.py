"""Faults whose words depend on what was typed."""

import re

from newsletter.i18n import _, counted
from newsletter.problems.problem import Fault
from newsletter.source import faults
from newsletter.source.faults import Phrase, quotes_around, shown, start_with

_PERHAPS_FIELD = re.compile(r"[^:,]*\s([a-z_]+):\s")
_IN_CURLY_QUOTES = re.compile(r"^[“”„‘’]\s*([^“”„]+?)\s*[“”’]$")
_GROUP = re.compile(r"\{\s*[a-z_]+:\s")


def stray_character(character: str, before: str) -> Fault:
    """Say that a character stands here that no keyboard types and no editor shows."""
    message = _("there is an invisible character ({code}) at the start of this line")
    if before:
        message = _("there is an invisible character ({code}) after '{before}'")
    hint = _("delete it; if you meant a new line, press Enter")
    return Fault("character", message.format(code=f"U+{ord(character):04X}", before=before), hint)


def named_value(sign: str, name: str) -> Fault:
    """Say that `&name`, `*name` and `!name` are not read as text."""
    word = shown(f"{sign}{name.removeprefix('!')}")
    message = _("'{word}' cannot start a text here, because of its '{sign}'")
    return Fault("yaml-quotes", message.format(word=word, sign=sign), quotes_around(word))


def not_lined_up(name: str, spaces: int) -> Fault:
    """Say that a line has an indentation of its own."""
    return faults.NOT_LINED_UP.of(name=shown(name), start=start_with(spaces))


def odd_indentation(blanks: str, name: str, spaces: int) -> Fault:
    """Say that a line is indented with the Tab key, or with spaces that are none."""
    if "\t" in blanks:
        return faults.TAB_INDENTATION.of(name=shown(name), start=start_with(spaces))
    code = f"U+{ord(blanks.strip(' ')[0]):04X}"
    return faults.NO_BREAK_INDENTATION.of(name=shown(name), code=code)


def gap_after_hyphen(name: str, spaces: int) -> Fault:
    """Say that what follows a hyphen is not lined up with the lines below it."""
    message = _("'{name}' is not lined up with the lines below it").format(name=shown(name))
    hint = counted(
        "leave {count} space between the hyphen and '{name}'",
        "leave {count} spaces between the hyphen and '{name}'",
        spaces,
    )
    return Fault("indentation", message, hint.format(count=spaces, name=shown(name)))


def misplaced_item(first: int, last: int, spaces: int) -> Fault:
    """Say that the lines of an item are all too far left, or right where `spaces` is negative."""
    message = _("lines {first} to {last} belong to one item, and stand too far left")
    hint = counted(
        "select them all and move them right by {count} space",
        "select them all and move them right by {count} spaces",
        spaces,
    )
    if spaces < 0:
        message = _("lines {first} to {last} belong to one item, and stand too far right")
        hint = counted(
            "select them all and move them left by {count} space",
            "select them all and move them left by {count} spaces",
            -spaces,
        )
    message = message.format(first=first, last=last)
    return Fault("indentation", message, hint.format(count=abs(spaces)))


def text_without_field(text: str, key: str, spaces: int) -> Fault:
    """Say that a text follows no key; `key` is the last one before it, if any."""
    message = _("the text '{text}' does not belong to any field").format(text=shown(text))
    hint = _("write a key and a colon before it, as in 'title: Your title'")
    if key:
        hint = _("write a key and a colon before it; if it belongs to '{key}', {start}")
        hint = hint.format(key=shown(key), start=start_with(spaces))
    return Fault("text-without-field", message, hint)


def colon_in_text(text: str) -> Fault:
    """Say that a colon inside a text reads like the one after a key."""
    message, said = _("the colon in '{text}' looks like the end of a key"), shown(text)
    if text[0] in "“”„‘’":
        message = _("the quotes “ ” do not protect the colon of {text}")
        text = _IN_CURLY_QUOTES.sub(r"\1", text)
    elif text[0] in "«‹":
        message = _("the quotes « » do not protect the colon of {text}")
    return Phrase("yaml-quotes", message).of(text=said, put_quotes=quotes_around(text))


def cut_in_brackets(key: str, text: str, sign: str) -> Fault:
    """Say that a text between brackets would be cut at a comma, or read amiss after a sign."""
    message = _("between brackets, the text '{text}' is not read as one text")
    if sign == ",":
        message = _("the comma cuts this text in two: '{text}'")
    elif sign == ":":
        message = _("the colon in '{text}' looks like the end of a key")
    hint = quotes_around(text, key)
    if field := _PERHAPS_FIELD.match(text):
        with_comma = _("{put_quotes}; but if '{word}' is a field, type a comma before it")
        hint = with_comma.format(put_quotes=hint, word=field[1])
    return Fault("yaml-quotes", message.format(text=shown(text)), hint)


def unclosed_bracket(text: str) -> Fault:
    """Say that the bracket that `text` begins with is never closed."""
    message = _("the bracket '{bracket}' in '{text}' is never closed")
    hint = _("close it: type {closing} at the end")
    if not _GROUP.match(text):
        hint = _("close it with {closing}, or {put_quotes}")
    closing = "}" if text[0] == "{" else "]"
    return Phrase("unclosed-bracket", message, hint).about(text, bracket=text[0], closing=closing)


def text_after_quote(text: str) -> Fault:
    """Say that a text goes on after the quote that ends it."""
    message = _("the text {text} continues after its closing quote {quote}")
    message = message.format(text=shown(text), quote=text[0])
    # Between quotes that also stand inside it: `'L'IA'`, `"dit "oui""`.
    second = text.find(text[0], 1)
    is_wrapped = text.endswith(text[0]) and 0 < second < len(text) - 1
    if is_wrapped and (text[second - 1].isspace() or text[second + 1].isalnum()):
        text = text[1:-1]
    return Fault("yaml-quotes", message, quotes_around(text))
