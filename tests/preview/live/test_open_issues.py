"""What lies open in a preview, made anew only when it must be."""

from pathlib import Path

import pytest

from newsletter.content.loading import Issue
from newsletter.preview.live.open_issues import KEPT_MAILS, OpenIssues, PreviewedIssue, Reader
from newsletter.preview.review import review_pack
from newsletter.problems.problem import Problem
from newsletter.rendering.document import Document, parts_of, render_document
from newsletter.settings.settings import Settings
from newsletter.settings.theme import LOOKS
from newsletter.values.audiences import Audience
from tests.checks.conftest import HEAD, change_settings
from tests.preview.workspaces import FOR_SOME, ITEM, add_audiences, issue_file


@pytest.fixture(name="open_issues")
def opened(settings: Settings) -> OpenIssues:
    return OpenIssues(settings)


def previewed(open_issues: OpenIssues, path: Path) -> PreviewedIssue:
    """Look at the disk, then at the issue, as each request does."""
    open_issues.notice_changes()
    return open_issues.previewed(path, Reader())


def problems_of(open_issues: OpenIssues, path: Path) -> tuple[Problem, ...]:
    return open_issues.problems(path, Reader(), open_issues.mark(path, Reader()))


def test_what_did_not_change_is_not_made_anew(open_issues: OpenIssues, workspace: Path) -> None:
    path = issue_file(workspace, HEAD + ITEM)
    first = previewed(open_issues, path)

    issue_file(workspace, HEAD + ITEM * 2, "autre")

    assert previewed(open_issues, path) is first


def test_a_save_renders_each_mail_once(
    open_issues: OpenIssues, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_audiences(workspace)
    path = issue_file(workspace, HEAD + ITEM + FOR_SOME)
    rendered = []

    def render(issue: Issue, settings: Settings, audience: Audience) -> Document:
        rendered.append(audience)
        return render_document(issue, settings, audience)

    monkeypatch.setattr("newsletter.rendering.document.render_document", render)
    previewed(open_issues, path)

    problems_of(open_issues, path)

    assert rendered == [{}, {"delegation": ("Bretagne",)}]


@pytest.mark.parametrize("name", ["issues/essai.yaml", "newsletter.yaml", "assets/theme.yaml"])
def test_what_depends_on_a_change_is_made_anew(
    open_issues: OpenIssues, workspace: Path, name: str
) -> None:
    path = issue_file(workspace, HEAD + ITEM)
    first = previewed(open_issues, path)

    with (workspace / name).open("a", encoding="utf-8") as file:
        file.write("\n# fin\n")

    assert previewed(open_issues, path) is not first


def test_a_look_that_is_shown_changes_neither_fingerprint_nor_problems_nor_pack(
    open_issues: OpenIssues, workspace: Path
) -> None:
    path = issue_file(workspace, HEAD + ITEM)

    def approved() -> tuple[object, ...]:
        own = previewed(open_issues, path)
        problems = problems_of(open_issues, path)
        assert own.loaded.issue
        assert own.mail
        pack = review_pack(own.loaded.issue, own.mail, problems, open_issues.settings)
        return own, problems, parts_of(own.loaded.issue, open_issues.settings), pack

    before = approved()
    mails = [open_issues.previewed(path, Reader(), look).mail for look in LOOKS]

    assert len({mail.document.html for mail in mails if mail}) == len(LOOKS)
    assert approved() == before


def test_a_file_that_does_not_load_leaves_the_last_good_mail(
    open_issues: OpenIssues, workspace: Path
) -> None:
    path = issue_file(workspace, HEAD + ITEM)
    good = previewed(open_issues, path)
    issue_file(workspace, "kind: newsletter\n")

    broken = previewed(open_issues, path)

    assert broken.mail is good.mail
    assert broken.loaded.problems


def test_the_problems_follow_the_earlier_issues_too(
    open_issues: OpenIssues, workspace: Path
) -> None:
    link = "  - kind: text\n    body: Voir [le programme](https://example.org/actualites).\n"
    path = issue_file(workspace, HEAD + link)
    open_issues.notice_changes()
    before = open_issues.mark(path, Reader()), problems_of(open_issues, path)

    issue_file(workspace, HEAD.replace("2025-01-06", "2024-12-06") + link, "avant")
    open_issues.notice_changes()

    assert open_issues.mark(path, Reader()) != before[0]
    assert "already-sent" not in {problem.rule for problem in before[1]}
    assert "already-sent" in {problem.rule for problem in problems_of(open_issues, path)}


def test_a_second_file_of_the_same_name_forbids_the_mail_while_it_is_there(
    open_issues: OpenIssues, workspace: Path
) -> None:
    path = issue_file(workspace, HEAD + ITEM)
    good = previewed(open_issues, path).mail
    path.with_suffix(".yml").write_text(HEAD + ITEM, "utf-8")

    twins = previewed(open_issues, path)
    path.with_suffix(".yml").unlink()

    assert twins.mail is good
    assert twins.loaded.issue is None
    assert [problem.rule for problem in twins.loaded.problems] == ["issue-name"]
    assert previewed(open_issues, path).mail


def test_only_the_last_mails_are_kept(open_issues: OpenIssues, workspace: Path) -> None:
    paths = [issue_file(workspace, HEAD + ITEM, f"n{number}") for number in range(KEPT_MAILS + 1)]

    first = previewed(open_issues, paths[0])
    for path in paths[1:]:
        previewed(open_issues, path)

    assert previewed(open_issues, paths[-1]) is previewed(open_issues, paths[-1])
    assert previewed(open_issues, paths[0]) is not first


def test_settings_that_have_errors_leave_the_last_good_ones(
    open_issues: OpenIssues, workspace: Path
) -> None:
    open_issues.notice_changes()
    change_settings(workspace, "language: fr", "language: klingon")

    open_issues.notice_changes()

    assert open_issues.settings.language == "fr"
    assert [problem.path.name for problem in open_issues.settings_problems] == ["newsletter.yaml"]


def test_the_pictures_of_shown_mails_are_given_alone(
    open_issues: OpenIssues, workspace: Path
) -> None:
    mail = previewed(open_issues, issue_file(workspace, HEAD + ITEM)).mail

    assert mail is not None
    for image in mail.document.images:
        assert open_issues.picture(image.name.removeprefix("images/")) == image.content
    assert open_issues.picture("0000000000000000.png") is None


def test_a_file_elsewhere_can_be_shown_by_name(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "ailleurs.yaml"
    path.write_text(HEAD + ITEM, "utf-8")

    open_issues = OpenIssues(settings, file=path)

    assert open_issues.path_of("ailleurs") == path
    assert previewed(open_issues, path).mail
