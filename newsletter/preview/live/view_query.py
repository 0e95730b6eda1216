"""Which view of an issue a page shows, as its address says it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from newsletter.preview.views import APPEARANCES
from newsletter.settings.theme import LOOKS

PANES = ("mail", "text", "source", "pdf", "web")
WIDTHS = ("375", "640", "free")
_ROW_DIGITS = 8  # more rows than any spreadsheet has
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "pane": PANES,
    "width": WIDTHS,
    "appearance": tuple(APPEARANCES),
    "look": LOOKS,
}


@dataclass(frozen=True)
class Reader:
    """Whom the mail is shown to: "delegation=Bretagne" and the like, or a row of the members."""

    choices: tuple[str, ...] = ()
    row: int | None = None


@dataclass(frozen=True)
class View:
    """A view of an issue; the first of each choice is usual. A look of "" is the theme's."""

    pane: str = PANES[0]
    width: str = WIDTHS[1]
    appearance: str = "light"
    look: str = ""
    has_pictures: bool = True
    reader: Reader = Reader()

    @property
    def query(self) -> str:
        """The view as the query of an address, without what is usual."""
        usual = View()
        said = [(name, getattr(self, name)) for name in _CHOICES]
        pairs = [(name, value) for name, value in said if value != getattr(usual, name)]
        pairs += [] if self.has_pictures else [("pictures", "off")]
        pairs += [("as", choice) for choice in self.reader.choices]
        pairs += [("row", str(self.reader.row))] if self.reader.row is not None else []
        return urlencode(pairs)


def view_of(query: QueryParams) -> View:
    """Return the view that a query names; what it does not name, or wrongly, is as usual."""
    chosen = {name: query[name] for name, known in _CHOICES.items() if query.get(name, "") in known}
    row = query.get("row", "")
    is_number = row.isascii() and row.isdigit() and len(row) <= _ROW_DIGITS
    choices = tuple(filter(None, query.getlist("as")))
    # A row says all of its reader: the page's own script asks for it alone.
    reader = Reader(row=int(row)) if is_number else Reader(choices)
    view = View(has_pictures=query.get("pictures") != "off", reader=reader)
    return replace(view, **chosen)  # type: ignore[arg-type]  # all of them texts
