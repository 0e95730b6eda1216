"""`newsletter build`: each issue as `email.html`, `email.txt`, its pictures, its other forms."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from newsletter.checks.checking import run_checks
from newsletter.checks.rules.leftover import examples_apart, settings_problems
from newsletter.commands import opening
from newsletter.commands.processes import in_processes
from newsletter.content.loading import load_issue
from newsletter.content.press_release import PressRelease
from newsletter.content.visible import audience_named, folder_name, left_out, values_shown
from newsletter.i18n import _, kilobytes
from newsletter.problems.problem import Problem, fails, in_numbers, shown_path
from newsletter.problems.terminal import Surroundings
from newsletter.rendering.calendar import CALENDAR_FOLDER, PRODUCT, agenda_as_ics
from newsletter.rendering.document import Variants, fill_mail
from newsletter.rendering.own_templates import outdated_templates
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
    here: Surroundings,
    files: Sequence[Path],
    *,
    output: Path | None = None,
    shown_as: Sequence[str] = (),
    strict: bool = False,
) -> int:
    """Write the mail of each issue, as the sample recipient gets it; return the exit status.

    An issue that cannot be loaded keeps its old output, as one with errors or warnings if `strict`.
    """
    settings = opening.open_workspace(here.start, here.show)
    paths = opening.issue_files(files, settings)
    named = audience_named(shown_as, settings)
    values, folder = values_shown(settings, named), folder_name(named, settings.audiences)
    place = output or opening.usual_output(settings, "build")
    build_one = partial(build_issue, settings, values, folder, place, strict=strict)
    shown, told, status = set[Problem](), set[str](), 0
    findings = [*settings_problems(settings), *outdated_templates(settings.workspace)]
    for built in here.bar(in_processes(build_one, paths), len(paths)):
        here.show([problem for problem in built.problems if problem not in shown])
        shown.update(built.problems)
        for line in (*map(written_line, built.written), *built.remarks):
            if line not in told:
                here.tell(line)
        told.update(built.remarks)
        findings += built.findings
        status = max(status, int(built.failed))
    if not paths:
        here.tell(_(opening.ALL_SENT))
    _sum_up(findings, here, is_written=not strict)
    return status


def _sum_up(findings: Sequence[Problem], here: Surroundings, *, is_written: bool) -> None:
    others, left_over = examples_apart(findings)
    if others:
        words = _("the checks found {what}: for details, run newsletter check")
        if is_written and fails(others, strict=False):
            words = _("the email is written, but send will refuse it: {what} (newsletter check)")
        here.tell(words.format(what=in_numbers(others)))
    if left_over:
        here.tell(left_over)


def build_issue(
    settings: Settings,
    values: Mapping[str, str],
    folder: str,
    output: Path,
    path: Path,
    *,
    strict: bool,
) -> BuiltIssue:
    """Write all forms of the issue at `path`, as a reader of some merge `values` gets it."""
    loaded = load_issue(path, settings)
    issue, problems = loaded.issue, loaded.problems
    if issue is None:
        return BuiltIssue(problems, failed=True)
    audience = audience_of(values, settings.audiences)
    variants = Variants(issue, settings)
    document = variants.document_for(audience)
    findings = tuple(run_checks(loaded, variants.documents(), settings))
    if strict and fails(findings, strict=True):
        return BuiltIssue(problems, findings, failed=True)
    mail = fill_mail(document, values)
    contents = {"email.html": mail.html.encode(), "email.txt": mail.text.encode()}
    contents |= {image.name: image.content for image in document.images}
    contents |= agenda_as_ics(issue, settings)
    remarks = [f"{issue.id}: {line}" for line in left_out(issue, audience, settings)]
    if isinstance(issue, PressRelease):
        from newsletter.rendering.press import forms_of, pdf_problems

        forms, pdf, remark = forms_of(issue, settings)
        contents |= forms
        problems += tuple(pdf_problems(pdf, settings, loaded.source)) if pdf else ()
        remarks = [*filter(None, [remark]), *remarks]
    place = output / document.issue_id / folder
    written = {place / name: content for name, content in contents.items()}
    write_whole(*written.items(), below=output)
    _remove_old(place, written)
    return BuiltIssue(problems, findings, tuple(written), tuple(remarks))


def written_line(path: Path) -> str:
    """Return "build/2025-06-lettre/email.html  44.3 kB"."""
    size = kilobytes(path.stat().st_size, with_tenths=True)
    return _("{path}  {size} kB").format(path=shown_path(path), size=size)


def _remove_old(folder: Path, written: Collection[Path]) -> None:
    """Delete our pictures and calendars of before: they would pile up, and be put online."""
    # Nothing else is deleted: who says where to write may have files there.
    for name in (IMAGES_FOLDER, CALENDAR_FOLDER):
        refuse_links(folder / name, folder)
        for path in (folder / name).glob("*"):
            if path not in written and _is_ours(path):
                path.unlink()


def _is_ours(path: Path) -> bool:
    """Tell whether a file is named by a digest, as no person would, or a calendar of ours."""
    if path.suffix != ".ics":
        return IMAGE_NAME.fullmatch(path.name) is not None
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return PRODUCT.encode() in file.read(200)
