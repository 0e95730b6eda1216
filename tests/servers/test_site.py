"""The site behind nginx, as docs/nginx.conf has it."""

import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.site.site import POLICY
from tests.site.conftest import LETTER, PUBLISHED, RELEASE, make_site, with_site, write_issues

ROOT = Path(__file__).parents[2]
CODE = "7f3kq0x9m2v5c8r1t6w4"


@pytest.fixture(name="ask", scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    folder = tmp_path_factory.mktemp("nginx")
    workspace = with_site(folder / "workspace")
    web = f"web: {{access: unlisted, code: {CODE}, published: 2025-05-02}}\n"
    write_issues(workspace, {"a": LETTER + PUBLISHED, "r": RELEASE + PUBLISHED, "u": LETTER + web})
    make_site(workspace)
    demo = runpy.run_path(str(ROOT / "tools/demo_site.py"))
    with demo["nginx"](workspace / "site", folder) as port:
        yield lambda path: demo["ask"](port, path)


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/", 200, "text/html; charset=utf-8"),
        ("/a", 200, "text/html; charset=utf-8"),
        (f"/u-{CODE}", 200, "text/html; charset=utf-8"),
        ("/presse/", 200, "text/html; charset=utf-8"),
        ("/presse", 200, "text/html; charset=utf-8"),
        ("/site.css", 200, "text/css; charset=utf-8"),
        ("/feed.atom", 200, "application/atom+xml; charset=utf-8"),
        ("/feed.json", 200, "application/feed+json"),
        ("/presse/index.json", 200, "application/json; charset=utf-8"),
        ("/f/r/release.pdf", 200, "application/pdf"),
        ("/sitemap.xml", 200, "application/xml; charset=utf-8"),
        ("/nowhere", 404, "text/html; charset=utf-8"),
        ("/u", 404, "text/html; charset=utf-8"),
        ("/.nojekyll", 404, "text/html; charset=utf-8"),
    ],
)
def test_nginx_answers_without_a_redirect_and_forbids_all_that_a_page_needs_not(
    ask, path: str, status: int, kind: str
) -> None:
    answered, heads, body = ask(path)

    assert (answered, heads["content-type"]) == (status, kind)
    assert heads["content-security-policy"] == POLICY
    assert heads["x-content-type-options"] == "nosniff"
    assert ("x-robots-tag" in heads) == (CODE in path)
    assert body
