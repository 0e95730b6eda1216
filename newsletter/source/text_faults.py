"""What can be wrong in one text, most of it fixed by a pair of quotes."""

import re

from newsletter.i18n import _
from newsletter.problems.problem import Fault
from newsletter.source.faults import quotes_around, shown

_PERHAPS_FIELD = re.compile(r"[^:,]*\s([a-z_]+):\s")
_GROUP = re.compile(r"\{\s*[a-z_]+:\s")


def _needs_quotes(message: str, text: str) -> Fault:
    return Fault("yaml-quotes", message, quotes_around(text))


def colon_in_text(text: str) -> Fault:
    """Say that a colon inside a text reads like the one after a key."""
    if text[0] in "“”„‘’":
        message = _("the quotes “ ” around '{text}' do not protect its colon")
        text = text.strip("“”„‘’ \xa0\u202f")
    elif text[0] in "«‹":
        message = _("the quotes « » in '{text}' do not protect its colon")
    else:
        message = _("the colon in '{text}' looks like the end of a key")
    return _needs_quotes(message.format(text=shown(text)), text)


def cut_in_brackets(key: str, text: str, sign: str) -> Fault:
    """Say that a text between brackets would be cut at a comma, or read amiss after a sign."""
    if sign == ",":
        message = _("the comma cuts this text in two: '{text}'")
    elif sign == ":":
        message = _("the colon in '{text}' looks like the end of a key")
    else:
        message = _("between brackets, the text '{text}' is not read as one text")
    hint = quotes_around(text, key)
    if field := _PERHAPS_FIELD.match(text):
        hint = _("{put_quotes}; but if '{word}' is a field, type a comma before it")
        hint = hint.format(put_quotes=quotes_around(text, key), word=field[1])
    return Fault("yaml-quotes", message.format(text=shown(text)), hint)


def cut_by_hash(text: str) -> Fault:
    """Say that what follows ` #` would be lost."""
    message = _("the text '{text}' would be cut off at '#', which starts a comment")
    hint = _("{put_quotes} (a comment: two spaces, '#', a space)")
    hint = hint.format(put_quotes=quotes_around(text))
    return Fault("cut-by-hash", message.format(text=shown(text)), hint)


def hashtag_line(text: str) -> Fault:
    """Say that a line that begins with a hashtag would be lost."""
    message = _("the line '{text}' would be lost: '#' starts a comment").format(text=shown(text))
    hint = _("put it under its field, indented, or write '# ' for a comment")
    return Fault("cut-by-hash", message, hint)


def comment_inside_text(text: str) -> Fault:
    """Say that a comment stands between two lines of one text."""
    message = _("the comment '{text}' is in the middle of a text").format(text=shown(text))
    hint = _("indent it if it is part of the text, or move it above the field")
    return Fault("cut-by-hash", message, hint)


def sign_at_start(text: str, sign: str) -> Fault:
    """Say that a text begins with a sign that means something else there."""
    message = _("the text '{text}' starts with '{sign}', which is not read as text there")
    return _needs_quotes(message.format(text=shown(text), sign=sign), text)


def text_after_bracket(text: str) -> Fault:
    """Say that a bracket at the start of a text opens a list."""
    message = _("the bracket at the start of '{text}' opens a list")
    return _needs_quotes(message.format(text=shown(text)), text)


def unclosed_bracket(text: str, bracket: str) -> Fault:
    """Say that a bracket is opened and never closed."""
    message = _("the bracket '{bracket}' in '{text}' is never closed")
    closing = "}" if bracket == "{" else "]"
    hint = _("close it: type {closing} at the end")
    if not _GROUP.match(text):
        hint = _("close it with {closing}, or {put_quotes}")
    hint = hint.format(closing=closing, put_quotes=quotes_around(text))
    message = message.format(bracket=bracket, text=shown(text))
    return Fault("unclosed-bracket", message, hint)


def text_after_quote(text: str) -> Fault:
    """Say that a text goes on after the quote that ends it."""
    quote = text[0]
    inner = text[1:-1] if _is_wrapped(text) else text
    message = _("the text '{text}' continues after its closing quote {quote}")
    return _needs_quotes(message.format(text=shown(text), quote=quote), inner)


def _is_wrapped(text: str) -> bool:
    """Tell whether `text` is between quotes that also stand inside it: `'L'IA'`, `"dit "oui""`."""
    quote = text[0]
    second = text.find(quote, 1)
    if not text.endswith(quote) or not 0 < second < len(text) - 1:
        return False
    return text[second - 1].isspace() or text[second + 1].isalnum()


def unclosed_quote(text: str) -> Fault:
    """Say that a quote is opened and never closed."""
    quote = text[0]
    message = _("the quote {quote} before '{text}' is never closed")
    hint = _("close it at the end of the text; or {put_quotes}")
    hint = hint.format(put_quotes=quotes_around(text[1:]))
    return Fault("unclosed-quote", message.format(quote=quote, text=shown(text[1:])), hint)


def backslash(typed: str) -> Fault:
    """Say that a backslash between straight quotes means nothing."""
    message = _("'{typed}' has no meaning between double quotes").format(typed=typed)
    hint = _("type the backslash twice, or put the text between ' and '")
    return Fault("yaml-quotes", message, hint)


def unexpected_backslash() -> Fault:
    """Say that a backslash between straight quotes means nothing, without its text."""
    return backslash("\\")


def unexpected_colon() -> Fault:
    """Say that a colon stands where no key can be."""
    message = _("this colon looks like the end of a key")
    return Fault("yaml-quotes", message, _("put quotes around the text that contains it"))


def unexpected_sign() -> Fault:
    """Say that a text begins with a sign that means something else."""
    message = _("this character is not read as text")
    return Fault("yaml-quotes", message, _("put quotes around the text that starts with it"))


def unfinished_brackets() -> Fault:
    """Say that something is missing between brackets."""
    message = _("a comma or a closing bracket is missing before this point")
    hint = _("write [one, two] or {key: text}, or put quotes around a text with brackets")
    return Fault("unclosed-bracket", message, hint)


def unfinished_quotes() -> Fault:
    """Say that a quote is opened and never closed, without its text."""
    message = _("this quote is never closed")
    return Fault("unclosed-quote", message, _("type the same quote at the end of the text"))
