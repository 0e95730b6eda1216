"""The rows that could not be used: counted by reason, in a file to mend and give back."""

import csv
from pathlib import Path

import pytest

from newsletter.i18n import use_language
from newsletter.members.rows import csv_rows

ROWS = (
    "Courriel;Prénom;CP",
    "a@example.org;Ana;01000",
    "b@example;Bo;01000",
    ";Cy;=1+1",
    'd@example;"Dé; dit ""D""";2',
    'e@example.org;"E;3',
    'f@example.org;"F;4',
)


@pytest.fixture(name="members")
def members_with_faults(workspace: Path) -> Path:
    path = workspace / "membres.csv"
    path.write_text("\n".join(ROWS), "utf-8")
    return path


def test_the_rows_left_out_are_in_a_file_that_its_owner_alone_reads(
    send, members, workspace
) -> None:
    use_language("fr")

    sent = send(members=members, outbox=workspace / "boite")

    path = workspace / "rejets.csv"
    assert path.stat().st_mode & 0o777 == 0o600
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert rows == [
        ["motif", "Courriel", "Prénom", "CP"],
        ["«\u00a0b@example\u00a0» n’est pas une adresse mail", "b@example", "Bo", '="01000"'],
        [rows[2][0], "", "Cy", '="=1+1"'],
        ["«\u00a0d@example\u00a0» n’est pas une adresse mail", "d@example", 'Dé; dit "D"', "2"],
        [rows[4][0], "e@example.org", "E", "3"],
        [rows[4][0], "f@example.org", "F", "4"],
    ]
    told = next(line for line in sent.lines if "inutilisables" in line)
    assert told.startswith("5 lignes inutilisables (")
    assert "adresse mail fausse\u00a0: 2, " in told
    assert told.endswith("rejets.csv")


def test_the_file_can_be_given_back_once_mended(send, members, workspace) -> None:
    send(members=members, outbox=workspace / "boite")
    given_back = workspace / "rejets.csv"
    mended = given_back.read_text("utf-8-sig").replace("b@example,", "b@example.org,")
    given_back.write_text(mended, "utf-8-sig")

    sent = send(members=given_back, outbox=workspace / "boite")

    assert "3 recipients" in sent.text
    assert given_back.read_text("utf-8-sig") == mended
    [headings, *rows] = csv_rows(workspace / "rejets-2.csv")
    assert headings.cells == ["reason", "Courriel", "Prénom", "CP"]
    assert [row.cells[1:] for row in rows] == [
        ["", "Cy", "=1+1"],
        ["d@example", 'Dé; dit "D"', "2"],
    ]


def test_after_the_send_it_goes_to_those_of_the_mended_file_alone(
    start_server, send, members, workspace
) -> None:
    server = start_server()
    send(server, members=members)
    given_back = workspace / "rejets.csv"
    mended = given_back.read_text("utf-8-sig").replace("b@example,", "b@example.org,")
    given_back.write_text(mended, "utf-8-sig")

    send(server, members=given_back, resume=True)

    assert server.taken == [f"{letter}@example.org" for letter in "abef"]


def test_no_link_in_its_place_is_followed(send, members, workspace, tmp_path) -> None:
    (tmp_path / "autre").write_text("à quelqu’un d’autre", "utf-8")
    (workspace / "rejets.csv").symlink_to(tmp_path / "autre")

    send(members=members, outbox=workspace / "boite")

    assert (tmp_path / "autre").read_text("utf-8") == "à quelqu’un d’autre"
    assert not (workspace / "rejets.csv").is_symlink()


def test_where_every_row_can_be_used_no_file_is_written(send, members, workspace) -> None:
    members.write_text("\n".join(ROWS[:2]), "utf-8")

    send(members=members, outbox=workspace / "boite")

    assert not (workspace / "rejets.csv").exists()


def test_every_problem_is_told_on_demand(send, members, workspace) -> None:
    rows = [ROWS[0], ROWS[1], *(f"faux{number};F;" for number in range(50))]
    members.write_text("\n".join(rows), "utf-8")

    some = send(members=members, outbox=workspace / "boite")
    everything = send(members=members, outbox=workspace / "boite", all_problems=True)

    assert sum(each.rule == "email" for each in some.problems) == 20 + 1
    assert sum(each.rule == "email" for each in everything.problems) == 50


def test_mails_in_an_outbox_are_their_owner_s_alone(send, members, workspace) -> None:
    send(members=members, outbox=workspace / "boite")

    [mail] = (workspace / "boite").rglob("*.eml")
    assert mail.stat().st_mode & 0o777 == 0o600
    assert mail.parent.stat().st_mode & 0o777 == 0o700
