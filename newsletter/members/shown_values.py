"""Values of a workbook's cells as Excel shows them, by their number formats (ECMA-376 18.8.31)."""

import re
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal

from newsletter.i18n import _, current_language

_PLAIN = {"General", "@", "0"}
_COLOUR_OR_PLACE = re.compile(r"\[(?:\$-[0-9A-Fa-f]+|[A-Za-z]+)\]")  # [Red], [$-40C]
_DECIMAL = re.compile(r"(?P<groups>#,##)?0(?:\.(?P<places>0+))?(?P<percent>%)?")
_SIGN = re.compile(r'"(?P<text>[^"]*)"|\\(?P<one>.)|(?P<digit>[0#])|(?P<own>[ /()+-])')
_DATE_SIGN = re.compile(r'"[^"]*"|\\.|y+|:mm|m+|d+|h+|s+|[-/:., ]')
# A date as the system writes it, which is said so and saved as an American one.
_DATE_OF_THE_SYSTEM = "mm-dd-yy"
_MAX_DIGITS_KEPT = 1e15  # of Excel: what is longer ends in zeros
_MAX_FORMAT = 255  # characters, of Excel
_GROUP_SPACE = "\u202f"  # NARROW NO-BREAK SPACE


def shown_value(value: object, number_format: str) -> tuple[str, bool]:
    """Return the text of a cell, and whether Excel shows just that."""
    form = _COLOUR_OR_PLACE.sub("", number_format[: _MAX_FORMAT + 1].partition(";")[0])
    text: str | None = None
    bare = str(value)
    if isinstance(value, bool):
        text = _("TRUE") if value else _("FALSE")
    elif isinstance(value, int | float):
        text, bare = _number(value, form), _general(value)
    elif isinstance(value, date):
        text = _date(value, form)
    return (bare, False) if text is None else (text, True)


def _general(value: float) -> str:
    if value % 1 == 0:
        return str(int(value))
    return _localised(f"{value:.10g}")


def _number(value: float, number_format: str) -> str | None:
    """Return a number in a format, None where that is not one of those of lists of people."""
    if number_format in _PLAIN:
        return _general(value)
    if abs(value) < _MAX_DIGITS_KEPT and (found := _DECIMAL.fullmatch(number_format)):
        shown = Decimal(repr(value)) * (100 if found["percent"] else 1)
        step = Decimal(1).scaleb(-len(found["places"] or ""))
        rounded = shown.quantize(step, ROUND_HALF_UP)
        return _localised(f"{rounded:{',' if found['groups'] else ''}f}{found['percent'] or ''}")
    if value < 0 or value % 1:
        return None
    return _masked(str(int(value)), number_format)


def _masked(digits: str, number_format: str) -> str | None:
    """Return digits in their places, from the last: a post code in 00000, a telephone number."""
    signs = list(_SIGN.finditer(number_format))
    places = [each["digit"] for each in signs if each["digit"]]
    if "".join(each[0] for each in signs) != number_format or "0" not in places:
        return None
    after_zero = len(places) - places.index("0")  # from the first 0 on, all are written
    padded = digits.rjust(after_zero, "0").rjust(len(places))
    shown, rest = "", padded[: len(padded) - len(places)]
    waiting = iter(padded[len(rest) :])
    for sign in signs:
        if sign["digit"]:
            shown, rest = shown + rest + next(waiting), ""
        else:
            shown += sign["text"] or sign["one"] or sign["own"] or ""
    return " ".join(shown.split())


def _date(value: date, number_format: str) -> str | None:
    """Return a date or moment in a format, None where it is not made of the usual signs."""
    if number_format == _DATE_OF_THE_SYSTEM:
        number_format = "dd/mm/yyyy"
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    numbers = {
        "yyyy": f"{moment:%Y}", "yy": f"{moment:%y}", "mm": f"{moment:%m}", "m": f"{moment.month}",
        "dd": f"{moment:%d}", "d": f"{moment.day}", "hh": f"{moment:%H}", "h": f"{moment.hour}",
        "ss": f"{moment:%S}", ":mm": f":{moment:%M}",
    }  # fmt: skip
    signs = [each[0] for each in _DATE_SIGN.finditer(number_format.lower())]
    names = [each for each in signs if each[-1].isalpha() and each[0] not in '"\\']
    if len("".join(signs)) != len(number_format) or not numbers.keys() >= set(names):
        return None
    return "".join(numbers.get(each, each.strip('"').removeprefix("\\")) for each in signs)


def _localised(number: str) -> str:
    """Return a number with the signs of the reader's Excel."""
    if current_language() != "fr":
        return number
    return number.replace(",", _GROUP_SPACE).replace(".", ",")
