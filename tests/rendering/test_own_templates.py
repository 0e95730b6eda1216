"""A workspace whose templates are its own, of an earlier version: its mails stay as they were."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.cli import run
from newsletter.content.loading import load_issue
from newsletter.content.press_release import PressRelease
from newsletter.problems.errors import NewsletterError
from newsletter.rendering.document import render_document
from newsletter.rendering.press import printed_page
from newsletter.rendering.templates import MOVED
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from tests.conftest import HEAD

OLD = Path(__file__).parents[1] / "workspaces/of-0.2"


@pytest.fixture(name="old")
def copy_old_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    workspace = shutil.copytree(OLD, tmp_path / "old")
    monkeypatch.chdir(workspace)
    monkeypatch.setenv("NEWSLETTER_LANG", "en")
    return workspace


@pytest.mark.parametrize("name", ["every-kind", "release"])
def test_templates_of_an_earlier_version_make_the_same_mail(name: str, old: Path) -> None:
    settings = load_settings(old).settings
    assert settings is not None
    assert settings.theme.look == "plain"
    issue = load_issue(old / f"issues/{name}.yaml", settings).issue
    assert issue is not None

    document = render_document(issue, settings, settings.sample_audience)

    assert document.html == (old / f"golden/{name}.html").read_text("utf-8")
    assert document.text == (old / f"golden/{name}.txt").read_text("utf-8")


def test_the_mjml_of_their_releases_is_printed_as_html(old: Path) -> None:
    settings = load_settings(old).settings
    assert settings is not None
    release = load_issue(old / "issues/release.yaml", settings).issue
    assert isinstance(release, PressRelease)

    page, _pictures = printed_page(release, settings)

    assert "<mj-" not in page
    assert '<p><a href="https://example.org/photo"><img src="images/' in page
    assert '<p><a href="https://example.org/agir">Agir</a></p>' in page


def test_they_check_clean_and_all_that_goes_out_is_built(
    old: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # What classic Outlook takes apart of them is advice: it did so before anybody told.
    assert run(["check", "--strict"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line for line in told[:-1] if "[client-support]" not in line] == []
    assert told[-1].startswith("2 issues checked, ")
    assert run(["build"]) == 0
    assert len([*old.glob("build/*/*.pdf")]) == 1


# What an item asks for as it did before there were looks, and what it is told.
ASKED = {
    "{{ parts.open() }}": "write patterns.item(words, place) in place of 'open'",
    "{{ parts.close() }}": "'close' is gone: leave it out",
    "{{ parts.section_title(none) }}": "'section_title' is gone: leave it out",
    "{{ parts.logo() }}": "write frame.logo(\"surface\") in place of 'logo'",
    "{{ parts.versions() }}": "write frame.versions() in place of 'versions'",
    "{{ parts.link(item) }}": "write parts.link_list([link]) in place of 'link'",
    "{% from 'shared/parts.html' import tile %}{{ tile(item) }}": (
        "write parts.figures(item.figures, place.width) in place of 'tile'"
    ),
    "{{ parts.button(item) }}": (
        "write patterns.button(item.url, item.label | words) in place of 'button'"
    ),
    "{{ parts.heading(item, level, 'x') }}": "write place.level in place of 'level'",
    "{{ item.name | markdown(level + 1) }}": "write place.level in place of 'level'",
    "{% if opening %}{% endif %}": "'opening' is gone: leave it out",
    "{% call parts.story(item, level, opening, [\n], '') %}{% endcall %}": (
        "write parts.story(item, place, lines, cards) in place of 'story'"
    ),
    "{{ parts.picture(item, padding='0') }}": (
        "write parts.picture(item, place.width) in place of 'picture'"
    ),
    "{% import 'email/parts.mjml' as parts %}": (
        "write shared/parts.html in place of 'email/parts.mjml'"
    ),
    "{% import 'press/parts.html' as press %}": (
        "write shared/press.html in place of 'press/parts.html'"
    ),
    "{% include 'email/contents.mjml' %}": (
        "write frame.contents_box() in place of 'email/contents.mjml'"
    ),
}
PERSON = """\
items:
  - kind: person
    name: Camille Durand
    picture: {file: photo.png, alt: Un visage}
"""


def own_item(
    text: str, settings: Settings, write_issue: Callable[[str | bytes], Path]
) -> NewsletterError:
    """Return what is told of a workspace whose one own template is that of a person."""
    own = settings.workspace / "templates/email/items/person.mjml"
    own.parent.mkdir(parents=True)
    own.write_text(text)
    issue = load_issue(write_issue(HEAD + PERSON), settings).issue
    assert issue is not None
    with pytest.raises(NewsletterError) as told:
        render_document(issue, settings)
    return told.value


@pytest.mark.parametrize("asked", ASKED)
def test_an_own_item_that_asks_for_what_is_gone_is_told_what_to_write(
    asked: str, settings: Settings, write_issue: Callable[[str | bytes], Path]
) -> None:
    told = own_item(asked, settings, write_issue)

    assert "templates/email/items/person.mjml fails at line 1: " in told.message
    assert told.hint == ASKED[asked]


def test_each_name_that_is_gone_is_asked_for_above() -> None:
    told = " ".join(ASKED.values())

    assert [name for name in MOVED if f"'{name}'" not in told] == []


OLD_ITEMS = sorted(path.name for path in (OLD / "templates/email/items").iterdir())


@pytest.mark.parametrize("name", OLD_ITEMS)
def test_each_old_item_alone_is_told_its_file_and_what_to_write(name: str, old: Path) -> None:
    error = rendered_alone(f"email/items/{name}", old)

    assert error is not None
    assert f"templates/email/items/{name} fails at line " in error.message
    assert error.hint in ASKED.values()


@pytest.mark.parametrize(
    "name", [path.relative_to(OLD / "templates").as_posix() for path in OLD.rglob("text/**/*.txt")]
)
def test_each_old_template_of_the_text_alone_works_or_is_said_to_be_old(
    name: str, old: Path
) -> None:
    error = rendered_alone(name, old)

    if name == "text/parts.txt":
        assert error is not None
        assert error.hint == "an own template is too old for it: newsletter templates lists yours"
    else:
        assert error is None


def test_a_kind_that_old_templates_do_not_know_is_told_of_the_own_one(old: Path) -> None:
    issue = old / "issues/every-kind.yaml"
    item = "{kind: video, title: x, url: https://a.fr/v, picture: {file: lycee.png, alt: x}}"
    issue.write_text(f"{HEAD}items: [{item}]\n")

    error = error_of(issue, old)

    assert error is not None
    assert "templates/email/newsletter.mjml fails at line " in error.message


def keep_alone(name: str, workspace: Path) -> None:
    """Leave one own template in a workspace that has a look."""
    kept = (workspace / "templates" / name).read_text("utf-8")
    shutil.rmtree(workspace / "templates")
    (workspace / "templates" / name).parent.mkdir(parents=True)
    (workspace / "templates" / name).write_text(kept, "utf-8")
    (workspace / "assets/theme.yaml").write_text("look: institution\n")


def rendered_alone(name: str, workspace: Path) -> NewsletterError | None:
    keep_alone(name, workspace)
    return error_of(workspace / "issues/every-kind.yaml", workspace)


def error_of(path: Path, workspace: Path) -> NewsletterError | None:
    settings = load_settings(workspace).settings
    assert settings is not None
    issue = load_issue(path, settings).issue
    assert issue is not None
    try:
        render_document(issue, settings)
    except NewsletterError as error:
        return error
    return None
