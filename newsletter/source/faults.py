"""What can be wrong in a file of `key: value` lines, in a press officer's words; not where."""

import re
from typing import NamedTuple

from newsletter.i18n import N_, _, counted
from newsletter.problems.problem import Fault

SHOWN_CHARACTERS = 60  # enough to recognise the line, short enough for one line of a terminal

# Marks that come in pairs, each with the blank inside; 27" are inches, '90 a year.
_PAIRED = [*map(re.compile, ('(?<!\\d)"', r"(?<!\w)'(?!\d)|'(?!\w)", r"«\s?|\s?»", "[“”]"))]


def shown(text: str) -> str:
    """Return the beginning of `text`, as much as a message can quote."""
    text = text.strip()
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1].rstrip() + "…"


def quoted(text: str) -> str:
    """Return a text in the quotation marks of the user's language."""
    return _("'{text}'").format(text=text)


def quotes_around(text: str, key: str = "") -> str:
    """Return the hint to put quotes around `text`: as it can be copied, unless it is too long."""
    text = text.strip()
    quoted = in_quotes(_without_half_pairs(text))
    if len(text) > SHOWN_CHARACTERS and quoted[1:-1] == text:
        hint = _("put a straight quote ( {mark} ) at the start of the text, and another at its end")
        return hint.format(mark=quoted[0])
    line = f"{key}: {quoted}" if key else quoted
    return _("put quotes around the text: {quoted}").format(quoted=line)


def _without_half_pairs(text: str) -> str:
    """Return `text` without each quotation mark whose fellow was forgotten."""
    for pair in _PAIRED:
        marks = list(pair.finditer(text))
        odd = [each for each in marks if each.end() == len(text) or not each.start()][-1:]
        if len(marks) == 1 and marks[0][0] != "'":
            odd = marks
        if len(marks) % 2 and odd:
            text = text[: odd[0].start()] + text[odd[0].end() :]
    return text


def in_quotes(text: str) -> str:
    """Return `text` as it can be typed after a colon, between quotes that it does not contain."""
    text = text.strip()
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    if "'" not in text:
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def spaces(count: int) -> str:
    """Return so many spaces in words."""
    return counted("{count} space", "{count} spaces", count).format(count=count)


def start_with(count: int) -> str:
    """Return the hint to indent a line by so many spaces."""
    if not count:
        return _("start the line without any spaces")
    return _("start the line with {spaces}").format(spaces=spaces(count))


class Phrase(NamedTuple):
    """What is said of a fault, in English: by which rule, the message, the hint."""

    rule: str
    message: str
    hint: str = "{put_quotes}"

    def of(self, **values: object) -> Fault:
        """Return the fault in the user's language, with `values` in their places."""
        message, hint = _(self.message), _(self.hint)
        if values:
            message, hint = message.format(**values), hint.format(**values)
        return Fault(self.rule, message, hint)

    def about(self, text: str, **values: object) -> Fault:
        """Return the fault of `text`, which quotes around it may cure."""
        return self.of(text=shown(text), put_quotes=quotes_around(text), **values)


# A table: the rule and what is wrong, then what to do.
# fmt: off
# The file as a whole
MISSING_FILE = Phrase("file", N_("file '{name}' does not exist"),
    N_("check its name and its folder"))
FOLDER_INSTEAD_OF_FILE = Phrase("file", N_("'{name}' is a folder, not a file"),
    N_("name a file in that folder, for example 2026-09.yaml"))
UNREADABLE_FILE = Phrase("file", N_("file '{name}' cannot be opened"),
    N_("check that you have permission to read it and that the disk is connected"))
TOO_LARGE = Phrase("file", N_("this file is larger than 1 MB; an issue is never that long"),
    N_("keep only the text: put pictures in assets/images/ and name them under 'file:'"))
EMPTY_FILE = Phrase("empty-file", N_("this file is empty"),
    N_("write a first line such as 'kind: newsletter'"))
NO_FIELDS = Phrase("no-fields", N_("this file does not start with a key and its text"),
    N_("write 'key: value' lines, for example 'kind: newsletter'"))
SAVED_OTHERWISE = Phrase("encoding", N_("this file was saved as {encoding}, not as UTF-8"),
    N_("in your editor choose 'Save as', encoding 'UTF-8', and replace the file"))
NOT_TEXT = Phrase("encoding",
    N_("this file is not plain text; it may be a Word document or a picture"),
    N_("copy its text into a new file and save it with UTF-8 encoding"))

# Keys and indentation
DUPLICATE_KEY = Phrase("duplicate-key", N_("'{key}' is given twice; the first is on line {line}"),
    N_("keep one of the two, or start a new item with '- '"))
TOO_DEEP = Phrase("nesting", N_("this text is nested more than {levels} levels deep"),
    N_("put quotes around a text that contains brackets, or indent it less"))
SECOND_DOCUMENT = Phrase("yaml", N_("this line splits the file in two; what follows would be lost"),
    N_("delete it; if you want a rule inside a text, indent it like the rest of the text"))
OUT_OF_LINE = Phrase("indentation", N_("this line is not lined up with the fields around it"),
    N_("give it as many spaces as the line above it at the same level"))
NOT_LINED_UP = Phrase("indentation", N_("'{name}' is not lined up with the fields around it"),
    "{start}")
TAB_INDENTATION = Phrase("tab", N_("the line of '{name}' is indented with a Tab"),
    N_("replace the Tab: {start}"))
GAP_AFTER_HYPHEN = Phrase("indentation", N_("'{name}' is not lined up with the lines below it"),
    N_("leave {spaces} between the hyphen and '{name}'"))
ITEM_TOO_FAR_LEFT = Phrase("indentation",
    N_("lines {first} to {last} belong to one item, and stand too far left"),
    N_("select them all and move them right by {spaces}"))
ITEM_TOO_FAR_RIGHT = Phrase("indentation",
    N_("lines {first} to {last} belong to one item, and stand too far right"),
    N_("select them all and move them left by {spaces}"))
NO_BREAK_INDENTATION = Phrase("indentation",
    N_("the line of '{name}' is indented with no-break spaces ({code})"),
    N_("delete the spaces before '{name}' and type them again with the space bar"))
PARAGRAPH_NOT_INDENTED = Phrase("indentation",
    N_("the text '{text}' is not indented like the text of '{key}' above it"),
    N_("if it belongs to '{key}', {start}, and do the same for the lines after it"))
MISSING_SPACE = Phrase("space-after-colon", N_("a space is missing after '{key}:'"),
    N_("write '{key}: '"))
HYPHEN_WITHOUT_SPACE = Phrase("space-after-hyphen",
    N_("an entry of a list begins with '- ', not with '{sign}'"),
    N_("write '- {key}: '"))
COMMENTED_KEY = Phrase("indentation",
    N_("'{key}:' is still a comment, the lines below it are none any more"),
    N_("remove the # before it: {key}:"))

NAMED_VALUE = Phrase("yaml-quotes",
    N_("'{text}' cannot start a text here, because of its '{sign}'"))

# What `#` cuts
CUT_BY_HASH = Phrase("cut-by-hash",
    N_("the text '{text}' would be cut off at '#', which starts a comment"),
    N_("{put_quotes} (a comment: two spaces, '#', a space)"))
HASHTAG_LINE = Phrase("cut-by-hash", N_("the line '{text}' would be lost: '#' starts a comment"),
    N_("put it under its field, indented, or write '# ' for a comment"))
COMMENT_INSIDE_TEXT = Phrase("cut-by-hash", N_("the comment '{text}' is in the middle of a text"),
    N_("indent it if it is part of the text, or move it above the field"))

# What quotes cure, and quotes themselves
SIGN_AT_START = Phrase("yaml-quotes",
    N_("the text '{text}' starts with '{sign}', which is not read as text there"))
TEXT_AFTER_BAR = SIGN_AT_START._replace(
    hint=N_(
    "write | after the colon, and the whole text below it, two spaces to the right of the key"))
TEXT_AFTER_BRACKET = Phrase("yaml-quotes", N_("the bracket at the start of '{text}' opens a list"))
UNCLOSED_QUOTE = Phrase("unclosed-quote", N_("the quote {quote} before '{text}' is never closed"),
    N_("close it at the end of the text; or {put_quotes}"))
BACKSLASH = Phrase("yaml-quotes", N_("'{typed}' has no meaning between double quotes"),
    N_("type the backslash twice, or put the text between ' and '"))
UNEXPECTED_COLON = Phrase("yaml-quotes", N_("this colon looks like the end of a key"),
    N_("put quotes around the text that contains it"))
UNEXPECTED_SIGN = Phrase("yaml-quotes", N_("this character is not read as text"),
    N_("put quotes around the text that starts with it"))
UNFINISHED_BRACKETS = Phrase("unclosed-bracket",
    N_("a comma or a closing bracket is missing before this point"),
    N_("write [one, two] or {key: text}, or put quotes around a text with brackets"))
UNFINISHED_QUOTES = Phrase("unclosed-quote", N_("this quote is never closed"),
    N_("type the same quote at the end of the text"))
UNREADABLE_LINE = Phrase("yaml",
    N_("this line cannot be read: it is neither a field nor part of a text"),
    N_("check its indentation and the line above, or put quotes around the text"))
# fmt: on


def stray_character(character: str, before: str) -> Fault:
    """Say that a character stands here that no keyboard types and no editor shows."""
    message = _("there is an invisible character ({code}) at the start of this line")
    if before:
        message = _("there is an invisible character ({code}) after '{before}'")
    hint = _("delete it; if you meant a new line, press Enter")
    return Fault("character", message.format(code=f"U+{ord(character):04X}", before=before), hint)


def odd_indentation(blanks: str, name: str, spaces: int) -> Fault:
    """Say that a line is indented with the Tab key, or with spaces that are none."""
    if "\t" in blanks:
        return TAB_INDENTATION.of(name=shown(name), start=start_with(spaces))
    return NO_BREAK_INDENTATION.of(name=shown(name), code=f"U+{ord(blanks.strip(' ')[0]):04X}")


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
        text = re.sub(r"^[“”„‘’]\s*([^“”„]+?)\s*[“”’]$", r"\1", text)
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
    if field := re.match(r"[^:,]*\s([a-z_]+):\s", text):
        with_comma = _("{put_quotes}; but if '{word}' is a field, type a comma before it")
        hint = with_comma.format(put_quotes=hint, word=field[1])
    return Fault("yaml-quotes", message.format(text=shown(text)), hint)


def unclosed_bracket(text: str) -> Fault:
    """Say that the bracket that `text` begins with is never closed."""
    message = _("the bracket '{bracket}' in '{text}' is never closed")
    hint = _("close it: type {closing} at the end")
    if not re.match(r"\{\s*[a-z_]+:\s", text):
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
