"""The preview's server: what it answers, and whom it refuses."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from newsletter.commands.opening import issue_files
from newsletter.preview.live.server import listening_socket
from newsletter.settings.loading import load_settings
from newsletter.settings.theme import LOOKS
from tests.checks.conftest import HEAD, RELEASE, add_to_footer, change_settings
from tests.conftest import new_workspace
from tests.preview.serving import Served, serving
from tests.preview.workspaces import FOR_SOME, ITEM, PICTURE, add_audiences, issue_file

MEMBERS = """\
Courriel;Prénom;Délég
anne@example.org;Anne;Bretagne
zoe@example.org;Zoé;Grand Est
"""


@pytest.fixture(name="served")
def serve(tmp_path: Path) -> Iterator[Served]:
    """A preview of a workspace that a test changes."""
    with previewed(tmp_path / "workspace") as served:
        yield served


@pytest.fixture(name="still", scope="module")
def serve_for_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The same for tests that change nothing."""
    with previewed(tmp_path_factory.mktemp("still") / "workspace") as served:
        secret = issue_file(served.workspace, HEAD + ITEM.replace("premiers mots", "secrets"), "x")
        secret = secret.rename(served.workspace.parent / "secret.yaml")
        (served.workspace / "issues/lien.yaml").symlink_to(secret)
        yield served


@contextmanager
def previewed(folder: Path) -> Iterator[Served]:
    workspace = new_workspace(folder)
    add_audiences(workspace)
    issue_file(workspace, HEAD + ITEM + FOR_SOME + PICTURE)
    issue_file(workspace, RELEASE, "communique")
    members = workspace / "membres.csv"
    members.write_text(MEMBERS, "utf-8")
    with serving(workspace, members=members) as served:
        yield served


def test_the_list_names_every_issue_with_its_date(still: Served) -> None:
    page = still.get("/").text

    assert 'href="/issues/essai"' in page
    assert 'href="/issues/communique"' in page
    assert "6 January 2025" in page


@pytest.mark.parametrize("path", ["/", "/issues/essai", "/issues/essai/mail", "/page/preview.js"])
@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_the_machine_s_own_names_are_answered(still: Served, name: str, path: str) -> None:
    host = f"{name}:{still.port}"

    assert still.get(path, Host=host).status == 200
    assert still.get(path, Host=host, Origin=f"http://{host}").status == 200


@pytest.mark.parametrize("path", ["/", "/issues/essai", "/issues/essai/mail", "/events", "/no"])
@pytest.mark.parametrize(
    "host",
    [
        "example.org",
        "example.org:PORT",
        "127.0.0.1",
        "localhost:1",
        "127.0.0.1.example.org:PORT",
        "",
    ],
)
def test_a_foreign_host_is_refused(still: Served, host: str, path: str) -> None:
    answer = still.get(path, Host=host.replace("PORT", str(still.port)))

    assert (answer.status, answer.text) == (421, "the preview only answers at 127.0.0.1")


@pytest.mark.parametrize("path", ["/", "/issues/essai/mail", "/events"])
@pytest.mark.parametrize(
    "origin",
    [
        "https://example.org",
        "null",
        "http://127.0.0.1",
        "https://127.0.0.1:PORT",
        "http://127.0.0.1:1",
    ],
)
def test_a_foreign_origin_is_refused(still: Served, origin: str, path: str) -> None:
    answer = still.get(path, Origin=origin.replace("PORT", str(still.port)))

    assert (answer.status, answer.text) == (403, "the preview only answers its own pages")


@pytest.mark.parametrize("name", ["Origin", "Host"])
def test_a_second_header_of_who_asks_is_refused_whatever_the_first_says(
    still: Served, name: str
) -> None:
    own = {"Origin": still.address, "Host": f"127.0.0.1:{still.port}"}[name]
    request = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{still.port}\r\nOrigin: {still.address}\r\n"
    with socket.create_connection(("127.0.0.1", still.port), timeout=10) as connection:
        connection.sendall(f"{request}{name}: {own}\r\nConnection: close\r\n\r\n".encode())
        status = connection.makefile("rb").readline()

    assert status.split()[1] in {b"400", b"403", b"421"}


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_of_elsewhere_may_not_embed_what_is_here(still: Served, site: str) -> None:
    refused = still.get("/page/preview.js", Sec_Fetch_Site=site, Sec_Fetch_Mode="no-cors")
    followed = still.get("/", Sec_Fetch_Site=site, Sec_Fetch_Mode="navigate")

    assert (refused.status, followed.status) == (403, 200)


@pytest.mark.parametrize(
    "path",
    [
        "/page/../open_issues.py",
        "/page/..%2fopen_issues.py",
        "/page/%2e%2e/open_issues.py",
        "/page/%252e%252e%252fopen_issues.py",
        "/page/..%5copen_issues.py",
        "/page/%2fetc%2fpasswd",
        "/page//etc/passwd",
        "/page/preview.css%00.html",
        "/pictures/..%2f..%2fnewsletter.yaml",
        "/pictures/logo.png",
        "/pictures/%2e%2e%2flogo.png",
        "/issues/..%2fsecret/mail",
        "/issues/..%2f..%2fsecret",
        "/issues/%2e%2e/secret",
        "/issues/lien",
        "/issues/lien/mail",
        "/issues/essai.yaml",
        "/../secret.yaml",
        "//secret.yaml",
        "/newsletter.yaml",
    ],
)
def test_no_path_leads_out_of_what_is_shown(still: Served, path: str) -> None:
    answer = still.get(path)

    assert answer.status == 404
    assert "secrets" not in answer.text
    assert "organisation:" not in answer.text


def test_a_link_out_of_the_workspace_is_not_listed(still: Served) -> None:
    assert "lien" not in still.get("/").text


def test_issues_behind_a_link_are_those_that_check_takes(
    served: Served, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = (served.workspace / "issues").rename(tmp_path_factory.mktemp("cloud") / "issues")
    (served.workspace / "issues").symlink_to(elsewhere)
    secret = elsewhere.with_name("secret.yaml")
    secret.write_text(HEAD + ITEM, "utf-8")
    (elsewhere / "lien.yaml").symlink_to(secret)
    loaded = load_settings(served.workspace).settings
    assert loaded is not None

    checked = {path.stem for path in issue_files([], loaded)}

    assert checked == {"essai", "communique"}
    listed = set(re.findall(r'data-issue="([^"]+)"', served.get("/").text))
    assert listed == checked
    with served.hearing("/events") as told:
        (elsewhere / "essai.yaml").write_text(
            HEAD + "  - {kind: text, body: Autres mots.}\n", "utf-8"
        )
        while "Autres mots." not in served.get("/issues/essai/mail").text:
            next(told)


@pytest.mark.parametrize(
    "path", ["/", "/issues/essai", "/issues/essai/mail", "/page/preview.css", "/nothing"]
)
def test_every_answer_forbids_to_guess_to_refer_and_to_read_from_elsewhere(
    still: Served, path: str
) -> None:
    headers = still.get(path).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "content-security-policy" in headers
    assert not [name for name in headers if name.startswith("access-control")]


def test_the_mail_is_under_a_policy_of_its_own(still: Served) -> None:
    policy = still.get("/issues/essai/mail").headers["content-security-policy"]

    assert policy.startswith("default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'")
    assert policy.endswith("; frame-ancestors 'self'; sandbox allow-same-origin")
    assert "form-action 'none'" in policy
    assert "base-uri 'none'" in policy


def test_a_picture_of_elsewhere_is_let_in_only_where_the_mail_shows_it(served: Served) -> None:
    add_to_footer(served.workspace, '<img src="https://images.example.org/a.png" alt=""/>')

    held = served.get("/issues/essai/mail")
    asked = served.get(
        "/issues/essai/mail?origin=https://images.example.org&origin=https://other.example.org"
    )

    assert "example.org/a.png" not in held.text
    assert "example.org" not in held.headers["content-security-policy"]
    assert "images.example.org/a.png" in asked.text
    assert (
        "img-src 'self' data: https://images.example.org;"
        in (asked.headers["content-security-policy"])
    )


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_changed_from_here(still: Served, method: str) -> None:
    assert still.get("/issues/essai", method=method).status == 405


def test_pictures_are_given_by_the_name_that_the_mail_has(still: Served) -> None:
    mail = still.get("/issues/essai/mail").text
    name = mail.split('src="/pictures/')[1].split('"')[0]

    answer = still.get(f"/pictures/{name}")

    assert answer.status == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("query", "is_shown"),
    [
        ("", False),
        ("?as=delegation=Bretagne", True),
        ("?as=delegation%3DBretagne&as=", True),
        ("?as=delegation=Grand+Est", False),
        ("?row=2", True),
        ("?row=3", False),
    ],
)
def test_the_mail_is_that_of_the_audience_or_row_chosen(
    still: Served, query: str, is_shown: bool
) -> None:
    assert ("Pour la Bretagne." in still.get(f"/issues/essai/mail{query}").text) is is_shown


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?row=99", "membres.csv has no recipient in row 99"),
        ("?row=1", "membres.csv has no recipient in row 1"),
        ("?row=0", "membres.csv has no recipient in row 0"),
        ("?as=delegation=Mars", "&#39;Mars&#39; is not one of the values"),
        ("?as=rien", "there is no audience"),
    ],
)
def test_a_reader_who_does_not_exist_is_told_in_a_sentence(
    still: Served, query: str, sentence: str
) -> None:
    answer = still.get(f"/issues/essai{query}")

    assert answer.status == 200
    assert answer.text.count(sentence) == 1
    assert "The email cannot be shown to the chosen recipient." in answer.text
    assert "makes no mail" not in answer.text
    assert "--as" not in answer.text
    assert "Nothing to show until the file is fixed" in still.get(f"/issues/essai/mail{query}").text


def test_the_mail_of_a_row_that_does_not_exist_is_asked_for_as_such(still: Served) -> None:
    page = still.get("/issues/essai?row=0").text

    assert 'src="/issues/essai/mail?row=0"' in page
    assert 'name="row" min="2" max="99999999" value="0"' in page


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (3, "has no recipient in row 3 – row 3: &#39;zoe@&#39;"),
        (
            6,
            "has no recipient in row 6 – row 5: a quotation mark opened here is only closed",
        ),
        (
            99,
            "has no recipient in row 99 – row 5: a quotation mark opened here is only closed",
        ),
        (1, "has no recipient in row 1 (choose another row"),
    ],
)
def test_a_row_that_a_fault_of_the_file_hides_is_told_with_the_fault(
    served: Served, row: int, said: str
) -> None:
    faulty = MEMBERS.replace("zoe@example.org", "zoe@") + (
        'lou@example.org;Lou;Bretagne\nmax@example.org;"Max;Bretagne\neve@example.org;Eve;Bretagne\n'
    )
    (served.workspace / "membres.csv").write_text(faulty, "utf-8")

    page = served.get(f"/issues/essai?row={row}").text

    assert said in page


def test_where_a_row_is_chosen_nothing_else_says_who_reads(still: Served) -> None:
    by_row = still.get("/issues/essai?row=3&as=delegation=Bretagne").text
    by_choice = still.get("/issues/essai?as=delegation=Bretagne").text

    assert '<select name="as" form="controls" disabled>' in by_row
    assert '<select name="as" form="controls">' in by_choice


def test_the_problems_of_a_mail_that_a_template_forbids_are_not_known(served: Served) -> None:
    add_to_footer(served.workspace, "{{ nothing.at.all }}")

    page = served.get("/issues/essai").text

    assert "some problems may be missing" in page
    assert "no problems" not in page
    assert '<span class="count">' not in page


def test_an_item_without_title_is_named_by_the_word_of_its_kind(still: Served) -> None:
    assert "<code>picture</code></th>" in still.get("/issues/essai").text


def test_a_members_file_that_went_is_told(served: Served) -> None:
    (served.workspace / "membres.csv").unlink()

    page = served.get("/issues/essai?row=2")

    assert page.status == 200
    assert "membres.csv" in page.text


def test_without_members_file_a_row_is_nobody(workspace: Path) -> None:
    issue_file(workspace, HEAD + ITEM)

    with serving(workspace) as served:
        assert "no members file to take row 2 from" in served.get("/issues/essai?row=2").text


def test_a_mail_that_never_was_good_is_said_to_be_missing(workspace: Path) -> None:
    issue_file(workspace, "kind: newsletter\n")

    with serving(workspace) as served:
        assert "Nothing to show until the file is fixed" in served.get("/issues/essai/mail").text
        assert "The issue cannot be built yet." in served.get("/issues/essai").text


def test_a_page_says_no_more_of_a_recipient_than_their_row(still: Served) -> None:
    assert "anne@example.org" not in still.get("/issues/essai?row=2").text


@pytest.mark.parametrize("query", ["?width=1&appearance=<b>&pane=%00", "?row=-1&row=x", "?as=%ff"])
def test_a_view_that_does_not_exist_is_the_usual_one(still: Served, query: str) -> None:
    assert still.get(f"/issues/essai{query.split('&as')[0]}").status == 200


def test_the_address_keeps_the_view(still: Served) -> None:
    page = still.get("/issues/essai?appearance=dark&width=375&pictures=off&pane=text").text

    assert 'value="dark" checked' in page
    assert 'value="375" checked' in page
    assert 'value="off" checked' in page
    assert 'class="width-375 pane-text"' in page
    assert "Les premiers mots." in page


def files_of(workspace: Path) -> dict[Path, bytes]:
    """Return what stands in a workspace, but the pictures that every build keeps."""
    files = (path for path in workspace.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in files if ".cache" not in path.parts}


def side_of(page: str) -> str:
    """What stands beside the mail, without how it is shown."""
    side = page.split('<aside id="side"')[1]
    return re.sub(r'<section id="options".*?</section>', "", side, flags=re.DOTALL)


def test_another_look_is_that_of_the_theme_with_its_name_and_writes_nothing(
    served: Served,
) -> None:
    before = files_of(served.workspace)
    mails = {look: served.get(f"/issues/essai/mail?look={look}").text for look in ("", *LOOKS)}
    pages = {look: served.get(f"/issues/essai?look={look}").text for look in ("", *LOOKS)}
    after = files_of(served.workspace)
    theme = served.workspace / "assets/theme.yaml"
    text = theme.read_text("utf-8")
    theme.write_text(re.sub(r"^look:.*", "look: magazine", text, flags=re.MULTILINE), "utf-8")

    assert after == before
    assert mails["magazine"] == served.get("/issues/essai/mail").text
    assert mails["institution"] == mails[""]
    assert len(set(mails.values())) == len(LOOKS)
    assert "Nothing is written: put look: magazine in assets/theme.yaml" in pages["magazine"]
    assert "Nothing is written" not in pages["institution"] + pages[""]
    assert len({side_of(page) for page in pages.values()}) == 1


def test_the_source_and_the_pdf_are_in_the_look_that_is_shown(still: Served) -> None:
    pages = {look: still.get(f"/issues/essai?pane=source&look={look}").text for look in LOOKS}
    pdfs = {look: still.get(f"/issues/communique/release.pdf?look={look}") for look in LOOKS[:2]}

    assert len({page.split('id="source"')[1].split("</pre>")[0] for page in pages.values()}) == 4
    assert len({pdf.content for pdf in pdfs.values()}) == 2


def test_the_page_online_stands_beside_the_mail_whole_in_one_file(still: Served) -> None:
    pages = {look: still.get(f"/issues/essai/web?look={look}") for look in LOOKS}
    dark = still.get("/issues/essai/web?appearance=dark").text
    release = still.get("/issues/communique/web").text

    assert len({page.text for page in pages.values()}) == len(LOOKS)
    for page in pages.values():
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert re.findall(r'(?:src|rel="stylesheet" href)="(?!data:)', page.text) == []
    assert dark not in {page.text for page in pages.values()}
    assert "embargo" not in release.lower()
    assert still.get("/issues/nowhere/web").status == 404


def test_a_press_release_has_its_pdf_and_a_newsletter_none(still: Served) -> None:
    release = still.get("/issues/communique/release.pdf")
    newsletter = still.get("/issues/essai/release.pdf")

    assert release.headers["content-type"] == "application/pdf"
    assert release.content.startswith(b"%PDF")
    assert newsletter.status == 404


def test_a_template_that_fails_is_told_above_the_last_good_mail(served: Served) -> None:
    served.get("/issues/essai")
    add_to_footer(served.workspace, "{{ nothing.at.all }}")

    page = served.get("/issues/essai").text
    mail = served.get("/issues/essai/mail").text

    assert "footer.mjml fails at line" in page
    assert "this is the last version that worked" in page
    assert "Les premiers mots." in mail


def test_a_template_that_divides_by_zero_is_told_above_the_last_good_mail(served: Served) -> None:
    served.get("/issues/essai")
    add_to_footer(served.workspace, "{{ 1/0 }}")

    page = served.get("/issues/essai")

    assert page.status == 200
    assert "footer.mjml fails at line" in page.text


def test_a_template_that_is_not_utf8_is_told_above_the_last_good_mail(served: Served) -> None:
    served.get("/issues/essai")
    add_to_footer(served.workspace, "")
    footer = served.workspace / "templates/email/footer.mjml"
    footer.write_bytes(footer.read_bytes() + "été".encode("cp1252"))

    page = served.get("/issues/essai").text

    assert "footer.mjml is not saved as UTF-8" in page
    assert "this is the last version that worked" in page


def test_settings_with_errors_are_told_and_the_last_good_ones_stay(served: Served) -> None:
    served.get("/issues/essai")
    change_settings(served.workspace, "language: fr", "language: klingon")

    page = served.get("/issues/essai").text

    assert "newsletter.yaml:" in page
    assert "klingon" in page
    assert "Les premiers mots." in served.get("/issues/essai/mail").text


def test_an_issue_that_was_deleted_keeps_its_last_mail(served: Served) -> None:
    served.get("/issues/essai")
    (served.workspace / "issues/essai.yaml").unlink()

    page = served.get("/issues/essai")

    assert page.status == 200
    assert "this is the last version that worked" in page.text
    assert "Les premiers mots." in served.get("/issues/essai/mail").text
    assert 'href="/issues/essai"' not in served.get("/").text


def test_an_issue_that_a_folder_replaced_keeps_its_last_mail(served: Served) -> None:
    served.get("/issues/essai")
    (served.workspace / "issues/essai.yaml").unlink()
    (served.workspace / "issues/essai.yaml").mkdir()

    page = served.get("/issues/essai")

    assert page.status == 200
    assert "this is the last version that worked" in page.text
    assert "Les premiers mots." in served.get("/issues/essai/mail").text


def test_a_link_that_leads_out_does_not_take_the_place_of_an_issue(served: Served) -> None:
    served.get("/issues/essai")
    secret = served.workspace.parent / "secret.yaml"
    secret.write_text(HEAD + ITEM.replace("premiers mots", "secrets"), "utf-8")
    (served.workspace / "issues/essai.yaml").unlink()
    (served.workspace / "issues/essai.yaml").symlink_to(secret)

    assert served.get("/issues/essai").status == 404


def test_of_two_files_with_one_name_the_list_and_the_page_show_the_same(served: Served) -> None:
    twin = issue_file(served.workspace, HEAD.replace("Le titre", "Le jumeau") + ITEM)
    twin.rename(twin.with_suffix(".yml"))
    issue_file(served.workspace, HEAD + ITEM)

    listed, page = served.get("/").text, served.get("/issues/essai").text

    assert "Le jumeau" not in listed
    assert "issues/essai.yaml" in page
    assert "essai.yml is beside this file" in page


def test_what_is_in_an_issue_cannot_write_into_the_page(served: Served) -> None:
    issue_file(served.workspace, HEAD.replace("Le titre", "'<script>x</script>'") + ITEM)

    assert "<script>x" not in served.get("/").text
    assert "<script>x" not in served.get("/issues/essai?pane=source").text


def test_the_editor_of_the_settings_opens_at_the_problem(served: Served) -> None:
    settings = served.workspace / "newsletter.yaml"
    settings.write_text(
        settings.read_text("utf-8") + "preview: {editor: 'idea://open?file={path}&line={line}'}\n",
        "utf-8",
    )
    issue_file(served.workspace, HEAD + ITEM + "    corps: x\n")

    page = served.get("/issues/essai").text

    assert f"idea://open?file={served.workspace}/issues/essai.yaml&amp;line=9" in page


def test_french_pages_say_that_they_are(workspace: Path) -> None:
    issue_file(workspace, HEAD + ITEM)

    with serving(workspace, language="fr") as served:
        assert '<html lang="fr">' in served.get("/issues/essai").text


def test_a_port_that_is_taken_gives_way_to_the_next_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with listening_socket(port) as listener:
            chosen = listener.getsockname()

    assert chosen[0] == "127.0.0.1"
    assert chosen[1] > port
