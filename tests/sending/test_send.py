"""`newsletter send`, `report` and `ledger purge`, as they are typed."""

import email
import email.policy
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter import i18n
from newsletter.cli import run
from newsletter.commands.ledger import purge
from tests.ledgers import content_of, execute, lose_ledger, of_a_file
from tests.surroundings import around

AUDIENCES = """audiences: {delegation: [Bretagne, Grand Est]}
recipients:
  columns: {email: Courriel, first name: Prénom, delegation: Délégation}
  sample: {email: camille@example.org, first name: Camille, delegation: Bretagne}
"""
RELEASE = """kind: press-release
headline: Numeum publie son étude sur le numérique en France
date: 2025-05-02
place: Paris
embargo: 2025-05-02 06:00
lead: L'étude annuelle paraît ce matin.
body: Le secteur croît de 4 % cette année.
boilerplates: [association]
contacts: [presse]
"""


@pytest.fixture(name="ledger_of")
def read_ledger_file(workspace: Path):
    def ledger_of() -> dict[str, tuple[str, str]]:
        rows = execute(workspace, "SELECT address, state, words FROM deliveries")
        return {address: (state, words) for address, state, words in rows}

    return ledger_of


@pytest.fixture(name="june")
def next_issue(workspace: Path, send) -> Path:
    """An issue after the first, in a workspace whose members leave by a link."""
    settings = workspace / "newsletter.yaml"
    text = settings.read_text("utf-8")
    with_link = "unsubscribe:\n  url: https://example.org/non/{token}\n"
    settings.write_text(text.replace("unsubscribe:\n", with_link), "utf-8")
    may = (workspace / "issues/essai.yaml").read_text("utf-8")
    path = workspace / "issues/juin.yaml"
    path.write_text(may.replace("nouvelles de mai", "nouvelles de juin"), "utf-8")
    return path


@pytest.fixture(name="delegations")
def members_of_delegations(workspace: Path) -> Path:
    """Two members in Bretagne, one in Grand Est, one nowhere."""
    path = workspace / "newsletter.yaml"
    text = re.sub(r"^recipients:\n(?:[ #].*\n)*", "", path.read_text("utf-8"), flags=re.MULTILINE)
    path.write_text(f"{text}\n{AUDIENCES}", "utf-8")
    members = workspace / "membres.csv"
    rows = ["a@example.org;Ana;Bretagne", "b@example.org;Bo;bretagne",
            "c@example.org;Cy;Grand Est", "d@example.org;Di;"]  # fmt: skip
    members.write_text("\n".join(["Courriel;Prénom;Délégation", *rows]), "utf-8")
    return members


def for_some(workspace: Path) -> None:
    """Make the issue's item for Bretagne alone, and add one for all."""
    path = workspace / "issues/essai.yaml"
    text = path.read_text("utf-8").replace(
        "    title: Un", "    for: {delegation: Bretagne}\n    title: Un"
    )
    path.write_text(f"{text}  - kind: text\n    body: Pour tous.\n", "utf-8")


def test_the_screen_says_that_a_release_is_under_embargo(
    start_server, send, write_members, people, workspace
) -> None:
    server = start_server()
    (workspace / "issues/essai.yaml").write_text(RELEASE.replace("embargo: 2025", "embargo: 2099"))

    sent = send(server, members=write_members(people(2)), typed=["x"])

    assert "subject:  Sous embargo | Communiqué de presse | Numeum" in sent.text
    assert "embargo:  EMBARGOED until 06:00 on Saturday 2 May 2099 (Paris time)\n" in sent.text


@pytest.mark.parametrize("web", ["public", "none"])
def test_the_screen_names_the_pages_that_the_mail_leads_to(
    web: str, start_server, send, write_members, people, workspace
) -> None:
    server = start_server()
    settings = workspace / "newsletter.yaml"
    site = f"site: {{web: {web}, web_url: 'https://l.example.org/{{issue}}'}}\n"
    settings.write_text(settings.read_text("utf-8") + site, "utf-8")

    sent = send(server, members=write_members(people(2)), typed=["x"])

    assert ("online:   https://l.example.org/essai\n" in sent.text) == (web == "public")


def subject_of(message: bytes) -> str:
    return str(email.message_from_bytes(message, policy=email.policy.default)["Subject"])


def test_the_screen_says_what_is_about_to_happen(
    start_server, send, delegations, workspace
) -> None:
    for_some(workspace)
    server = start_server()

    sent = send(server, members=delegations, typed=["4"], smtp=", rate: 2/minute")

    told = re.sub(r"(?m)^content:  [0-9a-f]{8}$", "content:  (its fingerprint)", sent.text)
    assert sent.status == 0, sent.text
    assert told.startswith(
        "Warning: recipients can only unsubscribe by email: add url: under unsubscribe:\n"
        "subject:  Les nouvelles de mai\n"
        "content:  (its fingerprint)\n"
        "sender:   Mon association <lettre@example.org>\n"
        f"server:   localhost:{server.port} (not encrypted)\n"
        "duration: about 2 min\n"
        "4 recipients\n"
        "  first:  a@example.org\n"
        "  last:   d@example.org\n"
        "variants, each with its first recipient:\n"
        "       2  delegation=Bretagne\n"
        "       2  delegation=Grand Est\n"
        "Type the number of recipients to send\n"
    )


def test_the_screen_names_the_content_as_the_file_for_approval_does(
    start_server, send, delegations, workspace, monkeypatch
) -> None:
    for_some(workspace)
    monkeypatch.chdir(workspace)
    run(["preview", "issues/essai.yaml", "--review", "pack.html"])
    i18n.use_language("en")  # the command line spoke that of the workspace

    sent = send(start_server(), members=delegations, dry_run=True)

    [fingerprint] = re.findall(r"(?m)^content:  (\w{8})$", sent.text)
    assert f"<code>{fingerprint}</code>" in (workspace / "pack.html").read_text("utf-8")


def test_each_gets_the_variant_of_their_audience(
    start_server, send, delegations, workspace
) -> None:
    for_some(workspace)
    server = start_server()

    send(server, members=delegations)

    has_item = [b"Un printemps actif" in message for message in server.messages]
    assert server.taken == [f"{letter}@example.org" for letter in "abcd"]
    assert has_item == [True, True, False, False]


@pytest.mark.parametrize("typed", ["3", "yes", ""])
def test_nothing_leaves_unless_the_number_of_recipients_is_typed(
    typed, start_server, send, write_members, people
) -> None:
    server = start_server()

    sent = send(server, members=write_members(people(4)), typed=[typed])

    assert sent.status == 2
    assert f"nothing was sent: you typed '{typed}', not 4" in sent.text
    assert server.counts == {}


def test_nothing_leaves_where_nobody_can_be_asked(
    start_server, send, write_members, people
) -> None:
    server = start_server()

    sent = send(server, members=write_members(people(4)), typed=None, yes=False)

    assert sent.status == 2
    assert "--yes" in sent.text
    assert server.counts == {}


def test_where_narrows_whom_an_issue_is_sent_to(start_server, send, delegations) -> None:
    server = start_server()

    sent = send(server, members=delegations, where=["delegation=bretagne"])

    assert server.taken == ["a@example.org", "b@example.org"]
    assert "       2  excluded by --where" in sent.lines


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f"])
def test_the_number_may_be_typed_with_spaces_between_its_digits(
    space, start_server, send, write_members, people
) -> None:
    sent = send(start_server(), members=write_members(people(12)), typed=[f" 1{space}2 "])

    assert sent.status == 0, sent.text


@pytest.mark.parametrize(
    ("rates", "duration"),
    [
        ("domain_rates: {Example.org: 2/minute}", "about 2 min"),
        ("rate: 1/minute, domain_rates: {example.org: 2/minute}", "about 4 min"),
        ("domain_rates: {example.com: 2/minute}", "as fast as the server allows"),
    ],
)
def test_the_duration_is_that_of_the_slowest(rates, duration, start_server, send, delegations):
    sent = send(start_server(), members=delegations, smtp=f", {rates}", dry_run=True)

    assert f"duration: {duration}" in sent.text


def test_a_try_speaks_to_no_server_and_touches_no_ledger(
    start_server, send, write_members, people, workspace
) -> None:
    server = start_server()

    sent = send(server, members=write_members(people(4)), dry_run=True)

    assert sent.status == 0
    assert "4 recipients" in sent.text
    assert "\nmessages prepared: 4\n" in sent.text
    assert server.counts == {}
    assert list(workspace.glob("ledger*")) == list(workspace.glob("sent")) == []


def test_an_outbox_gets_the_messages_as_files_and_no_ledger_is_touched(
    send, write_members, people, workspace
) -> None:
    sent = send(members=write_members(people(3)), outbox=workspace / "boite")

    files = sorted((workspace / "boite/essai").glob("*.eml"))
    heads = [email.message_from_bytes(each.read_bytes())["To"] for each in files]
    assert sent.status == 0, sent.text
    assert heads == [f"<{address}>" for address in people(3)]
    assert list(workspace.glob("ledger*")) == []


def test_an_outbox_shows_the_last_messages_alone_and_leaves_what_is_not_ours(
    send, write_members, people, workspace
) -> None:
    box = workspace / "boite/essai"
    send(members=write_members(people(3)), outbox=workspace / "boite")
    (box / "gardé.eml").write_text("Subject: un mail à part\n")

    sent = send(members=write_members(people(2)), outbox=workspace / "boite")

    assert f"messages written to {box}: 2" in sent.text
    assert sorted(each.name for each in box.iterdir()) == ["000001.eml", "000002.eml", "gardé.eml"]


def test_without_a_server_in_the_settings_nothing_is_sent_and_it_is_said(
    send, write_members, people, workspace
) -> None:
    sent = send(members=write_members(people(3)))

    assert sent.status == 2
    assert "newsletter.yaml has no server to send through" in sent.text
    assert not (workspace / "outbox").exists()


def test_without_its_password_a_server_is_not_asked(send, settings_say, write_members, people):
    settings_say("smtp: {host: localhost, user: presse}")

    sent = send(members=write_members(people(3)))

    assert sent.status == 2
    assert "set NEWSLETTER_SMTP_PASSWORD" in sent.text


TARGETS = {
    "nobody": ({}, "nobody to send to"),
    "both": ({"to": ["a@example.org"], "reviewers": "relecture"}, "cannot be combined"),
    "resumed test": ({"to": ["a@example.org"], "resume": True}, "do not work with tests"),
}


@pytest.mark.parametrize("case", TARGETS)
def test_it_is_told_where_it_is_not_clear_whom_to_send_to(case, send) -> None:
    options, words = TARGETS[case]

    sent = send(**options)

    assert sent.status == 2
    assert words in sent.text


def test_a_test_is_marked_and_outside_the_ledger(start_server, send, workspace) -> None:
    server = start_server()

    sent = send(server, to=["a@example.org", "b@example.org"])

    assert sent.status == 0, sent.text
    assert server.taken == ["a@example.org", "b@example.org"]
    assert subject_of(server.messages[0]) == "[TEST] Les nouvelles de mai"
    assert list(workspace.glob("ledger*")) == list(workspace.glob("sent")) == []
    assert "a@example.org: accepted by the server (250 taken)" in sent.text
    assert sent.text.rstrip().endswith("look in the inbox, and in the junk folder.")


def test_a_refused_test_is_told_and_the_others_leave(start_server, send) -> None:
    server = start_server(
        fault=lambda event, count, _: b"550 no" if (event, count) == ("rcpt", 1) else None
    )

    sent = send(server, to=["a@example.org", "b@example.org"])

    assert sent.status == 3
    assert "a@example.org: refused by the server: 550 no" in sent.text
    assert server.taken == ["b@example.org"]


def test_each_variant_can_be_tested(
    start_server, send, settings_say, delegations, workspace
) -> None:
    for_some(workspace)
    settings_say("reviewers: {relecture: [r@example.org]}")
    server = start_server()

    send(server, reviewers="relecture", each_variant=True)

    has_item = [b"Un printemps actif" in message for message in server.messages]
    assert server.taken == ["r@example.org", "r@example.org"]
    assert sorted(has_item) == [False, True]


@pytest.mark.parametrize(
    ("file", "old", "new", "last"),
    [
        ("issues/essai.yaml", "title:", "titre:", r"2 errors; .*issues/essai.yaml:\d+:1"),
        ("issues/essai.yaml", "items:", "closing: Le XX mai\nitems:", r"1 error.*essai.yaml:\d+:"),
        ("membres.csv", "Courriel", "Nom", r"1 error; .*membres.csv:1:1"),
    ],
)
def test_a_blocked_send_says_last_that_nothing_was_sent_and_why(
    file, old, new, last, start_server, send, write_members, people, workspace
) -> None:
    server = start_server()
    members = write_members(people(2))
    path = workspace / file if file != "membres.csv" else members
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")

    sent = send(server, members=members)

    assert sent.status == 1
    assert re.fullmatch(f"nothing was sent: {last}.*", sent.text.strip().splitlines()[-1])
    assert server.taken == []


@pytest.mark.parametrize(
    "word", ["zoe", "@", "zoé@example.org", "a@b\r\nc", "a b@example.org", "a@example.org> SIZE=1"]
)
def test_what_is_no_address_is_told(word, start_server, send) -> None:
    server = start_server()

    sent = send(server, to=[word])

    assert sent.status == 2
    assert re.search("is not an email address|is more than just an address", sent.text)
    assert server.counts == {}


def test_the_accents_of_a_sender_s_domain_are_written_as_servers_take_them(
    start_server, send, write_members, people, workspace, june
) -> None:
    settings = workspace / "newsletter.yaml"
    addresses = "lettre@société.example.org\n    envelope: retour@société.example.org"
    text = settings.read_text("utf-8").replace("lettre@example.org", addresses, 1)
    settings.write_text(text, "utf-8")
    server = start_server()

    sent = send(server, members=write_members(people(2)), file=june)

    assert sent.status == 0, sent.text
    assert b"<lettre@xn--socit-esab.example.org>" in server.messages[0]
    assert "sender:   Mon association <lettre@société.example.org>" in sent.lines


UNSENDABLE = {
    "sender": ("lettre@example", f"lettre@{'é' * 70}", "no server accepts mail from 'lettre@éé"),
    "envelope": ("email: lettre@example.org",
                 f"email: lettre@example.org\n    envelope: a@{'é' * 70}.org",
                 "no server accepts mail from 'a@éé"),
    "long link": ("/non/{token}", "/" + 900 * "n" + "/{token}", "is too long for an email"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNSENDABLE)
def test_settings_that_no_mail_can_carry_are_told_before_anything_is_sent(
    case, start_server, send, write_members, people, workspace, june
) -> None:
    old, new, words = UNSENDABLE[case]
    settings = workspace / "newsletter.yaml"
    settings.write_text(settings.read_text("utf-8").replace(old, new, 1), "utf-8")
    server = start_server()

    sent = send(server, members=write_members(people(2)), file=june)

    assert sent.status == 2
    assert words in sent.text
    assert server.counts == {}


def test_a_test_goes_to_each_address_once(start_server, send) -> None:
    server = start_server()

    send(server, to=["a@example.org", "b@example.org", "a@EXAMPLE.org"])

    assert server.taken == ["a@example.org", "b@example.org"]


def test_who_said_no_gets_no_test_either(start_server, send, workspace) -> None:
    server = start_server()
    (workspace / "unsubscribed.csv").write_text("A@example.org\n", "utf-8")

    sent = send(server, to=["a@example.org", "b@example.org"])

    assert sent.status == 3
    assert "a@example.org: unsubscribed" in sent.lines
    assert server.taken == ["b@example.org"]


def test_an_unknown_group_of_reviewers_is_told_with_the_one_that_was_meant(
    send, start_server, settings_say
) -> None:
    settings_say("reviewers: {relecture: [r@example.org]}")

    sent = send(start_server(), reviewers="relectrue")

    assert sent.status == 2
    assert "did you mean 'relecture'?" in sent.text


def test_a_release_is_not_sent_after_its_embargo(
    start_server, send, write_members, people, workspace
) -> None:
    (workspace / "issues/essai.yaml").write_text(RELEASE, "utf-8")
    server = start_server()

    sent = send(server, members=write_members(people(2)))

    assert sent.status == 1
    assert "embargo-passed" in {problem.rule for problem in sent.problems}
    assert server.counts == {}


def test_an_issue_that_was_sent_is_not_sent_again_unasked(
    start_server, send, write_members, people
) -> None:
    server = start_server()
    members = write_members(people(3))
    send(server, members=members)

    again = send(server, members=members)
    resumed = send(server, members=members, resume=True)

    assert again.status == 2
    assert "messages accepted by the server: 3" in again.text
    assert "add --resume to continue, also to whoever is new; --retry-failed to" in again.text
    assert resumed.status == 0
    assert server.taken == people(3)


@pytest.mark.parametrize("answer", [b"550 5.1.1 nobody", b"450 4.2.0 later"])
def test_an_issue_that_not_everyone_has_is_not_sent_again_unasked(
    start_server, send, write_members, people, answer
) -> None:
    last = people(3)[-1]
    server = start_server(
        fault=lambda event, _, address: answer if (event, address) == ("rcpt", last) else None
    )
    send(server, members=write_members(people(3)))

    again = send(server, members=write_members(people(3)))

    assert "messages accepted by the server: 2" in again.text
    assert "add --resume to continue" in again.text


def test_who_is_new_in_the_file_gets_the_issue_on_resume(
    start_server, send, write_members, people
) -> None:
    server = start_server()
    send(server, members=write_members(people(3)))

    send(server, members=write_members([*people(5)[::-1], "MEMBRE0@example.org"]), resume=True)

    assert sorted(server.taken) == people(5)


def test_who_is_gone_from_the_file_waits_no_longer(
    start_server, send, write_members, people, ledger_of
) -> None:
    server = start_server(
        fault=lambda event, _, whom: (
            b"450 busy" if (event, whom) == ("rcpt", people(3)[2]) else None
        )
    )
    first = send(server, members=write_members(people(3)))

    resumed = send(server, members=write_members(people(2)), resume=True)
    known = ledger_of()
    server.fault = lambda *_: None
    back = send(server, members=write_members(people(3)), resume=True)

    assert (first.status, resumed.status, back.status) == (3, 0, 0)
    assert known[people(3)[2]] == ("left-out", "no longer in the members file")
    assert server.taken == people(3)


def test_who_waits_is_not_gone_because_where_leaves_them_out(
    start_server, send, delegations, ledger_of
) -> None:
    server = start_server(
        fault=lambda event, _, whom: (
            b"450 busy" if (event, whom) == ("rcpt", "c@example.org") else None
        )
    )
    send(server, members=delegations)

    send(server, members=delegations, where=["delegation=bretagne"], resume=True)

    assert ledger_of()["c@example.org"] == ("deferred", "busy")


def test_a_changed_issue_is_refused_with_what_changed_unless_it_is_meant(
    start_server, send, write_members, people, workspace
) -> None:
    server = start_server()
    send(server, members=write_members(people(2)))
    path = workspace / "issues/essai.yaml"
    path.write_text(path.read_text("utf-8").replace("de vos nouvelles", "des nouvelles"), "utf-8")
    members = write_members(people(4))

    refused = send(server, members=members, resume=True)
    meant = send(server, members=members, resume=True, changed_anyway=True)

    assert refused.status == 2
    assert "since its first message was sent: 'Un printemps actif' (line 7)" in refused.text
    assert meant.status == 0
    assert server.taken == people(4)


CHANGES = {
    "subject": ("subject: Les nouvelles de mai", "subject: Les nouvelles de juin", "the subject"),
    "audience": ("    title: Un", "    for: {delegation: Bretagne}\n    title: Un",
                 "who each part is for"),
    "title": ("\ntitle: Les nouvelles", "\ntitle: Des nouvelles", "what surrounds the items"),
}  # fmt: skip


@pytest.mark.parametrize("case", CHANGES)
@pytest.mark.usefixtures("delegations")
def test_each_change_of_an_issue_is_named(case, start_server, send, delegations, workspace) -> None:
    old, new, words = CHANGES[case]
    server = start_server()
    send(server, members=delegations)
    path = workspace / "issues/essai.yaml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")

    refused = send(server, members=delegations, resume=True)

    assert refused.status == 2
    assert words in refused.text


def test_the_same_issue_under_another_name_is_refused(
    start_server, send, write_members, people, workspace
) -> None:
    server = start_server()
    members = write_members(people(2))
    send(server, members=members)
    copy = workspace / "issues/copie.yaml"
    copy.write_text((workspace / "issues/essai.yaml").read_text("utf-8"), "utf-8")

    with_ledger = send(server, members=members, file=copy)
    lose_ledger(workspace)
    without = send(server, members=members, file=copy)

    assert (with_ledger.status, without.status) == (2, 2)
    assert "the same issue was already sent as 'essai'" in with_ledger.text
    assert "the same issue was already sent as 'essai'" in without.text
    assert server.taken == people(2)


def test_a_clone_without_the_ledger_says_that_the_issue_has_left(
    start_server, send, write_members, people, workspace
) -> None:
    server = start_server()
    members = write_members(people(2))
    send(server, members=members)
    lose_ledger(workspace)

    unasked = send(server, members=members)
    asked = send(server, members=members, typed=["no"])

    words = "this issue was sent on 2 May 2025, but the ledger of who received it is not here"
    assert unasked.status == 2
    assert words in unasked.text
    assert f"Warning: {words}" in asked.text
    assert server.taken == people(2)


def test_a_damaged_record_of_what_was_sent_does_not_pass_for_none(
    start_server, send, write_members, people, workspace
) -> None:
    server = start_server()
    members = write_members(people(2))
    send(server, members=members)
    lose_ledger(workspace)
    (workspace / "sent/essai/sent.json").write_text("<<<<<<< HEAD\n", "utf-8")

    again = send(server, members=members)

    assert again.status == 2
    assert "sent/essai/sent.json is damaged" in again.text
    assert server.taken == people(2)


@of_a_file
def test_nobody_else_of_the_machine_reads_the_ledger(
    start_server, send, write_members, people, workspace
) -> None:
    send(start_server(), members=write_members(people(1)))

    assert (workspace / "ledger.sqlite3").stat().st_mode & 0o077 == 0


def test_who_was_refused_and_is_gone_from_the_file_is_not_tried_again(
    start_server, send, write_members, people, ledger_of
) -> None:
    server = start_server(
        fault=lambda event, _, whom: (
            b"550 5.2.2 full" if event == "rcpt" and whom != people(3)[0] else None
        )
    )
    send(server, members=write_members(people(3)))
    server.fault = lambda *_: None

    send(server, members=write_members(people(2)), retry_failed=True)

    assert server.taken == people(2)
    assert ledger_of()[people(3)[2]][0] == "refused"


def test_who_said_no_gets_nothing_on_resume_either(
    start_server, send, write_members, people, workspace, ledger_of
) -> None:
    server = start_server(
        fault=lambda event, _, whom: (
            b"450 busy" if (event, whom) == ("rcpt", people(3)[2]) else None
        )
    )
    members = write_members(people(3))
    (workspace / "unsubscribed.csv").write_text("MEMBRE1@example.org\n", "utf-8")
    first = send(server, members=members)
    (workspace / "unsubscribed.csv").write_text(
        "membre1@example.org\nmembre2@example.org\n", "utf-8"
    )

    resumed = send(server, members=members, retry_failed=True)

    assert (first.status, resumed.status) == (3, 0)
    assert server.taken == ["membre0@example.org"]
    assert ledger_of()["membre2@example.org"] == ("left-out", "unsubscribed")
    assert "     1  unsubscribed" in first.text


def leave_by_link(workspace: Path, message: bytes) -> str:
    """Write the link to unsubscribe of a message into the file of who said no; return it."""
    link = re.search(rb"List-Unsubscribe: <(https:[^>]+)>", message)[1].decode()
    (workspace / "unsubscribed.csv").write_text(f"{link}\n", "utf-8")
    return link


def test_who_followed_a_link_gets_no_later_issue_either(
    start_server, send, write_members, people, workspace, june
) -> None:
    server = start_server()
    members = write_members(people(3))
    send(server, members=members)
    leave_by_link(workspace, server.messages[1])
    server.taken.clear()

    sent = send(server, members=members, file=june)

    assert "     1  unsubscribed" in sent.text
    assert server.taken == [people(3)[0], people(3)[2]]


def test_who_followed_a_link_of_one_sender_gets_nothing_of_another(
    start_server, send, write_members, people, workspace, june
) -> None:
    settings = workspace / "newsletter.yaml"
    presse = "senders:\n  presse: {name: Presse, email: presse@example.org}\n"
    settings.write_text(settings.read_text("utf-8").replace("senders:\n", presse), "utf-8")
    june.write_text(f"{june.read_text('utf-8')}sender: presse\n", "utf-8")
    server = start_server()
    members = write_members(people(3))
    send(server, members=members)
    leave_by_link(workspace, server.messages[1])
    server.taken.clear()

    sent = send(server, members=members, file=june)

    assert sent.status == 0, sent.text
    assert server.taken == [people(3)[0], people(3)[2]]


def test_the_whole_link_is_known_whatever_its_host_is_called(
    start_server, send, write_members, people, workspace, june
) -> None:
    settings = workspace / "newsletter.yaml"
    host = "lettre.federation-des-entreprises-du-numerique.example.org"
    text = re.sub(
        r"https://[^/]+/(.*)\{token\}", rf"https://{host}/\1{{token}}", settings.read_text()
    )
    settings.write_text(text, "utf-8")
    server = start_server()
    members = write_members(people(3))
    send(server, members=members)
    link = leave_by_link(workspace, server.messages[1])
    server.taken.clear()

    sent = send(server, members=members, file=june)

    assert host in link
    assert sent.status == 0, sent.text
    assert server.taken == [people(3)[0], people(3)[2]]


def test_who_said_no_by_a_link_is_not_forgotten_by_a_purge(
    start_server, send, write_members, people, workspace, june
) -> None:
    server = start_server()
    members = write_members(people(3))
    send(server, members=members)
    leave_by_link(workspace, server.messages[1])
    server.taken.clear()
    purge(around(workspace, now=datetime(2030, 1, 1, tzinfo=UTC)), 0)

    kept = content_of(workspace)

    sent = send(server, members=members, file=june)

    assert server.taken == [people(3)[0], people(3)[2]], sent.text
    assert b"membre1@" not in kept


def test_a_link_that_the_ledger_no_longer_knows_is_told(
    start_server, send, write_members, people, workspace, june
) -> None:
    server = start_server()
    members = write_members(people(2))
    send(server, members=members)
    leave_by_link(workspace, server.messages[1])
    lose_ledger(workspace)

    sent = send(server, members=members, file=june)

    assert "unsubscribed.csv, lines that name nobody, or nobody known here: 1;" in sent.text


def test_a_members_file_written_or_gone_while_messages_leave_loses_nobody(
    start_server, send, write_members, people
) -> None:
    members = write_members(people(1000))

    def shortened(event: str, number: int, _whom: str) -> None:
        if (event, number) == ("dot", 5):
            write_members(people(5))
        if (event, number) == ("dot", 15):
            members.unlink()

    server = start_server(fault=shortened)

    sent = send(server, members=members)

    assert sent.status == 0, sent.text
    assert sorted(server.taken) == sorted(people(1000))


@pytest.mark.parametrize(
    "text", ["Adresse;Prénom\na@example.org;Ana\n", "Courriel;Prénom\n", "", "a\0b"]
)
def test_a_members_file_that_cannot_be_read_forbids_the_send(
    text: str, start_server, send, workspace
) -> None:
    members = workspace / "membres.csv"
    members.write_text(text, "utf-8")

    sent = send(start_server(), members=members)

    assert sent.status == 1
    assert [problem.path for problem in sent.problems if problem.path == members] == [members]


def test_who_cannot_be_written_to_is_left_out_with_the_reason(
    start_server, send, write_members, ledger_of
) -> None:
    server = start_server()

    sent = send(server, members=write_members(["zoé@example.org", "a@société.example.org", "x"]))

    assert sent.status == 3, sent.text
    assert server.taken == ["a@xn--socit-esab.example.org"]
    assert "there is an accent before the @, which few servers accept" in sent.text
    assert "       1  wrong email address" in sent.lines
    assert ledger_of()["zoé@example.org"][0] == "left-out"


def test_rows_that_cannot_be_read_are_missed_in_the_summary_and_the_status(
    start_server, send, workspace
) -> None:
    members = workspace / "membres.csv"
    swallowed = [f"{letter}@example.org;Zoé" for letter in "cdefg"]
    rows = ["a@example.org;Ana", 'b@example.org;"Bo', *swallowed, 'h@example.org;Hé"', "i;Iris"]
    members.write_text("\n".join(["Courriel;Prénom", *rows]), "utf-8")
    server = start_server()

    sent = send(server, members=members)

    assert sent.status == 3
    assert server.taken == ["a@example.org"]
    assert "       7  error in the row (see above)" in sent.lines
    assert "8 unusable rows (error in the row (see above): 7, wrong email address: 1)" in sent.lines


def test_a_correction_goes_to_those_who_got_the_first_and_follows_it(
    start_server, send, write_members, people, june
) -> None:
    server = start_server(
        fault=lambda event, number, _: b"550 5.1.1 no" if (event, number) == ("rcpt", 2) else None
    )
    send(server, members=write_members(people(3)))
    server.taken.clear()

    corrected = send(
        server,
        members=write_members(people(5)),
        file=june,
        only_those_who_got=Path("issues/essai.yaml"),
    )

    assert corrected.status == 0, corrected.text
    assert server.taken == [people(3)[0], people(3)[2]]
    assert "     3  did not receive the first issue" in corrected.text
    first, correction = server.messages[0], server.messages[2]
    assert header(correction, b"References") == header(first, b"Message-ID")
    assert header(correction, b"In-Reply-To") == header(first, b"Message-ID")


def test_a_correction_goes_to_whoever_may_have_the_first_since_a_sender_died(
    start_server, send, write_members, people, june, workspace
) -> None:
    server = start_server()
    send(server, members=write_members(people(3)))
    in_flight = "UPDATE deliveries SET state = 'attempting' WHERE address = '{}'"
    execute(workspace, in_flight.format(people(3)[0]))
    to_those = {"file": june, "only_those_who_got": Path("issues/essai.yaml")}

    tried = send(server, members=write_members(people(3)), **to_those, dry_run=True)

    assert "messages prepared: 3" in tried.text


def test_a_correction_of_what_was_never_sent_is_refused(
    start_server, send, write_members, people
) -> None:
    sent = send(
        start_server(), members=write_members(people(2)), only_those_who_got=Path("issues/avril")
    )

    assert sent.status == 2
    assert "nobody is known to have received issues/avril" in sent.text


def header(message: bytes, name: bytes) -> bytes:
    return next(
        line.partition(b": ")[2] for line in message.split(b"\r\n") if line.startswith(name + b":")
    )


def test_what_was_sent_is_kept_without_any_address(
    start_server, send, write_members, people, workspace
) -> None:
    send(start_server(), members=write_members(people(3)))

    [record] = (workspace / "sent").glob("essai/sent.json")
    said = json.loads(record.read_text("utf-8"))
    [(variant, count)] = said["variants"].items()
    files = sorted(path.name for path in (record.parent / variant).glob("*"))
    everything = b"".join(
        path.read_bytes() for path in (workspace / "sent").rglob("*") if path.is_file()
    )
    assert (said["issue"], said["date"][:10], count) == ("essai", "2025-05-02", 3)
    assert files == ["email.html", "email.txt", "images", "subject.txt"]
    assert b"((first name | cher membre))" in everything
    assert b"membre0@" not in everything
    assert b"Zo\xc3\xa9" not in everything
