"""The page to leave at: what RFC 8058 asks, what people press, and what nobody can do to it."""

import logging
import re
import shutil
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies

from newsletter.commands.ledger import unsubscribe, who
from newsletter.commands.serve import serve
from newsletter.i18n import use_language
from newsletter.leaving import server as server_module
from newsletter.leaving.server import language_asked
from newsletter.ledger.returns import ANY_LIST, No
from newsletter.mailing.message.unsubscribe import Tokens
from newsletter.problems.errors import NewsletterError
from tests.leaving.serving import (
    ENVIRONMENT,
    FORM,
    ONE_CLICK,
    Page,
    add_address,
    add_people,
    leaving,
    leaving_process,
    who_is_out,
)
from tests.ledgers import of_a_file, open_ledger, read_ledger, running_ledger
from tests.mail_server import (  # noqa: F401 - fixtures
    SECRET,
    change_settings,
    make_send,
    make_write_members,
    people_factory,
    server_factory,
)
from tests.older_ledgers import make_second_version
from tests.surroundings import around

LIST = "lettre.example.org"
LISTS = "lists: {adhérents: {file: a.csv}, presse: {file: p.csv}}\n"
MULTIPART = (
    b"--x\r\nContent-Disposition: form-data; name=List-Unsubscribe\r\n\r\nOne-Click\r\n--x--\r\n"
)
BODIES: Mapping[str, tuple[bytes, Mapping[str, str]]] = {
    "form": (ONE_CLICK, {"Content_Type": FORM}),
    "parts": (MULTIPART, {"Content_Type": "multipart/form-data; boundary=x"}),
    "none": (b"", {}),
    "of no kind": (ONE_CLICK, {}),
    "binary": (bytes(range(256)), {"Content_Type": "application/octet-stream"}),
    "as large as may be": (b"x" * 4096, {"Content_Type": FORM}),
}
LOOKS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "opened": ("GET", {}),
    "by a program that looks only at the head": ("HEAD", {}),
    "before a request from elsewhere": ("OPTIONS", {"Origin": "https://example.org"}),
    "fetched ahead": ("GET", {"Sec_Purpose": "prefetch;prerender", "Purpose": "prefetch"}),
    "put": ("PUT", {}),
    "deleted": ("DELETE", {}),
}


@pytest.fixture(name="tokens")
def write_workspace(workspace: Path) -> list[str]:
    add_address(workspace)
    return add_people(workspace, 3)


@pytest.fixture(name="page")
def run_page(workspace: Path, tokens: list[str]) -> Iterator[Page]:
    with leaving(workspace, tokens[1]) as page:
        yield page


def content(workspace: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(workspace.glob("ledger.sqlite3*"))]


@pytest.mark.parametrize("kind", BODIES)
def test_a_post_takes_the_person_off_whatever_its_body(
    page: Page, workspace: Path, kind: str
) -> None:
    body, headers = BODIES[kind]

    answers = [page.ask("POST", body=body, **headers) for _time in range(2)]

    assert {(each.status, each.body) for each in answers} == {(200, b"OK")}
    assert "content-type: text/plain; charset=utf-8" in answers[0].head
    assert "location:" not in answers[0].head
    assert "set-cookie:" not in answers[0].head
    assert who_is_out(workspace, 3) == [1]


@pytest.mark.parametrize("kind", LOOKS)
def test_to_look_changes_nothing(page: Page, workspace: Path, kind: str) -> None:
    page.press("leave")
    method, headers = LOOKS[kind]
    before = content(workspace)

    answer = page.ask(method, **headers)

    assert content(workspace) == before
    assert answer.status == {"OPTIONS": 204, "PUT": 405, "DELETE": 405}.get(method, 200)
    assert ("allow: GET, HEAD, POST, OPTIONS" in answer.head) == (answer.status != 200)


@pytest.mark.parametrize("action", ["", "leave", "all", "back"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "PUT"])
def test_a_token_that_is_not_ours_is_answered_the_same_and_changes_nothing(
    page: Page, workspace: Path, tokens: list[str], method: str, action: str
) -> None:
    body = f"action={action}".encode() if method == "POST" and action else b""
    others = [
        Tokens("un autre secret assez long", LIST).token_for(f"{1:016x}"),
        tokens[1][:-1] + ("A" if tokens[1][-1] != "A" else "E"),
        "membre1@example.org",
        "%0Amembre1%40example.org",
        "",
    ]
    before = content(workspace)

    answers = [page.ask(method, f"/non/{each}", body) for each in others]

    assert content(workspace) == before
    assert {*answers} == {page.ask(method, body=body)}


@pytest.mark.parametrize(
    ("pressed", "out_of"),
    [
        (["leave"], "adhérents"),
        (["all"], "adhérents presse"),
        (["leave", "back"], ""),
        (["leave", "all", "back"], "presse"),
        (["all", "back"], "presse"),
        (["leave", "back", "leave"], "adhérents"),
        (["back"], ""),
    ],
)
def test_one_leaves_a_list_or_all_and_comes_back_to_what_the_link_is_of(
    workspace: Path, pressed: list[str], out_of: str
) -> None:
    add_address(workspace, LISTS)
    add_people(workspace, 2)
    token = Tokens(SECRET, "adherents.example.org").token_for(f"{1:016x}")

    with leaving(workspace, token) as page:
        answers = [page.press(each) for each in pressed]

    lists = {"adhérents": "adherents.example.org", "presse": "presse.example.org"}
    out = [name for name, each in lists.items() if who_is_out(workspace, 2, each) == [1]]
    assert out == out_of.split()
    assert {each.status for each in answers} == {200}
    assert b'value="all"' in page_of(workspace, token)


def test_where_there_is_one_list_who_comes_back_is_back_whoever_wrote(workspace: Path) -> None:
    add_address(workspace)
    path = workspace / "newsletter.yaml"
    text = path.read_text("utf-8")
    other = "senders:\n  b: {name: B, email: b@example.org}\n"
    path.write_text(text.replace("senders:\n", other), "utf-8")
    add_people(workspace, 1)
    tokens = [Tokens(SECRET, each).token_for(f"{0:016x}") for each in (LIST, "b.example.org")]

    with leaving(workspace, tokens[0]) as page:
        page.press("leave")
        page.token = tokens[1]
        page.press("back")

    assert who_is_out(workspace, 1) == []


def page_of(workspace: Path, token: str) -> bytes:
    with leaving(workspace, token) as page:
        return page.press("leave").body


def test_what_people_press_is_as_if_one_kept_the_lists_on_paper(workspace: Path) -> None:
    add_address(workspace, LISTS)
    add_people(workspace, 2)
    every = ["adherents.example.org", "presse.example.org", LIST]
    tokens = {each: Tokens(SECRET, each).token_for(f"{0:016x}") for each in every}
    steps = strategies.tuples(strategies.sampled_from(every), strategies.sampled_from("lab"))
    paper: set[str] = set()

    with leaving(workspace) as page:

        @settings(max_examples=40, deadline=None)
        @given(strategies.lists(steps, max_size=5))
        def try_them(pressed: list[tuple[str, str]]) -> None:
            for list_id, letter in pressed:
                action = {"l": "leave", "a": "all", "b": "back"}[letter]
                paper.update({list_id} if letter == "l" else every if letter == "a" else ())
                paper.difference_update({list_id} if letter == "b" else ())
                page.token = tokens[list_id]
                page.press(action)
            assert {each for each in every if who_is_out(workspace, 1, each)} == paper

        try_them()


def test_a_link_works_though_its_list_has_another_name_by_now(workspace: Path) -> None:
    add_address(workspace, LISTS)
    add_people(workspace, 1)
    with open_ledger(workspace) as ledger:
        ledger.said_no.note_list("vieux.example.org")
        ledger.said_no.note_list("vieux.example.org")
    former = Tokens(SECRET, "vieux.example.org").token_for(f"{0:016x}")

    with leaving_process(workspace) as (_process, port):
        Page(port, former).ask("POST")

    assert who_is_out(workspace, 1, "presse.example.org") == [0]


def test_who_came_back_is_written_to_though_their_line_stays_in_the_file(
    start_server, send, write_members, people, workspace: Path
) -> None:
    add_address(workspace)
    (workspace / "unsubscribed.csv").write_text("membre1@example.org\n", "utf-8")
    members, mail_server = write_members(people(3)), start_server()
    first = send(mail_server, members=members)
    with open_ledger(workspace) as ledger:
        mark = ledger.said_no.mark_of("membre1@example.org")
        ledger.said_no.bring_back(mark, now="2030-01-01T00:00:00+00:00")
    text = (workspace / "issues/essai.yaml").read_text("utf-8")
    june = workspace / "issues/juin.yaml"
    june.write_text(text.replace("de mai", "de juin").replace("actif", "calme"), "utf-8")
    taken_first = sorted(mail_server.taken)
    mail_server.taken.clear()

    tried = send(mail_server, members=members, file=june, dry_run=True)
    second = send(mail_server, members=members, file=june)

    assert taken_first == [people(3)[0], people(3)[2]], first.text
    assert "messages prepared: 3" in tried.text
    assert sorted(mail_server.taken) == people(3), second.text


def test_a_later_no_counts_anew_and_an_earlier_one_no_more(workspace: Path) -> None:
    add_people(workspace, 1)
    with open_ledger(workspace) as ledger:
        mark = ledger.said_no.mark_of("membre0@example.org")
        no = No(mark, ANY_LIST, "2026-01-01T00:00:00+00:00", "a")
        new = [ledger.said_no.add([no])]
        ledger.said_no.bring_back(mark, now="2026-02-01T00:00:00+00:00")
        out = [ledger.said_no.marks()]
        for since in ("2026-01-31T23:59:59+00:00", "2026-02-01T00:00:00+00:00"):
            new.append(ledger.said_no.add([no._replace(since=since, source="b")]))
            out.append(ledger.said_no.marks())
        [story] = ledger.said_no.of("membre0@example.org")

    assert new == [1, 0, 1]
    assert out == [frozenset(), frozenset(), {mark}]
    assert story == (mark, ANY_LIST, "2026-02-01T00:00:00+00:00", "b", "")


def test_who_tells_when_someone_left_and_came_back(page: Page, workspace: Path) -> None:
    page.press("leave")
    page.press("back")
    lines: list[str] = []

    who(around(workspace, tell=lines.append), "membre1@example.org", write_again=False)

    assert lines[0].startswith("unsubscribed 28 November 2026")
    assert lines[1].startswith("came back 28 November 2026")


@of_a_file
def test_a_ledger_of_the_second_version_is_read_as_it_is_and_upgraded(workspace: Path) -> None:
    add_people(workspace, 2)
    with open_ledger(workspace) as ledger:
        mark = ledger.said_no.mark_of("membre1@example.org")
        ledger.said_no.add([No(mark, ANY_LIST, "2026-01-01T00:00:00+00:00", "a")])
    path = make_second_version(workspace)
    before = path.read_bytes()

    with read_ledger(workspace) as ledger:
        read = ledger.said_no.marks(), ledger.said_no.of("membre1@example.org")
        nobody = ledger.said_no.came_back("a")
    unchanged = path.read_bytes() == before

    assert read == ({mark}, [No(mark, ANY_LIST, "2026-01-01T00:00:00+00:00", "a")])
    assert (list(nobody), unchanged) == ([], True)
    with running_ledger(workspace) as ledger:
        ledger.said_no.bring_back(mark, now="2026-02-01T00:00:00+00:00")
        assert ledger.said_no.marks() == frozenset()


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("", "fr"),
        ("de", "fr"),
        ("en", "en"),
        ("en-GB,en;q=0.9,fr;q=0.5", "en"),
        ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "fr"),
        ("de, en;q=0.3, fr;q=0.2", "en"),
        ("frr, end", "fr"),
        ("EN", "en"),
    ],
)
def test_the_page_is_in_the_reader_s_language_else_in_the_team_s(asked: str, language: str) -> None:
    assert language_asked(asked, "fr") == language


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_says_whose_it_is_and_has_one_button(page: Page, language: str) -> None:
    answer = page.ask("GET", Accept_Language=language)

    text = answer.body.decode()
    assert f'<html lang="{language}">' in text
    assert ("Se désinscrire" in text) == (language == "fr")
    assert "Mon association" in text
    assert text.count("<button") == 1
    assert f"content-language: {language}" in answer.head
    assert page.token not in text


def test_a_team_that_writes_american_english_has_the_page_in_english(
    workspace: Path, tokens: list[str]
) -> None:
    path = workspace / "newsletter.yaml"
    path.write_text(path.read_text("utf-8").replace("language: fr", "language: en-US"), "utf-8")

    with leaving(workspace, tokens[1]) as page:
        assert b"Unsubscribe?" in page.ask("GET").body


def test_each_answer_forbids_to_keep_to_embed_and_to_tell_of_it(page: Page) -> None:
    answers = [page.ask("GET"), page.ask("POST"), page.ask("GET", "/"), page.press("back")]

    for answer in answers:
        head = answer.head
        assert "referrer-policy: no-referrer" in head
        assert "cache-control: no-store" in head
        assert "x-robots-tag: noindex" in head
        assert "x-content-type-options: nosniff" in head
        assert "connection: close" in head
        assert "content-security-policy: default-src 'none'; style-src 'sha256-" in head
        assert "frame-ancestors 'none'" in head
        assert "\r\nserver:" not in head


@pytest.mark.parametrize(
    "path",
    [
        "/non/{}/",
        "/non/{}?utm_source=lettre",
        "/non/{}/?x",
        "//non/{}",
        "http://a.example/non/{}",
        "/non/{}.",
        "/non/{}%3E",
        "/non/{}).?x=1",
    ],
)
def test_what_others_add_to_the_address_leads_nowhere_else(
    page: Page, workspace: Path, path: str
) -> None:
    answer = page.ask("POST", path.format(page.token))

    assert (answer.status, who_is_out(workspace, 3)) == (200, [1])


def test_each_sender_s_own_address_is_answered_also_with_the_token_in_its_query(
    workspace: Path,
) -> None:
    add_address(
        workspace,
        "senders:\n  default: {name: A, email: lettre@example.org}\n"
        "  b: {name: B, email: b@example.org, unsubscribe: "
        "{url: 'https://b.example.org/départ?t={token}&x=1'}}\n",
    )
    path = workspace / "newsletter.yaml"
    text = path.read_text("utf-8")
    start = text.index("senders:")
    path.write_text(text[:start] + text[text.index("\n\n", start) :], "utf-8")
    tokens = add_people(workspace, 3)

    with leaving(workspace, tokens[2]) as page:
        answers = [
            page.ask("POST", f"/d%C3%A9part?t={tokens[0]}&x=1"),
            page.ask("POST", f"/d%C3%A9part?t={tokens[1]}"),
            page.ask("POST", f"/non/{tokens[2]}"),
        ]

    assert [each.status for each in answers] == [200, 404, 200]
    assert who_is_out(workspace, 3) == [0, 2]


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_of_more_than_4_kb_is_refused(page: Page, workspace: Path, chunked: bool) -> None:
    body, headers = b"x" * 4097, {}
    if chunked:
        body, headers = b"1001\r\n" + body + b"\r\n0\r\n\r\n", {"Transfer_Encoding": "chunked"}
    head = f"POST /non/{page.token} HTTP/1.1\r\nHost: a\r\n"
    head += "Transfer-Encoding: chunked\r\n\r\n" if headers else "Content-Length: 4097\r\n\r\n"

    with socket.create_connection(("127.0.0.1", page.port), 30) as connection:
        connection.sendall(head.encode() + body)
        status = connection.makefile("rb").readline().split()[1]

    assert (status, who_is_out(workspace, 3)) == (b"413", [])


@pytest.mark.parametrize(
    "said",
    [
        "",
        "POST /non/{token} HTTP/1.1\r\nHost: a\r\n",
        "POST /non/{token} HTTP/1.1\r\nHost: a\r\nContent-Length: 26\r\n\r\nList",
    ],
    ids=["nothing", "half a head", "half a body"],
)
def test_whoever_is_slow_is_cut_off_and_has_done_nothing(
    workspace: Path, tokens: list[str], monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setattr(server_module, "SECONDS_FOR_ALL", 0.5)
    with leaving(workspace, tokens[1]) as page:
        with socket.create_connection(("127.0.0.1", page.port), 30) as connection:
            connection.sendall(said.format(token=page.token).encode())
            start = time.monotonic()
            is_cut = was_cut(connection)

        assert is_cut
        assert time.monotonic() - start < 10
    assert who_is_out(workspace, 3) == []


def test_connections_beyond_the_limit_are_cut_off_and_the_others_go_on(
    workspace: Path, tokens: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "MAX_CONNECTIONS", 3)
    with leaving(workspace, tokens[1]) as page:
        idle = [socket.create_connection(("127.0.0.1", page.port), 30) for _each in range(4)]
        is_cut = was_cut(idle[3])
        request = f"POST /non/{page.token} HTTP/1.1\r\nHost: a\r\n\r\n"
        idle[0].sendall(request.encode())
        answered = idle[0].recv(15)
        for each in idle:
            each.close()

    assert (is_cut, answered) == (True, b"HTTP/1.1 200 OK")


def was_cut(connection: socket.socket) -> bool:
    """Say whether it ends without a word."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


@of_a_file
def test_what_cannot_be_kept_is_not_answered_with_200_and_no_log_has_a_token(
    page: Page, workspace: Path, caplog: pytest.LogCaptureFixture, capfd
) -> None:
    caplog.set_level(logging.DEBUG)
    blocker = sqlite3.connect(workspace / "ledger.sqlite3")
    blocker.execute("DROP TABLE said_no")
    blocker.close()

    answer = page.ask("POST")
    page.ask("GET", f"/autre/{page.token}")
    page.ask("POST", f"/non/{page.token[:-3]}abc")

    assert (answer.status, answer.body) == (503, b"Try again later")
    assert page.told[0] == "the ledger ledger.sqlite3 is damaged or not a ledger"
    everything = caplog.text + "".join(page.told) + "".join(capfd.readouterr())
    assert page.token[:20] not in everything
    assert page.token[:-10] not in answer.head


@of_a_file
def test_what_could_not_be_kept_is_told_in_the_team_s_language(
    workspace: Path, tokens: list[str]
) -> None:
    use_language("fr")
    with leaving(workspace, tokens[1]) as page:
        (workspace / "ledger.sqlite3").rename(workspace / "ledger.old")
        shutil.copy(workspace / "ledger.old", workspace / "ledger.sqlite3")
        page.ask("POST")

    sentence = "le registre ledger.sqlite3 a été remplacé\u00a0: relancez newsletter serve"
    assert page.told == [sentence]


def test_links_that_nobody_is_known_by_are_told_at_1_2_4_and_so_on(page: Page) -> None:
    for _time in range(9):
        page.ask("POST", "/non/x")

    counts = [line.split(":")[1].split()[0] for line in page.told]
    assert counts == ["1", "2", "4", "8"]


def test_many_at_once_are_all_kept(workspace: Path) -> None:
    add_address(workspace)
    tokens = add_people(workspace, 60)
    with leaving(workspace) as page:
        posts = [
            threading.Thread(target=page.ask, args=("POST", f"/non/{each}")) for each in tokens
        ]
        for each in posts:
            each.start()
        for each in posts:
            each.join()

    assert who_is_out(workspace, 60) == list(range(60))


@pytest.mark.parametrize("has_ledger", [True, False])
def test_who_was_answered_200_is_kept_when_the_process_is_killed(
    workspace: Path, tmp_path: Path, has_ledger: bool
) -> None:
    add_address(workspace)
    tokens, file = add_people(workspace, 80), tmp_path / "jetons.txt"
    answered: list[int] = []
    with leaving_process(workspace, *([] if has_ledger else [file])) as (process, port):

        def post(number: int) -> None:
            try:
                if Page(port, tokens[number]).ask("POST").status == 200:
                    answered.append(number)
            except (OSError, IndexError):
                return  # it is dead
            if len(answered) > 30:
                process.kill()

        posts = [threading.Thread(target=post, args=(number,)) for number in range(80)]
        for each in posts:
            each.start()
        for each in posts:
            each.join()
    if not has_ledger:
        unsubscribed_from(workspace, file)

    assert len(answered) > 30
    assert {*answered} <= {*who_is_out(workspace, 80)}


def unsubscribed_from(workspace: Path, file: Path) -> list[str]:
    lines: list[str] = []
    unsubscribe(
        around(workspace, environment=ENVIRONMENT, tell=lines.append), [str(file)], yes=True
    )
    return lines


def test_a_file_keeps_each_token_once_with_its_time_for_newsletter_unsubscribe(
    workspace: Path, tokens: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "jetons.txt"
    for number in (0, 2):
        with leaving(workspace, tokens[number], file) as page:
            answers = [page.ask("POST"), page.press("leave"), page.press("back")]
            page.ask("POST", "/non/x.abcdefghijklmnopqrstuvwxyz")
    mode = file.stat().st_mode & 0o777
    told = unsubscribed_from(workspace, file)
    with read_ledger(workspace) as ledger:
        [no] = ledger.said_no.of("membre2@example.org")

    lines = [f"2026-11-28T15:00:00+00:00 {tokens[number]}\n" for number in (0, 2)]
    assert (file.read_text("utf-8"), mode) == ("".join(lines), 0o600)
    assert b'value="back"' not in answers[1].body
    assert b'value="leave"' in answers[2].body  # nobody came back: it asks again
    assert told == ["2 people are unsubscribed for good"]
    assert (no.list_id, no.since) == (LIST, "2026-11-28T15:00:00+00:00")


def test_who_leaves_all_lists_by_a_file_has_left_all(workspace: Path, tmp_path: Path) -> None:
    add_address(workspace, LISTS)
    tokens, file = add_people(workspace, 1), tmp_path / "jetons.txt"
    with leaving(workspace, tokens[0], file) as page:
        page.press("all")

    unsubscribed_from(workspace, file)

    assert who_is_out(workspace, 1, "presse.example.org") == [0]


def test_a_file_that_was_moved_loses_nobody(
    workspace: Path, tokens: list[str], tmp_path: Path
) -> None:
    file, moved = tmp_path / "jetons.txt", tmp_path / "anciens.txt"
    with leaving(workspace, tokens[0], file) as page:
        page.ask("POST")
        file.rename(moved)
        page.ask("POST", f"/non/{tokens[2]}")

    assert [each.read_text("utf-8")[26:-1] for each in (moved, file)] == [tokens[0], tokens[2]]


@of_a_file
def test_where_the_ledger_was_replaced_nobody_is_told_that_it_is_done(
    page: Page, workspace: Path
) -> None:
    ledger = workspace / "ledger.sqlite3"
    ledger.rename(workspace / "ledger.old")
    shutil.copy(workspace / "ledger.old", ledger)

    answer = page.ask("POST")
    ledger.unlink()
    without = page.ask("POST")

    assert (answer.status, without.status) == (503, 503)
    assert page.told[0] == "the ledger ledger.sqlite3 was replaced: restart newsletter serve"


def test_a_line_that_a_full_disk_cut_off_spoils_no_other(
    workspace: Path, tokens: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "jetons.txt"
    file.write_text(
        f"2026-11-28T14:00:00+00:00 {tokens[0]}\n2026-99-28T14:00:00+00:00 00ab.x", "utf-8"
    )

    with leaving(workspace, tokens[1], file) as page:
        page.ask("POST")
    unsubscribed_from(workspace, file)

    assert who_is_out(workspace, 3) == [0, 1]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"is_root": True}, "newsletter serve does not run as root"),
        ({"environment": {}}, "unsubscribe links cannot be signed: NEWSLETTER_SECRET is not set"),
        ({"host": "192.0.2.1"}, "cannot listen at 192.0.2.1, port 0: this machine has no such"),
        pytest.param({"ledger": False}, "there is no ledger in this workspace", marks=of_a_file),
        ({"address": False}, "the settings name no address to unsubscribe at"),
    ],
)
def test_where_it_cannot_serve_it_says_why(
    workspace: Path, change: dict[str, object], sentence: str
) -> None:
    if change.pop("address", True):
        add_address(workspace)
    if change.pop("ledger", True):
        add_people(workspace, 1)
    host = change.pop("host", "127.0.0.1")
    here = around(workspace, **{"environment": ENVIRONMENT, **change})

    with pytest.raises(NewsletterError) as error:
        serve(here, host=host, port=0, tokens_file=None)

    assert error.value.message.startswith(sentence)
    assert error.value.hint


def test_why_it_cannot_listen_is_said_without_words_of_a_library(workspace: Path) -> None:
    with pytest.raises(NewsletterError, match=r"cannot listen at nowhere\.invalid") as error:
        server_module.listening("nowhere.invalid", 0)

    assert "attempting to bind" not in error.value.message


def test_a_click_on_an_old_mail_counts_though_the_sender_has_another_address(
    start_server, send, write_members, people, workspace: Path
) -> None:
    add_address(workspace)
    mail_server, settings_file = start_server(), workspace / "newsletter.yaml"
    send(mail_server, members=write_members(people(2)))
    [token] = re.findall(rb"<https://lettres.example.org/non/([^>]+)>", mail_server.messages[1])
    text = settings_file.read_text("utf-8")
    settings_file.write_text(text.replace("lettre@example.org", "nouvelles@example.org"), "utf-8")

    with leaving_process(workspace) as (_process, port):
        Page(port, token.decode()).ask("POST")

    assert who_is_out(workspace, 2) == [1]
