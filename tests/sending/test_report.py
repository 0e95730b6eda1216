"""What a report tells, to people, to a spreadsheet and to programs; and what a purge leaves."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter import i18n
from newsletter.commands.ledger import purge
from newsletter.commands.report import report
from newsletter.problems.errors import NewsletterError
from tests.ledgers import content_of, execute, lose_ledger
from tests.surroundings import around


def told(workspace: Path, output_format: str = "text") -> list[str]:
    lines: list[str] = []
    report(
        around(workspace, tell=lines.append), Path("issues/essai.yaml"), output_format=output_format
    )
    return lines


@pytest.fixture(name="_sent_to_three")
def send_to_three(start_server, send, write_members, people) -> None:
    server = start_server(
        fault=lambda event, count, _: b"550 5.1.1 =no" if (event, count) == ("rcpt", 2) else None
    )
    send(server, members=write_members(people(3)))


@pytest.mark.usefixtures("_sent_to_three")
def test_a_report_says_who_and_why(workspace) -> None:
    assert told(workspace) == [
        "essai, sending started 2 May 2025, 11:00",
        "     2  accepted by the server",
        "     1  refused",
        "",
        "refused:",
        "  membre1@example.org  550 5.1.1 =no",
    ]
    table = [re.sub(r",[0-9a-f]{12},", ",VARIANT,", line) for line in told(workspace, "csv")]
    assert table == [
        "\ufeffaddress,state,code,what the server said,attempts,last attempt,next attempt,"
        "came back as,list,variant,audience",
        "membre0@example.org,accepted by the server,250,taken,1,2025-05-02 11:00:00,,,,VARIANT,",
        "membre1@example.org,refused,550,5.1.1 =no,1,2025-05-02 11:00:00,,,,VARIANT,",
        "membre2@example.org,accepted by the server,250,taken,1,2025-05-02 11:00:00,,,,VARIANT,",
    ]
    assert [json.loads(line)["state"] for line in told(workspace, "json")] == [
        "accepted", "refused", "accepted",
    ]  # fmt: skip


@pytest.mark.usefixtures("_sent_to_three")
def test_a_table_for_a_french_spreadsheet_speaks_french_and_splits_at_semicolons(workspace) -> None:
    i18n.use_language("fr")

    heading, first, *_others = told(workspace, "csv")

    assert heading.startswith("\ufeffadresse;état;code;")
    assert re.sub("[0-9a-f]{12}", "VARIANT", first) == (
        "membre0@example.org;accepté par le serveur;250;taken;1;2025-05-02 11:00:00;;;;VARIANT;"
    )


def test_a_report_counts_who_is_left_out_for_the_same_reason(
    start_server, send, write_members, people, workspace
) -> None:
    everyone = people(40)
    (workspace / "unsubscribed.csv").write_text("\n".join(everyone[:30]), "utf-8")
    send(start_server(), members=write_members(everyone))

    lines = told(workspace)

    assert lines[-22:] == [
        "skipped:",
        *(f"  {address}  unsubscribed" for address in everyone[:20]),
        "  and 10 more  unsubscribed  (full list: --format csv)",
    ]


def test_what_was_erased_is_not_sent_again(
    start_server, send, write_members, people, workspace
) -> None:
    server = start_server()
    members = write_members(people(3))
    send(server, members=members)
    purge(around(workspace, now=datetime(2030, 1, 1, tzinfo=UTC)), 0)

    resumed = send(server, members=members, resume=True)

    assert resumed.status == 2
    assert "the addresses for this issue were erased" in resumed.text
    assert server.taken == people(3)


def test_a_report_of_what_was_never_sent_says_so(workspace, send) -> None:
    with pytest.raises(NewsletterError, match="was never sent from here"):
        told(workspace)


@pytest.mark.usefixtures("_sent_to_three")
def test_a_report_without_the_ledger_says_what_is_known(workspace) -> None:
    lose_ledger(workspace)

    assert told(workspace)[0].startswith("this issue was sent on 2 May 2025, but")


@pytest.mark.parametrize("output_format", ["csv", "json"])
@pytest.mark.usefixtures("_sent_to_three")
def test_a_report_for_programs_says_nothing_but_data(output_format, workspace) -> None:
    lose_ledger(workspace)

    with pytest.raises(NewsletterError, match="this issue was sent on 2 May 2025"):
        told(workspace, output_format)


@pytest.mark.usefixtures("_sent_to_three")
def test_a_purge_erases_addresses_and_keeps_the_numbers(workspace) -> None:
    lines: list[str] = []
    day = datetime(2025, 5, 12, tzinfo=UTC)

    purge(around(workspace, now=day, tell=lines.append), 30)
    purge(around(workspace, now=day, tell=lines.append), 5)

    assert lines == ["0 addresses erased", "3 addresses erased"]
    assert told(workspace)[1:3] == ["     2  accepted by the server", "     1  refused"]
    content = content_of(workspace)
    assert not re.search(rb"membre\d", content)


@pytest.mark.parametrize("sign", "=+-@")
def test_a_server_s_words_are_no_formula_in_a_spreadsheet(
    sign: str, start_server, send, write_members, people, workspace
) -> None:
    answer = f"550 {sign}HYPERLINK(1)".encode()
    server = start_server(fault=lambda event, *_: answer if event == "rcpt" else None)
    send(server, members=write_members(people(1)))

    _heading, row = told(workspace, "csv")

    assert row.split(",")[3] == f"'{sign}HYPERLINK(1)"


def test_a_purge_keeps_who_was_tried_lately_of_an_issue_that_began_long_ago(
    start_server, send, write_members, people, workspace
) -> None:
    server = start_server(
        fault=lambda event, count, _: b"550 no" if (event, count) == ("rcpt", 1) else None
    )
    members = write_members(people(2))
    send(server, members=members)
    send(server, members=members, retry_failed=True)
    old = "2025-01-02T09:00:00+00:00"
    execute(workspace, "UPDATE issues SET begun = :old", old=old)
    execute(workspace, "UPDATE deliveries SET tried = :old WHERE address LIKE 'membre1@%'", old=old)
    lines: list[str] = []

    purge(around(workspace, now=datetime(2025, 5, 12, tzinfo=UTC), tell=lines.append), 30)

    assert lines == ["1 address erased"]
    assert any("membre0@example.org" in line for line in told(workspace, "csv"))


AUDIENCES = """audiences: {delegation: [Bretagne, Grand Est], profile: [ESN]}
lists: {adhérents: {file: membres.csv}, presse: {file: journalistes.csv}}
"""


@pytest.fixture(name="delegations_server")
def send_to_delegations(start_server, send, settings_say, workspace):
    """Bretagne has two members, of whom one is refused; a journalist is on a list of their own."""
    settings = workspace / "newsletter.yaml"
    text = settings.read_text("utf-8")
    columns = "columns: {email: Courriel, first name: Prénom, delegation: Délégation,"
    columns += " profile: Profil}"
    settings.write_text(re.sub(r"recipients:\n(  .*\n)+", f"recipients: {{{columns}}}\n", text))
    settings_say(AUDIENCES)
    members = "Courriel;Prénom;Délégation\na@example.org;Zoé;bretagne\n"
    members += "b@example.org;Max;Bretagne\nc@example.org;Léa;Grand Est|Bretagne\n"
    (workspace / "membres.csv").write_text(members, "utf-8")
    press = "Courriel;Prénom;Délégation\np@example.org;Paul;\n"
    (workspace / "journalistes.csv").write_text(press, "utf-8")
    server = start_server(
        fault=lambda _event, _count, whom: b"550 no" if whom[:2] == "b@" else None
    )
    send(server, list_name="adhérents")
    send(server, list_name="presse")
    return server


def test_totals_grow_as_those_who_were_refused_get_it(send, workspace, delegations_server) -> None:
    delegations_server.fault = lambda *_: None

    send(delegations_server, retry_failed=True)

    assert "  Délégation Bretagne  accepted by the server: 3" in told(workspace)


@pytest.mark.usefixtures("delegations_server")
def test_a_report_tells_the_totals_of_each_list_and_of_each_value(workspace) -> None:
    assert told(workspace)[4:9] == [
        "  list 'adhérents'  accepted by the server: 2, refused: 1",
        "  Délégation Bretagne  accepted by the server: 2, refused: 1",
        "  Délégation Grand Est  accepted by the server: 1",
        "  list 'presse'  accepted by the server: 1",
        "  Délégation (empty)  accepted by the server: 1",
    ]
    table = told(workspace, "csv")
    assert [line.split(",")[8] for line in table[1:5]] == ["adhérents"] * 3 + ["presse"]
    assert [line.split(",")[10] for line in table[1:4]] == [
        "(erased)",
        "Délégation: Bretagne",
        "(erased)",
    ]
    assert table[5] == ""
    assert "adhérents,Délégation Bretagne,refused,1" in table
    totals = [json.loads(line) for line in told(workspace, "json")][4:]
    assert totals[1] == {
        "list_name": "adhérents",
        "key": "delegation",
        "value": "Bretagne",
        "counts": {"accepted": 2, "refused": 1},
    }


@pytest.mark.usefixtures("delegations_server")
def test_what_recipients_are_is_told_as_erased_where_it_was(send, workspace) -> None:
    send.time.sleep(31 * 24 * 3600)
    june = workspace / "issues/juin.yaml"
    june.write_text((workspace / "issues/essai.yaml").read_text("utf-8").replace("mai", "juin"))
    send(list_name="presse", file=june)

    lines = told(workspace)

    assert "  Délégation Bretagne  accepted by the server: 2" in lines
    assert "  1 message is not counted here: what its recipient is was erased" in lines
