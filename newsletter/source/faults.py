"""What can be wrong in a file of `key: value` lines, in the words a press officer reads.

One function a fault. None of them says where: the caller knows the place.
"""

from newsletter.i18n import _, counted
from newsletter.problems.problem import Fault

SHOWN_CHARACTERS = 60  # enough to recognise the line, short enough for one line of a terminal


def shown(text: str) -> str:
    """Return the beginning of `text`, as much as a message can quote."""
    text = text.strip()
    if len(text) <= SHOWN_CHARACTERS:
        return text
    return text[: SHOWN_CHARACTERS - 1].rstrip() + "…"


def quotes_around(text: str, key: str = "") -> str:
    """Return the hint to put quotes around `text`: as it can be copied, unless it is too long."""
    text = text.strip()
    if len(text) > SHOWN_CHARACTERS and not ('"' in text and "'" in text):
        hint = _("put a straight quote ( {mark} ) at the start of the text, and another at its end")
        return hint.format(mark=in_quotes(text)[0])
    line = f"{key}: {in_quotes(text)}" if key else in_quotes(text)
    return _("put quotes around the text: {quoted}").format(quoted=line)


def in_quotes(text: str) -> str:
    """Return `text` as it can be typed after a colon, between quotes that it does not contain."""
    text = text.strip()
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    if "'" not in text:
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


# The file as a whole


def missing_file(name: str) -> Fault:
    """Say that there is no such file."""
    message = _("file '{name}' does not exist").format(name=name)
    return Fault("file", message, _("check its name and its folder"))


def folder_instead_of_file(name: str) -> Fault:
    """Say that the path leads to a folder."""
    message = _("'{name}' is a folder, not a file").format(name=name)
    return Fault("file", message, _("name a file in that folder, for example 2026-09.yaml"))


def unreadable_file(name: str) -> Fault:
    """Say that the system refuses the file."""
    message = _("file '{name}' cannot be opened").format(name=name)
    return Fault(
        "file",
        message,
        _("check that you have permission to read it and that the disk is connected"),
    )


def too_large() -> Fault:
    """Say that the file is over the limit of an issue file."""
    message = _("this file is larger than 1 MB; an issue is never that long")
    hint = _("keep only the text: put pictures in assets/images/ and name them under 'file:'")
    return Fault("file", message, hint)


def empty_file() -> Fault:
    """Say that there is nothing to read."""
    message = _("this file is empty")
    return Fault("empty-file", message, _("write a first line such as 'kind: newsletter'"))


def no_fields() -> Fault:
    """Say that the file is a list or a text, without any key."""
    message = _("this file does not start with a key and its text")
    hint = _("write 'key: value' lines, for example 'kind: newsletter'")
    return Fault("no-fields", message, hint)


# Characters


def saved_as_windows_1252() -> Fault:
    """Say that the bytes are those of an old Windows editor."""
    message = _("this file was saved as Windows-1252 (ANSI): its accents cannot be read")
    hint = _("in your editor choose 'Save as', encoding 'UTF-8', and replace the file")
    return Fault("encoding", message, hint)


def saved_as_utf_16() -> Fault:
    """Say that the bytes are those of Notepad's "Unicode"."""
    message = _("this file was saved as UTF-16 ('Unicode' in Notepad)")
    hint = _("in your editor choose 'Save as', encoding 'UTF-8', and replace the file")
    return Fault("encoding", message, hint)


def not_text() -> Fault:
    """Say that the bytes are not those of a text file."""
    message = _("this file is not plain text; it may be a Word document or a picture")
    hint = _("copy its text into a new file and save it with UTF-8 encoding")
    return Fault("encoding", message, hint)


def stray_character(character: str, before: str) -> Fault:
    """Say that a character stands here that no keyboard types and no editor shows."""
    code = f"U+{ord(character):04X}"
    if before:
        message = _("there is an invisible character ({code}) after '{before}'")
    else:
        message = _("there is an invisible character ({code}) at the start of this line")
    hint = _("delete it; if you meant a new line, press Enter")
    return Fault("character", message.format(code=code, before=before), hint)


# Keys and indentation


def duplicate_key(key: str, first_line: int) -> Fault:
    """Say that a key was already given in the same place."""
    message = _("'{key}' is given twice; the first is on line {line}")
    hint = _("keep one of the two, or start a new item with '- '")
    return Fault("duplicate-key", message.format(key=shown(key), line=first_line), hint)


def composite_key() -> Fault:
    """Say that a list or a group stands where a key is due."""
    message = _("a key is missing here: brackets cannot come before the colon")
    hint = _("write a word before the colon, or put quotes around the whole text")
    return Fault("yaml-quotes", message, hint)


def too_deep(levels: int) -> Fault:
    """Say that there are more levels than any issue has."""
    message = _("this text is nested more than {levels} levels deep").format(levels=levels)
    hint = _("put quotes around a text that contains brackets, or indent it less")
    return Fault("nesting", message, hint)


def named_value(sign: str, name: str) -> Fault:
    """Say that `&name`, `*name` and `!name` are not read as text."""
    word = shown(f"{sign}{name.removeprefix('!')}")
    message = _("'{word}' cannot start a text here, because of its '{sign}'")
    return Fault("yaml-quotes", message.format(word=word, sign=sign), quotes_around(word))


def second_document() -> Fault:
    """Say that a line of `---` or `...` cuts the file."""
    message = _("this line splits the file in two; what follows would be lost")
    hint = _("delete it; if you want a rule inside a text, indent it like the rest of the text")
    return Fault("yaml", message, hint)


def not_lined_up(name: str, spaces: int) -> Fault:
    """Say that a line has an indentation of its own."""
    message = _("'{name}' is not lined up with the fields around it").format(name=shown(name))
    return Fault("indentation", message, _start_with(spaces))


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


def tab_indentation(name: str, spaces: int) -> Fault:
    """Say that a line is indented with the Tab key."""
    message = _("the line of '{name}' is indented with a Tab").format(name=shown(name))
    hint = _("replace the Tab: {start}").format(start=_start_with(spaces))
    return Fault("tab", message, hint)


def no_break_indentation(name: str, character: str) -> Fault:
    """Say that a line is indented with spaces that are none."""
    code = f"U+{ord(character):04X}"
    message = _("the line of '{name}' is indented with no-break spaces ({code})")
    hint = _("delete the spaces before '{name}' and type them again with the space bar")
    name = shown(name)
    return Fault("indentation", message.format(name=name, code=code), hint.format(name=name))


def _start_with(spaces: int) -> str:
    if not spaces:
        return _("start the line without any spaces")
    form = counted("indent the line by {count} space", "indent the line by {count} spaces", spaces)
    return form.format(count=spaces)


def missing_space(key: str) -> Fault:
    """Say that a colon touches the text after it."""
    message = _("a space is missing after '{key}:'").format(key=shown(key))
    return Fault("space-after-colon", message, _("write '{key}: '").format(key=shown(key)))


def hyphen_without_space(key: str) -> Fault:
    """Say that the hyphen of an item touches its first key."""
    message = _("a space is missing after the hyphen of '-{key}:'").format(key=shown(key))
    return Fault("space-after-hyphen", message, _("write '- {key}: '").format(key=shown(key)))


def text_without_field(text: str, key: str, spaces: int) -> Fault:
    """Say that a text follows no key; `key` is the last one before it, if any."""
    message = _("the text '{text}' does not belong to any field").format(text=shown(text))
    hint = _("write a key and a colon before it, as in 'title: Your title'")
    if key:
        hint = _("write a key and a colon before it; if it belongs to '{key}', {start}").format(
            key=shown(key), start=_start_with(spaces)
        )
    return Fault("text-without-field", message, hint)


def paragraph_not_indented(text: str, key: str, spaces: int) -> Fault:
    """Say that a paragraph of the text before it stands too far left."""
    message = _("the text '{text}' is not indented like the text of '{key}' above it")
    hint = _("if it belongs to '{key}', {start}, and do the same for the lines after it")
    key = shown(key)
    return Fault(
        "indentation",
        message.format(text=shown(text), key=key),
        hint.format(key=key, start=_start_with(spaces)),
    )


# The rest: what the YAML library found


def line_without_key() -> Fault:
    """Say that a line has no key."""
    message = _("this line has no key and no colon")
    hint = _("write 'key: text', or indent the line under the field it belongs to")
    return Fault("text-without-field", message, hint)


def out_of_line() -> Fault:
    """Say that a line is indented like nothing before it."""
    message = _("this line is not lined up with the fields around it")
    hint = _("give it as many spaces as the line above it at the same level")
    return Fault("indentation", message, hint)


def unreadable_line() -> Fault:
    """Say that a line is neither a field nor a text."""
    message = _("this line cannot be read: it is neither a field nor part of a text")
    hint = _("check its indentation and the line above, or put quotes around the text")
    return Fault("yaml", message, hint)
