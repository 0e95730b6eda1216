"""Picture files as writers bring them: what each holds, and why a mail could not show it."""

from newsletter.values.pictures.examination import (
    DAMAGED,
    PictureFacts,
    is_animation,
    opened_picture,
    orientation,
    picture_facts,
    picture_fault,
)
from newsletter.values.pictures.gif import without_metadata
from newsletter.values.pictures.kept import keep, kept

__all__ = [
    "DAMAGED",
    "PictureFacts",
    "is_animation",
    "keep",
    "kept",
    "opened_picture",
    "orientation",
    "picture_facts",
    "picture_fault",
    "without_metadata",
]
