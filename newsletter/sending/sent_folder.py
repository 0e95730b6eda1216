"""`sent/<issue>/`: exactly what was sent, without any address, for git.

A colleague's clone knows by it that an issue has left, where the ledger stays behind.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from newsletter.i18n import _, current_language
from newsletter.problems.errors import NewsletterError
from newsletter.rendering.document import Document
from newsletter.rendering.localised import format_day
from newsletter.rendering.merge import fill_html, fill_text
from newsletter.workspace import SENT_FOLDER, write_whole

_RECORD = "sent.json"
_VARIANT_NAME = 12  # hexadecimal digits of its fingerprint


@dataclass(frozen=True)
class SentRecord:
    """What `sent.json` says: when, the digests, and how many of each variant were accepted."""

    issue: str
    date: str
    fingerprint: str
    parts: Mapping[str, str]
    variants: Mapping[str, int]

    def day_in_words(self, zone: tzinfo) -> str:
        """Return the day on which it began to leave, as the user says it."""
        day = datetime.fromisoformat(self.date).astimezone(zone)
        return format_day(day, current_language())


def variant_name(document: Document) -> str:
    """Return the folder of a variant, and its name in the ledger."""
    return document.fingerprint[:_VARIANT_NAME]


def read_sent(workspace: Path, issue_id: str) -> SentRecord | None:
    """Return what is known of an issue that was sent, None where nothing is.

    Raises:
        NewsletterError: there is a record, but it cannot be read: git leaves it so in a conflict.
    """
    path = workspace / SENT_FOLDER / issue_id / _RECORD
    record = _read(path)
    if record is None and path.exists():
        message = _("{file} is damaged: it records that this issue was sent, and when")
        message = message.format(file=path.relative_to(workspace).as_posix())
        raise NewsletterError(message, hint=_("restore it from git; nothing was sent"))
    return record


def sent_records(workspace: Path) -> Iterator[SentRecord]:
    """Yield what is known of every issue that was sent."""
    for path in sorted((workspace / SENT_FOLDER).glob(f"*/{_RECORD}")):
        if (record := _read(path)) is not None:
            yield record


def _read(path: Path) -> SentRecord | None:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return SentRecord(
            str(path.parent.name),
            datetime.fromisoformat(said["date"]).isoformat(),
            str(said["fingerprint"]),
            dict(said["parts"]),
            dict(said["variants"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_record(workspace: Path, record: SentRecord) -> None:
    """Write `sent.json`, beside its place first: a full disk leaves the last one whole."""
    said = {**asdict(_plain(record)), "variants": dict(sorted(record.variants.items()))}
    text = json.dumps(said, indent=2, sort_keys=True, ensure_ascii=False)
    path = workspace / SENT_FOLDER / record.issue / _RECORD
    write_whole((path, f"{text}\n".encode()))


def _plain(record: SentRecord) -> SentRecord:
    return SentRecord(
        record.issue, record.date, record.fingerprint, dict(record.parts), dict(record.variants)
    )


def write_variant(workspace: Path, document: Document) -> None:
    """Write the mail of a variant; each merge field stands as it was typed."""
    folder = workspace / SENT_FOLDER / document.issue_id / variant_name(document)
    fields = document.merge_fields
    typed = {
        each.name: f"(({each.name} | {each.fallback}))" if each.fallback else f"(({each.name}))"
        for each in fields.values()
    }
    subject = fill_text(document.subject, fields, typed)
    contents = {
        "subject.txt": f"{subject}\n".encode(),
        "email.html": fill_html(document.html, fields, typed).encode(),
        "email.txt": fill_text(document.text, fields, typed).encode(),
        **{image.name: image.content for image in document.images},
    }
    write_whole(*((folder / name, content) for name, content in contents.items()))
