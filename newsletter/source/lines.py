"""How one line is read, before anything is known of the lines around it."""

import re
from typing import NamedTuple

# What looks like a space, or like several, and is none: Tab, no-break space, Ogham space, spaces
# by their width (en, em, thin…), narrow no-break space, mathematical space, ideographic space.
ODD_SPACES = frozenset(
    "\t\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
BLANKS = " " + "".join(sorted(ODD_SPACES))
_BLANK = f"[{BLANKS}]"

# A line that looks blank, and is none for YAML.
SEEMINGLY_BLANK = re.compile(f"^(?! *$){_BLANK}++$", re.MULTILINE)

# Dashes of a list, then a key and its colon; any of the two may be missing. A key is between
# quotes, or begins with none of the signs of YAML and ends at the first colon before a space.
# (?>(?:…)*), not (?:…)*+: Debian 12's Python 3.11.2 gives back too much of that (gh-106052).
LINE = re.compile(
    rf"""
    [ ]*+
    (?P<dashes> (?: - (?: {_BLANK}+ | $ ) )* )
    (?: (?P<key> " (?> (?: [^"\\] | \\. )* ) "
               | ' (?> (?: [^'] | '' )* ) '
               | (?: [^{BLANKS}"'\[\]{{}}\#&*!|>%@`,?:-] | [?-] [^{BLANKS}:] )
                 (?> (?: [^{BLANKS}:] | : (?! {_BLANK} | $ )
                     | {_BLANK}++ (?! : (?: {_BLANK} | $ ) ) )* )
        )
        {_BLANK}* : (?: {_BLANK}+ | $ )
    )?
    """,
    re.VERBOSE,
)

# A key as the model has them, `kind` or `first name`, and not the beginning of a sentence.
_PLAUSIBLE = re.compile(r"[a-z_][a-z0-9_-]*(?:[ ][a-z0-9_-]+){0,2}")

# A key that touches its text, `title:Salon`; not `https://…`, not `mailto:…`, not `12:30`.
GLUED = re.compile(
    r"[ ]*(?:-[ ]+)*(?!(?:mailto|tel|sms|data|urn|https?)\b)(?P<key>[^\W\d][\w-]*):(?=[^\s/:])"
)

# The dash of an item that touches its first key, `-title: Salon`; a text seldom has such a line.
GLUED_DASH = re.compile(r"(?P<indent>[ ]*)-(?P<key>[a-z_]+):(?:[ ]|$)")

_SENTENCE = frozenset(".,;!?…«»“”()")
_LONGEST_KEY = 60
_MOST_WORDS = 4  # "Pays de la Loire"

# Whole-line comments that are not a hashtag: `# …`, `## …`, `#!`, `#---`, `#key: …`, `#- …`.
_COMMENT = re.compile(r"#+(?:[\s!]|$|[#=*_~-]{2,}|-\s|[a-z_][\w-]*(?:[ ][\w-]+)?:(?:\s|$))")

# The taught form of a comment: two spaces, the sign, a space.
TAUGHT_COMMENT = re.compile(r"(?:(?<=[ ]{2})|(?<=\t))#(?=[ \t]|$)")


class Nesting(NamedTuple):
    """The fields of one indentation, or the items of a list."""

    indent: int
    is_list: bool


def indent_of(line: str) -> int:
    """Return the number of spaces at the start of `line`."""
    return len(line) - len(line.lstrip(" "))


def is_hashtag(comment: str) -> bool:
    """Tell whether a line that begins with `#` is a text rather than a comment."""
    return _COMMENT.match(comment) is None


def is_plausible(key: str) -> bool:
    """Tell whether `key` looks like the keys of an issue, rather than the start of a sentence."""
    return key[0] in "\"'" or _PLAUSIBLE.fullmatch(key) is not None


def is_spaced(match: re.Match[str]) -> bool:
    """Tell whether a space stands before the colon, as in French sentences."""
    return match.string[match.end("key")] != ":"


def is_sentence(key: str) -> bool:
    """Tell whether `key` can only be the beginning of a sentence that has a colon."""
    if key[0] in "\"'" or len(key) < 4:
        return False
    is_long = len(key) > _LONGEST_KEY or len(key.split()) > _MOST_WORDS
    return is_long or not _SENTENCE.isdisjoint(key) or " #" in key


def is_certain_field(line: str) -> bool:
    """Tell whether `line` can be nothing but a field: one word, or a key in quotes, and a colon."""
    match = LINE.match(line)
    if match is None or match["key"] is None or is_spaced(match):
        return False
    key = match["key"]
    return is_plausible(key) and (" " not in key or key[0] in "\"'")


def begins_field(line: str, parent: int) -> bool:
    """Tell whether `line` is the next field or item, indented by `parent` spaces at most."""
    if indent_of(line) > parent:
        return False
    match = LINE.match(line)
    return bool(match and match["dashes"]) or is_certain_field(line)
