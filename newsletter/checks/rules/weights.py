"""How much a mail weighs, and how much each of its items."""

from typing import NamedTuple

from newsletter.checks.reading import is_web
from newsletter.checks.rule import Checked, Findings, found, rule
from newsletter.i18n import KILOBYTE, _, kilobytes
from newsletter.problems.problem import Level
from newsletter.rendering.document import Document
from newsletter.source import Loc, Source
from newsletter.source.faults import quoted

CLIP_BYTES = 102 * KILOBYTE
WARN_BYTES = 80 * KILOBYTE
_TITLES = ("title", "name", "label", "text", "headline")
MAX_STYLE_BYTES = 16 * KILOBYTE
MAX_PICTURE_BYTES, MAX_PICTURES_BYTES = 100 * KILOBYTE, 300 * KILOBYTE
MAX_REQUESTS = 10


@rule(Level.ERROR)
def gmail_clipping(checked: Checked) -> Findings:
    """The email's HTML stays under 102 kB: Gmail clips the rest.

    Behind "Message clipped" are then the footer, the address and the unsubscribe link, and the styles are
    dropped. Pictures do not count. From 80 kB it is a warning: some servers lengthen every link.
    Fails: an issue of thirty long articles, 105 kB.
    Passes: the same issue with ten articles and links to the others, 45 kB.
    Source: hteumeuleu/email-bugs, issues 41 and 56; measured, as Google has published no figure.
    """
    weight = len(checked.document.html.encode())
    if weight < WARN_BYTES:
        return
    message = _("the email is {weight} kB; Gmail clips it at {limit} kB. Heaviest items: {items}")
    heaviest = item_weights(checked.document, checked.source)[:3]  # enough to know where to cut
    names = [quoted(each.words) if each.is_title else each.words for each in heaviest]
    items = ", ".join(
        _("{name} ({weight} kB)").format(name=name, weight=kilobytes(each.weight_bytes))
        for name, each in zip(names, heaviest, strict=True)
    )
    hint = _("shorten these items, or put the longest ones online and link to them")
    level = Level.ERROR if weight > CLIP_BYTES else Level.WARNING
    message = message.format(weight=kilobytes(weight), limit=kilobytes(CLIP_BYTES), items=items)
    yield found(message, hint, heaviest[0].loc if heaviest else (), level=level)


class ItemWeight(NamedTuple):
    """An item, its title or else its kind, and how many bytes of the HTML are its own."""

    loc: Loc
    words: str
    is_title: bool
    weight_bytes: int


def item_weights(document: Document, source: Source) -> list[ItemWeight]:
    """Return the weight of each item that `document` shows, the heaviest first."""
    weights = []
    for span in document.item_spans:
        value = source.value_at(span.loc)
        said = value if isinstance(value, dict) else {}
        title = next((str(said[key]) for key in _TITLES if key in said), "")
        words = title or str(said.get("kind", span.loc[-1]))
        weight = len(document.html[span.start : span.end].encode())
        weights.append(ItemWeight(span.loc, words, bool(title), weight))
    return sorted(weights, key=lambda each: -each.weight_bytes)


@rule(Level.WARNING)
def style_weight(checked: Checked) -> Findings:
    """The email's `<style>` blocks stay under 16 kB in all: Gmail drops the rest.

    The email then loses its dark colours and its phone layout. The packaged templates use 2 kB.
    Fails: a template with the whole stylesheet of the website.
    Passes: a template with only the few rules it needs.
    Source: hteumeuleu/email-bugs, issue 90; caniemail.com, `<style>`, note 6.
    """
    styles = [(loc, each.text or "") for loc, each in checked.tags("style")]
    weight = sum(len(text.encode()) for _loc, text in styles)
    if weight > MAX_STYLE_BYTES:
        message = _("the email has {weight} kB of styles; Gmail drops anything over {limit} kB")
        hint = _("remove unused styles from the templates")
        loc = max(styles, key=lambda each: len(each[1]))[0]
        yield found(message, hint, loc, weight=kilobytes(weight), limit=kilobytes(MAX_STYLE_BYTES))


@rule(Level.ADVICE)
def heavy_picture(checked: Checked) -> Findings:
    """Pictures are light: each under 100 kB, all together under 300 kB.

    Pictures are reduced to the size that the email shows, then weighed: what is still heavy is mostly a
    photo saved as PNG, or an animation.
    Fails: `file: poster.png`, a photo of 600 kB
    Passes: the same photo exported as JPEG: `file: poster.jpg`, 60 kB
    Source: our own limits; there is no official figure for email.
    """
    weights = {each.name: len(each.content) for each in checked.document.images}
    for name, weight in weights.items():
        if weight > MAX_PICTURE_BYTES:
            message = _("this picture is {weight} kB in the email; {limit} kB is plenty")
            hint = _("export the photo as JPEG, at 70% quality")
            shown, limit = kilobytes(weight), kilobytes(MAX_PICTURE_BYTES)
            yield found(message, hint, _place_of_picture(name, checked), weight=shown, limit=limit)
    if (in_all := sum(weights.values())) > MAX_PICTURES_BYTES:
        message = _("the pictures are {weight} kB in all; {limit} kB is plenty")
        hint = _("use fewer pictures; start with this one, the largest")
        loc = _place_of_picture(max(weights, key=lambda name: weights[name]), checked)
        shown, limit = kilobytes(in_all), kilobytes(MAX_PICTURES_BYTES)
        yield found(message, hint, loc, weight=shown, limit=limit)


def _place_of_picture(name: str, checked: Checked) -> Loc:
    """Return where the issue names the picture; () where the settings do, as for the logo."""
    for loc, image in checked.tags("img"):
        if loc and (image.get("src") or "").endswith(name.rpartition("/")[2]):
            # What an item does not have is skipped: a picture item has file: in itself.
            return (*loc, "picture", "file")
    return ()


@rule(Level.ADVICE)
def remote_requests(checked: Checked) -> Findings:
    """An email loads few pictures from the web: ten at most.

    On a slow network the page jumps as they arrive, and each server learns who opened the email.
    Fails: an issue with fourteen pictures given by `url:`
    Passes: the same issue with the four that matter
    Source: our own limit, as there is no official one for email.
    """
    asked: dict[str, Loc] = {}
    for loc, image in checked.tags("img"):
        if is_web(src := image.get("src") or ""):
            asked.setdefault(src, loc)
    if len(asked) > MAX_REQUESTS:
        message = _("the email loads {count} pictures from the web; {limit} is plenty")
        hint = _("use fewer pictures, or smaller ones from files in assets/images/")
        loc = list(asked.values())[MAX_REQUESTS]
        yield found(message, hint, loc, count=len(asked), limit=MAX_REQUESTS)
