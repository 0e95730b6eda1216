"""`newsletter build`: each issue as `email.html`, `email.txt`, its pictures, its other forms."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from newsletter.checks.checking import run_checks
from newsletter.checks.reading.earlier import earlier_issues
from newsletter.checks.rules.leftover import examples_apart, settings_problems
from newsletter.commands.opening import (
    Show,
    Tell,
    all_sent,
    issue_files,
    open_workspace,
    usual_output,
)
from newsletter.commands.processes import Progress, in_processes, without_progress
from newsletter.content.loading import Issue, LoadedIssue, load_issue
from newsletter.content.press_release import PressRelease
from newsletter.content.visible import audience_named, folder_name, left_out, values_shown
from newsletter.i18n import _, kilobytes
from newsletter.problems.problem import Problem, fails, in_numbers, shown_path
from newsletter.rendering.calendar import CALENDAR_FOLDER, PRODUCT, agenda_as_ics
from newsletter.rendering.document import Document, Variants, fill_mail
from newsletter.rendering.own_templates import template_problems
from newsletter.rendering.pictures.images import IMAGE_NAME, IMAGES_FOLDER
from newsletter.settings.settings import Settings
from newsletter.values.audiences import audience_of
from newsletter.workspace import refuse_links, write_whole


@dataclass(frozen=True)
class BuiltIssue:
    """What came of one issue: the files written, or the problems that forbid it."""

    problems: tuple[Problem, ...]
    findings: tuple[Problem, ...] = ()
    written: tuple[Path, ...] = ()
    remarks: tuple[str, ...] = ()
    failed: bool = False


def build(
    files: Sequence[Path],
    *,
    output: Path | None,
    shown_as: Sequence[str] = (),
    strict: bool = False,
    start: Path,
    tell: Tell,
    show: Show,
    progress: Progress[BuiltIssue] = without_progress,
) -> int:
    """Write the mail of each issue, as the sample recipient gets it; return the exit status.

    `shown_as` are choices such as "delegation=Bretagne": what the recipient is instead. An issue
    that cannot be loaded keeps its old output, as one in which the checks find errors or warnings
    when `strict`; the others are written. `progress` passes on what comes of each issue, and may
    show how many are done.
    """
    settings, problems = open_workspace(start)
    show(problems)
    paths = issue_files(files, settings)
    named = audience_named(shown_as, settings)
    build_one = partial(
        build_issue,
        settings=settings,
        values=values_shown(settings, named),
        folder=folder_name(named, settings.audiences),
        strict=strict,
        output=output or usual_output(settings, "build"),
    )
    shown, told, status = set(problems), set[str](), 0
    findings = [*settings_problems(settings), *template_problems(settings.workspace)]
    for built in progress(in_processes(build_one, paths), len(paths)):
        show([problem for problem in built.problems if problem not in shown])
        shown.update(built.problems)
        for line in (*map(written_line, built.written), *built.remarks):
            if line not in told:
                tell(line)
        told.update(built.remarks)
        findings += built.findings
        status = max(status, int(built.failed))
    if not paths:
        tell(all_sent())
    _sum_up(findings, tell, is_written=not strict)
    return status


def _sum_up(findings: Sequence[Problem], tell: Tell, *, is_written: bool) -> None:
    others, left_over = examples_apart(findings)
    if others:
        words = _("the checks found {what}: for details, run newsletter check")
        if is_written and fails(others, strict=False):
            words = _("the email is written, but send will refuse it: {what} (newsletter check)")
        tell(words.format(what=in_numbers(others)))
    if left_over:
        tell(left_over)


def build_issue(
    path: Path,
    settings: Settings,
    values: Mapping[str, str],
    folder: str,
    output: Path,
    *,
    strict: bool,
) -> BuiltIssue:
    """Write all forms of the issue at `path` into its folder, and that of who is not usual.

    `values` by merge field are the reader's.
    """
    loaded = load_issue(path, settings)
    if loaded.issue is None:
        return BuiltIssue(loaded.problems, failed=True)
    audience = audience_of(values, settings.audiences)
    variants = Variants(loaded.issue, settings)
    document = variants.document_for(audience)
    earlier = earlier_issues(path.resolve().parent, loaded.issue)
    findings = tuple(run_checks(loaded, variants.documents(), settings, earlier_issues=earlier))
    if strict and fails(findings, strict=True):
        return BuiltIssue(loaded.problems, findings, failed=True)
    mail = fill_mail(document, values)
    contents = {"email.html": mail.html.encode(), "email.txt": mail.text.encode()}
    contents |= {image.name: image.content for image in document.images}
    more, problems, remarks = _other_forms(loaded, loaded.issue, settings)
    place = output / document.issue_id / folder
    written = write_files(contents | more, place, below=output)
    _remove_old(place, document, written)
    told = left_out(loaded.issue, audience, settings)
    remarks += [f"{loaded.issue.id}: {line}" for line in told]
    return BuiltIssue((*loaded.problems, *problems), findings, tuple(written), tuple(remarks))


def _other_forms(
    loaded: LoadedIssue, issue: Issue, settings: Settings
) -> tuple[dict[str, bytes], list[Problem], list[str]]:
    """Return what an issue of this kind is beside a mail, with what went amiss in making it."""
    forms = agenda_as_ics(issue, settings)
    if not isinstance(issue, PressRelease):
        return forms, [], []
    from newsletter.rendering.addresses import PDF_NAME, media_name
    from newsletter.rendering.press import (
        PdfUnavailable,
        pdf_problems,
        release_as_ninjs,
        render_release_pdf,
    )

    forms["release.json"] = release_as_ninjs(issue, settings).encode()
    for medium in issue.media:
        if medium.file is not None:
            forms[media_name(medium.file)] = (settings.workspace / medium.file).read_bytes()
    try:
        pdf = render_release_pdf(issue, settings)
    except PdfUnavailable as error:
        return forms, [], [f"{error.message} ({error.hint})"]
    forms[PDF_NAME] = pdf.content
    return forms, list(pdf_problems(pdf, settings, loaded.source)), []


def written_line(path: Path) -> str:
    """Return "build/2025-06-lettre/email.html  44.3 kB"."""
    size = kilobytes(path.stat().st_size, with_tenths=True)
    return _("{path}  {size} kB").format(path=shown_path(path), size=size)


def write_files(
    contents: Mapping[str, bytes], folder: Path, *, below: Path | None = None
) -> list[Path]:
    """Write the files into `folder`; return them.

    Nothing is deleted: who says where to write may have files there. No link `below` a folder that
    was named is followed.
    """
    placed = {folder / name: content for name, content in contents.items()}
    write_whole(*placed.items(), below=below)
    return list(placed)


def _remove_old(folder: Path, document: Document, written: Collection[Path]) -> None:
    """Delete what an earlier build named by a digest, as no person would name a picture.

    Each change of a picture gives it another name: the old would pile up, and be put online. So are
    its calendar files deleted, of events that the issue no longer announces.
    """
    refuse_links(folder / IMAGES_FOLDER, folder)
    shown = {folder / image.name for image in document.images}
    for path in (folder / IMAGES_FOLDER).glob("*"):
        if path not in shown and IMAGE_NAME.fullmatch(path.name):
            path.unlink()
    refuse_links(folder / CALENDAR_FOLDER, folder)
    for path in (folder / CALENDAR_FOLDER).glob("*.ics"):
        if path not in written and path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                is_ours = PRODUCT.encode() in file.read(200)
            if is_ours:
                path.unlink()
