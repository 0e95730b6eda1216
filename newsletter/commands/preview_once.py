"""`newsletter preview` without the live page: as text, as pictures, as a file to approve."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.commands.build import write_files, written_line
from newsletter.commands.opening import issue_files, look_for_members, open_workspace
from newsletter.commands.watching import look_at_each_save
from newsletter.content.loading import load_issue
from newsletter.content.shown_as import audience_named, values_shown
from newsletter.i18n import _
from newsletter.preview.shown_issue import ShownIssue, show_issue, terminal_page
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Problem, format_problem
from newsletter.settings.settings import Settings
from newsletter.workspace import find_workspace

if TYPE_CHECKING:
    from newsletter.preview.review import Readership

REVIEW_ENDINGS = (".html", ".pdf")


@dataclass(frozen=True)
class Wanted:
    """What is asked for: the page of text, its being shown again at each save, files to write."""

    terminal: bool = False
    watch: bool = False
    screenshot: Path | None = None
    review: Path | None = None
    full: bool = False


def preview_once(
    file: Path | None,
    wanted: Wanted,
    *,
    shown_as: Sequence[str] = (),
    members: Path | None = None,
    start: Path,
    environment: Mapping[str, str],
    tell: Callable[[str], None],
    show: Callable[[Sequence[Problem]], None],
    show_page: Callable[[str], None],
) -> int:
    """Show an issue as `wanted` says; return 1 where it makes no mail.

    `show_page` shows the page of text, `tell` says which files were written. `members` is the
    file whose recipients a review counts.

    Raises:
        NewsletterError: no issue is named, a review that is to be neither page nor PDF, a members
            file that cannot be read, no Chromium.
    """
    if file is None:
        message = _("which issue do you want to see?")
        raise NewsletterError(message, hint=_("name it: newsletter preview issues/may.yaml …"))
    _refuse_review(wanted)
    settings, problems = open_workspace(start)
    show(problems)
    look_for_members(members)
    shown = _look(file, settings, shown_as)
    if wanted.terminal:
        show_page(terminal_page(shown))
    else:
        show(shown.problems)

    def readers() -> "Readership | None":
        return _readers(file, members, settings, environment, tell, show) if members else None

    for written in _files(shown, wanted, settings, readers):
        tell(written_line(written))
    if wanted.watch:
        path = file.resolve()
        look_at_each_save(
            Path(find_workspace(str(path.parent))),
            lambda: [path],
            lambda: show_page(_page_now(file, shown_as, start)),
            first=False,
        )
    return int(shown.mail is None)


def _refuse_review(wanted: Wanted) -> None:
    """Raise where the file is of neither kind, or where there is none to be made full."""
    review = wanted.review
    if review is None and wanted.full:
        message = _("--full only applies to --review")
        raise NewsletterError(message, hint=_("add --review FILE, or remove --full"))
    if review is not None and review.suffix.lower() not in REVIEW_ENDINGS:
        message = _("'{name}' is neither a web page nor a PDF").format(name=review.name)
        raise NewsletterError(message, hint=_("write --review review.html, or review.pdf"))


def _look(file: Path, settings: Settings, shown_as: Sequence[str]) -> ShownIssue:
    (path,) = issue_files([file], settings)
    return show_issue(path, settings, values_shown(settings, audience_named(shown_as, settings)))


def _files(
    shown: ShownIssue,
    wanted: Wanted,
    settings: Settings,
    readers: "Callable[[], Readership | None]",
) -> Iterator[Path]:
    """Write what is wanted of an issue that makes a mail; yield each file."""
    if shown.issue is None or shown.mail is None:
        return
    if wanted.screenshot is not None:
        from newsletter.preview.browser import take_screenshots

        yield from take_screenshots(shown.mail, wanted.screenshot)
    if wanted.review is not None:
        from newsletter.preview.review import review_pack, review_pdf

        pack = review_pack(
            shown.issue,
            shown.mail,
            shown.problems,
            settings,
            readers=readers(),
            is_full=wanted.full,
        )
        is_pdf = wanted.review.suffix.lower() == ".pdf"
        content = review_pdf(pack) if is_pdf else pack.encode()
        yield from write_files({wanted.review.name: content}, wanted.review.parent)


def _readers(
    file: Path,
    members: Path,
    settings: Settings,
    environment: Mapping[str, str],
    tell: Callable[[str], None],
    show: Callable[[Sequence[Problem]], None],
) -> "Readership":
    """Return who gets the issue, as `newsletter send` counts them."""
    from newsletter.preview.review import Readership
    from newsletter.sending.counting import plan_of

    plan = plan_of(load_issue(file, settings), members, settings, environment, tell=tell, show=show)
    left_out = dict(plan.left_out)
    if plan.duplicates:
        left_out[_("duplicate address")] = plan.duplicates
    variants = [(plan.first_of[name], count) for name, count in plan.counts.most_common()]
    return Readership(variants, left_out, is_whole=not plan.rows_at_fault)


def _page_now(file: Path, shown_as: Sequence[str], start: Path) -> str:
    """Return the page of text, or what forbids it: while one writes, everything may be amiss."""
    try:
        settings, problems = open_workspace(start)
        page = terminal_page(_look(file, settings, shown_as))
    except NewsletterError as error:
        problems, page = getattr(error, "problems", ()), f"{error.message}\n{error.hint}\n"
    return "".join(f"{format_problem(each)}\n" for each in problems) + page
