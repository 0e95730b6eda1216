"""A template of somebody else lays an issue out; it runs nothing, reads nothing, and ends."""

from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.content.loading import load_issue
from newsletter.problems.errors import NewsletterError
from newsletter.rendering import sandbox
from newsletter.rendering.document import render_document
from newsletter.settings.settings import Settings
from tests.conftest import HEAD

Render = Callable[[str], str]


@pytest.fixture(name="render")
def make_render(workspace: Path, settings: Settings, write_issue: Callable[[str], Path]) -> Render:
    """Return what gives the text of an issue whose only item is laid out by a hostile template."""

    def render(template: str) -> str:
        path = workspace / "templates/text/items/text.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"\n{template}", "utf-8")
        loaded = load_issue(write_issue(HEAD + "items:\n  - {kind: text, body: Un.}\n"), settings)
        assert loaded.issue is not None
        return render_document(loaded.issue, settings).text

    return render


def told(render: Render, template: str) -> str:
    """Return what is said of the template; where in it is said always."""
    with pytest.raises(NewsletterError) as caught:
        render(template)
    assert "templates/text/items/text.txt fails at line 2: " in caught.value.message

    return caught.value.message


@pytest.mark.parametrize(
    "expression",
    [
        "cycler.__init__.__globals__.os.popen('id').read()",
        "cycler['__init__']",
        "cycler|attr('__init__')",
        "[cycler]|map(attribute='__init__.__globals__')|list",
        "'{0.__class__}'.format(issue)",
        "'{a[__class__]}'.format_map({'a': issue})",
        "('{0.__class__}'|string).format(issue)",
        "(['{0.__class__}']|map('attr', 'format')|first)(issue)",
        "issue.__class__",
        "issue.__setattr__('title', 'x')",
        "issue._completed({}, none)",
        "issue.parse_raw('x', content_type='pickle', allow_pickle=True)",
        "issue.parse_file('x')",
        "issue['parse_file']('x')",
        "theme._faults()",
        "logo_on.func",
        "logo_on.args[1].workspace.write_text('x')",
        "parsed.cache_clear()",
        "_.im_self",
        "dict.mro()",
        "namespace.mro()",
        "range.count",
        "pictures._workspace",
        "pictures.by_source.update({})",
        "pictures.by_source.clear()",
        "self.__init__",
        "caller.__globals__",
        "(1).__class__",
        "issue.date.tzinfo.from_file",
        "[].extend([1])",
        "{}.setdefault('a', 1)",
    ],
)
def test_nothing_but_what_is_public_and_harmless_is_seen(render: Render, expression: str) -> None:
    assert told(render, f"{{{{ {expression} }}}}")


@pytest.mark.parametrize(
    "template",
    [
        "{% set n = range(100000) %}{% for a in n %}{% for b in n %}{% endfor %}{% endfor %}",
        "{% set n = [1] %}{% for a in n %}{{ n.append(a) or '' }}{% endfor %}",
        "{% macro m(n) %}{{ n and m(n - 1) }}{{ n and m(n - 1) }}{% endmacro %}{{ m(90) }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% include 'text/items/text.txt' %}",
        "{% import 'text/items/text.txt' as a %}",
        "{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}",
        "{% for a in [[1, 1]] * 9 recursive %}{% set n = [a, a] %}{{ loop([n, n]) }}{% endfor %}",
        "{% set n = range(100) %}{{ range(90000)|map(attribute='a', default=n)|map('sum')|sum }}",
        "{% set n = range(100000) %}{{ n|select('in', n)|map(attribute='a', default=n)"
        "|map('select', 'eq', 5)|map('list')|list }}",
        "{{ range(10 ** 9) }}",
        "{{ 'x' * 10 ** 9 }}",
        "{{ 10 ** 9 * [1] }}",
        "{{ 2 ** (10 ** 9) }}",
        "{{ (2 ** 9000) * (2 ** 9000) }}",
        "{{ lipsum(10 ** 9) }}",
        "{{ 'x' | center(10 ** 9) }}",
        "{{ 'x' | center(width=10 ** 9) }}",
        "{{ 'x' | center(*[10 ** 9]) }}",
        "{{ 'x' | center(**{'width': 10 ** 9}) }}",
        "{{ ['x'] | map('center', 10 ** 9) | list }}",
        "{{ 1 | round(10 ** 8, 'ceil') }}",
        "{{ [1] | slice(10 ** 9) | list }}",
        "{{ 'x'.ljust(5 * 10 ** 7) }}",
        "{{ 'x' | status }}",
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{% for a in [1] %}" * 30 + "{% endfor %}" * 30,
    ],
)
def test_one_that_never_ends_or_is_huge_is_told_at_its_line(
    render: Render, template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "MAX_STEPS", 20_000)
    with pytest.raises(NewsletterError, match=r"templates/text/items/text\.txt fails at line \d: "):
        render(template)


@pytest.mark.skipif("sys.platform != 'linux'", reason="no other system holds the memory")
@pytest.mark.parametrize(
    "expression",
    [
        "'x'.ljust(10 ** 10)",
        "'%10000000000d' % 1",
        "'{:10000000000}'.format(1)",
        "('x' * 10 ** 6)|replace('x', 'y' * 10 ** 6)",
    ],
)
def test_one_that_takes_the_memory_is_told_at_its_line(render: Render, expression: str) -> None:
    assert "it takes too much memory" in told(render, f"{{{{ {expression} }}}}")


def test_one_that_takes_too_long_is_told_at_its_line(
    render: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "MAX_SECONDS", -1)

    with pytest.raises(NewsletterError, match="it takes too long"):
        render("{% for a in [1] %}{% endfor %}")


def test_one_that_never_ends_ends_with_the_preview(render: Render) -> None:
    with sandbox.interrupted(), pytest.raises(NewsletterError, match="it takes too long"):
        render("{% for a in [1] %}{% endfor %}")

    assert "a" in render("{% for a in 'a' %}{{ a }}{% endfor %}")


@pytest.mark.parametrize(
    "name", ["text/../../../a.txt", "/etc/passwd", "text/link.txt", "out/a.txt"]
)
def test_it_includes_nothing_from_outside(
    render: Render, workspace: Path, name: str, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("secret")
    (workspace / "templates/text").mkdir(parents=True)
    (workspace / "templates/text/link.txt").symlink_to(tmp_path / "a.txt")
    (workspace / "templates/out").symlink_to(tmp_path)

    with pytest.raises(NewsletterError):
        render(f"{{% include '{name}' %}}")


def test_a_folder_of_templates_that_leads_elsewhere_is_refused(
    render: Render, workspace: Path, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (workspace / "templates").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(NewsletterError, match=r"'templates/email/.*' is outside the workspace"):
        render("x")


@pytest.mark.parametrize(
    "picture",
    [
        "'../photo.png'",
        "'assets/images/link.png'",
        "namespace(file='../photo.png', focus='top', width=9, height=9)",
    ],
)
def test_it_shows_no_picture_from_outside(render: Render, workspace: Path, picture: str) -> None:
    photo = (workspace / "assets/logo.png").read_bytes()
    (workspace.parent / "photo.png").write_bytes(photo)
    (workspace / "assets/images/link.png").symlink_to(workspace.parent / "photo.png")

    with pytest.raises(NewsletterError, match="is outside the workspace"):
        render(f"{{{{ pictures.shown({picture}, 10).src }}}}")


def test_it_may_do_all_that_it_is_for(render: Render) -> None:
    text = render(
        "{% set rows = [] %}{% for a in 'ab' %}{{ rows.append(loop.index ~ a) or '' }}{% endfor %}"
        "{{ rows | join(' ') }} {{ '{:>4}'.format(7) }} {{ issue.title }} {{ 2 ** 10 * 3 }} "
        "{{ {'a': 1}.items() | list }} {{ issue.date.year }} {{ item.kind.upper() }}"
    )

    assert "1a 2b    7 Titre 3072 [('a', 1)] 2025 TEXT" in text
