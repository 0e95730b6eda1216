"""`newsletter doctor`, whole: what it says, and how it ends."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.commands.doctor import doctor as run_doctor
from newsletter.doctor.examination import look_at_envelope
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Level
from tests.dns_server import SERVFAIL, SILENCE, text
from tests.mail_server import SECRET
from tests.surroundings import around

ZONE = {
    "example.org": [text("v=spf1 a:localhost ~all"), "MX 10 mx.example.org."],
    "mx.example.org": ["A 192.0.2.1"],
    "_dmarc.example.org": [text("v=DMARC1; p=quarantine")],
    "localhost": ["A 127.0.0.1"],
}
Doctor = Callable[..., tuple[int, str]]


@pytest.fixture(name="doctor")
def make_doctor(workspace: Path, dns_with, settings_say) -> Doctor:
    def doctor(
        server=None, *, zone=ZONE, smtp="", sender=None, members=None, ask=None, **environment
    ):
        if server is not None:
            settings_say(f"smtp: {{host: localhost, port: {server.port}, security: none{smtp}}}")
        lines: list[str] = []
        status = run_doctor(
            around(
                workspace,
                environment=environment,
                tell=lines.append,
                show=lambda problems: lines.extend(each.message for each in problems),
                ask=ask,
            ),
            sender,
            members,
            dns=dns_with(zone),
        )
        return status, "\n".join(lines)

    return doctor


def lets_in(event: str, _number: int, _address: str) -> bytes | None:
    return b"235 welcome" if event == "auth" else None


def refuses(event: str, _number: int, _address: str) -> bytes | None:
    return b"535 5.7.8 no" if event == "auth" else None


def test_where_nothing_is_wrong_it_ends_with_0(doctor: Doctor, start_server) -> None:
    status, told = doctor(start_server())

    assert status == 0, told
    assert "  ok: SPF, the list of servers that may send for example.org, has localhost" in told
    assert told.endswith("nothing is wrong")


def test_it_begins_with_the_test_that_can_be_sent_and_ends_with_what_members_wait_for(
    doctor: Doctor, start_server, workspace
) -> None:
    settings = workspace / "newsletter.yaml"
    settings.write_text(settings.read_text("utf-8").replace("rules: {starter-text: off}", ""))

    status, told = doctor(start_server())

    assert status == 0, told
    assert told.index("a test can be sent now: newsletter send") < told.index("SPF")
    assert "texts are still the example, the first at " in told.splitlines()[-1]


def test_nothing_is_sent(doctor: Doctor, start_server) -> None:
    server = start_server()

    doctor(server)

    assert "mail" not in server.counts
    assert server.taken == []


def test_what_is_wrong_comes_with_the_record_to_paste_and_ends_with_1(
    doctor: Doctor, start_server
) -> None:
    zone = {name: records for name, records in ZONE.items() if name != "_dmarc.example.org"}

    status, told = doctor(start_server(), zone=zone)

    assert status == 1
    assert '      _dmarc.example.org. IN TXT "v=DMARC1; p=none"' in told
    assert told.endswith("1 thing to put right before sending to members")


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ({}, "the domain example.org does not exist"),
        ({"example.org": SILENCE}, "the DNS did not answer in time about example.org"),
        ({"example.org": SERVFAIL}, "the DNS servers of example.org answer with an error"),
    ],
)
def test_a_domain_of_which_nothing_is_known_is_told_once(
    zone, words, doctor: Doctor, start_server
) -> None:
    status, told = doctor(start_server(), zone=zone)

    assert status == 1
    assert told.count(words) == 1


@pytest.mark.parametrize(
    ("answer", "password", "words"),
    [
        (lets_in, "secret", "ok: it accepts the login of 'presse'"),
        (refuses, "secret", "localhost refused the password of 'presse'"),
        (lets_in, "", "there is no password for 'presse'"),
    ],
)
def test_the_password_is_tried(answer, password, words, doctor: Doctor, start_server) -> None:
    server = start_server(extensions=("AUTH PLAIN",), fault=answer)

    status, told = doctor(server, smtp=", user: presse", NEWSLETTER_SMTP_PASSWORD=password)

    assert words in told
    assert status == int("ok: it accepts" not in told)


@pytest.mark.parametrize(("typed", "is_run"), [("yes", True), ("no", False), (None, False)])
def test_the_program_for_a_token_is_asked_for_as_send_does(
    typed, is_run, doctor: Doctor, start_server, tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    program = f"open({str(tmp_path / 'ran')!r}, 'w'); print('a-token')"
    server = start_server(extensions=("AUTH XOAUTH2",), fault=lets_in)

    doctor(
        server,
        smtp=f', user: presse, token_command: [{sys.executable}, "-c", "{program}"]',
        ask=typed and (lambda _question: typed),
    )

    assert (tmp_path / "ran").exists() == is_run


def test_a_server_that_is_not_there_does_not_keep_the_rest_from_being_looked_at(
    doctor: Doctor, settings_say
) -> None:
    settings_say("smtp: {host: localhost, port: 1, security: none}")

    status, told = doctor()

    assert status == 1
    assert "error: localhost cannot be reached" in told
    assert "has localhost" in told


def test_settings_without_a_server_are_told(doctor: Doctor) -> None:
    status, told = doctor()

    assert status == 1
    assert "error: newsletter.yaml has no server to send through" in told


def test_each_sender_is_looked_at_or_the_one_that_is_named(
    doctor: Doctor, start_server, workspace
) -> None:
    settings = workspace / "newsletter.yaml"
    second = "senders:\n  presse: {name: Presse, email: presse@absent.org}\n"
    settings.write_text(settings.read_text("utf-8").replace("senders:\n", second), "utf-8")
    server = start_server()

    assert doctor(server)[0] == 1
    assert doctor(sender="default")[0] == 0
    with pytest.raises(NewsletterError, match="there is no sender 'press'") as told:
        doctor(sender="press")
    assert told.value.hint == "did you mean 'presse'?"


def test_a_pace_is_told_with_the_time_that_the_members_take(
    doctor: Doctor, start_server, write_members, people
) -> None:
    members = write_members(people(600))

    _status, told = doctor(start_server(), smtp=", rate: 10/minute", members=members)

    assert "membres.csv: 600 recipients, about 60 min" in told


def test_a_members_file_without_addresses_is_told(doctor: Doctor, start_server, workspace) -> None:
    (workspace / "membres.csv").write_text("Nom\nZoé\n", "utf-8")

    status, told = doctor(start_server(), members=workspace / "membres.csv")

    assert status == 1
    assert "Courriel" in told


def test_a_key_that_is_not_there_is_told(doctor: Doctor, start_server, settings_say) -> None:
    settings_say("dkim: {selector: lettre, domain: example.org}")

    status, told = doctor(start_server())

    assert status == 1
    assert "a test can be sent now" not in told
    assert "NEWSLETTER_DKIM_KEY_FILE is not set" in told
    assert "lettre._domainkey.example.org, where email programs look for the signing key" in told


def test_a_sender_s_own_server_and_key_are_looked_at_by_their_own_secrets(
    doctor: Doctor, start_server, workspace
) -> None:
    server = start_server(extensions=("AUTH PLAIN",), fault=lets_in)
    settings = workspace / "newsletter.yaml"
    own = (
        "senders:\n  bretagne:\n    name: Bretagne\n    email: bretagne@example.org\n"
        f"    smtp: {{host: localhost, port: {server.port}, security: none, user: b}}\n"
        "    dkim: {selector: b, domain: example.org}\n"
    )
    settings.write_text(settings.read_text("utf-8").replace("senders:\n", own), "utf-8")

    _status, told = doctor(start_server(), NEWSLETTER_SMTP_PASSWORD_BRETAGNE="secret")  # noqa: S106

    assert "The outgoing server (bretagne)" in told
    assert "ok: it accepts the login of 'b'" in told
    assert told.count("b._domainkey.example.org, where email programs look") == 1
    assert "NEWSLETTER_DKIM_KEY_FILE_BRETAGNE is not set" in told


def test_it_says_whether_the_server_names_what_comes_back(doctor: Doctor, start_server) -> None:
    _status, told = doctor(start_server(extensions=("DSN",)))

    assert "  ok: localhost names the email in what comes back of it (DSN)" in told


def test_it_says_where_the_server_does_not(doctor: Doctor, start_server) -> None:
    _status, told = doctor(start_server())

    assert "localhost does not offer DSN" in told
    assert "add verp: true under bounces:" in told


def test_it_says_what_an_address_of_each_mail_s_own_needs(
    doctor: Doctor, start_server, settings_say
) -> None:
    zone = ZONE | {"retours.example.org": [text("v=spf1 -all"), "MX 10 mx.example.org."]}
    settings_say("bounces: {address: retours@retours.example.org, verp: true}")
    server = start_server()

    _status, told = doctor(server, zone=zone, NEWSLETTER_SECRET=SECRET)

    assert "each email comes back to an address of its own: retours+…@retours.example.org" in told
    assert "a mail to retours+essai@retours.example.org arrives" in told
    assert "retours.example.org has an SPF record" in told
    assert server.counts.get("mail") is None


@pytest.mark.parametrize("host", ["smtp.office365.com", "smtp-relay.brevo.com"])
def test_a_server_that_writes_its_own_envelope_is_known(host: str) -> None:
    found = list(look_at_envelope(host, offers_dsn=True, returns_to="retours+{token}@example.org"))

    assert found[-1].level is Level.WARNING
    assert found[-1].hint == "remove verp: true"
