"""One line of `newsletter doctor`: what is right, or what is wrong and what to ask of whom."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from newsletter.i18n import _
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Level, level_word

STRING_BYTES = 255  # of one string in a TXT record (RFC 1035, 3.3.14)


@dataclass(frozen=True)
class Diagnosis:
    """What was found; `level` is None where it is right."""

    message: str
    level: Level | None = None
    hint: str = ""  # can be forwarded to whoever mends it
    record: str = ""  # a line for the DNS

    def lines(self) -> Iterator[str]:
        """Yield what is printed."""
        word = level_word(self.level) if self.level else _("ok")
        yield "  " + _("{level}: {message}").format(level=word, message=self.message)
        yield from (f"      {each}" for each in (self.hint, self.record) if each)


def with_failures(diagnoses: Iterable[Diagnosis]) -> Iterator[Diagnosis]:
    """Yield diagnoses, last the error that stops them."""
    try:
        yield from diagnoses
    except NewsletterError as error:
        yield Diagnosis(error.message, Level.ERROR, error.hint)


def told(
    message: str, level: Level | None = None, hint: str = "", record: str = "", **words: object
) -> Diagnosis:
    """Return a diagnosis whose message and hint are filled with `words`."""
    return Diagnosis(message.format(**words), level, hint.format(**words), record)


def to_add() -> str:
    """Return whom to ask for a record."""
    return _("ask whoever manages the DNS of {domain} to add this record:")


def text_record(name: str, text: str) -> str:
    """Return a TXT record as a zone file has it, its text in strings of the length allowed."""
    parts = [text[at : at + STRING_BYTES] for at in range(0, len(text), STRING_BYTES)]
    return f"{name}. IN TXT " + " ".join(f'"{part}"' for part in parts)
