"""What has a ground of its own in a mail, and the colours of the words on it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ground:
    """A class of cells, and the colours of its ground and words, as the palettes name them."""

    name: str
    ground: str
    words: str
    muted: str


GROUNDS = (
    Ground("tint", "tint", "text", "muted"),
    Ground("paper", "page", "text", "muted"),
    Ground("band", "band", "on_band", "on_band"),
    Ground("ink", "ink", "on_ink", "ink_muted"),
)
