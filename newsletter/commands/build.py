"""`newsletter build`: each issue as `email.html`, `email.txt` and its pictures."""

from collections.abc import Callable, Sequence
from pathlib import Path

from newsletter.commands.opening import issue_files, open_workspace
from newsletter.content.issue_file import load_issue
from newsletter.diagnostics import Problem, shown_path
from newsletter.rendering.document import Document, render_document
from newsletter.rendering.merge import UNSUBSCRIBE_FIELD, fill_html, fill_text
from newsletter.settings import Settings


def build(
    files: Sequence[Path],
    *,
    output: Path | None,
    start: Path,
    tell: Callable[[str], None],
    show: Callable[[Sequence[Problem]], None],
) -> int:
    """Write the mail of each issue, as the sample recipient gets it; return the exit status.

    An issue that cannot be loaded keeps its old output; the others are written.
    """
    settings, problems = open_workspace(start)
    show(problems)
    status = 0
    for path in issue_files(files, settings):
        loaded = load_issue(path, settings)
        show(loaded.problems)
        if loaded.issue is None:
            status = 1
            continue
        document = render_document(loaded.issue, settings)
        folder = (output or settings.workspace / "build") / document.issue_id
        for written in write_document(document, settings, folder):
            tell(f"{shown_path(written)}  {written.stat().st_size / 1000:.1f} kB")
    return status


def write_document(document: Document, settings: Settings, folder: Path) -> list[Path]:
    """Write the document filled in for the sample recipient; return the files.

    Everything is written beside its place first, then moved there: a full disk leaves the last
    good output whole. Nothing is deleted: who says where to write may have files there.
    """
    values = {UNSUBSCRIBE_FIELD: "apercu", **settings.recipients.sample}
    html = fill_html(document.html, document.merge_fields, values)
    text = fill_text(document.text, document.merge_fields, values)
    contents = {"email.html": html.encode(), "email.txt": text.encode()}
    contents |= {image.name: image.path.read_bytes() for image in document.images}
    files = {folder / name: content for name, content in contents.items()}
    waiting = {place: _write_beside(place, content) for place, content in files.items()}
    for place, beside in waiting.items():
        beside.replace(place)
    return list(files)


def _write_beside(place: Path, content: bytes) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f".{place.name}.new")
    beside.write_bytes(content)
    return beside
