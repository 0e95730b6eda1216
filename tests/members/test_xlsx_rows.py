"""A members file that Excel saved as a workbook."""

import re
import sys
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from random import Random

import pytest
from openpyxl import Workbook

from newsletter.members.members_file import MembersFile
from newsletter.members.rows import UnreadableMembersError
from newsletter.members.xlsx_rows import MAX_UNPACKED_MEGABYTES, xlsx_rows
from newsletter.problems.errors import NewsletterError
from newsletter.settings.settings import Settings

WriteSheet = Callable[[Sequence[Sequence[object]]], Path]


@pytest.fixture(name="write")
def make_write(tmp_path: Path) -> WriteSheet:
    def write(rows: Sequence[Sequence[object]]) -> Path:
        workbook = Workbook()
        for row in rows:
            workbook.active.append(list(row))
        workbook.save(tmp_path / "membres.xlsx")
        return tmp_path / "membres.xlsx"

    return write


def with_part_changed(path: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    parts[name] = change(parts[name])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in parts.items():
            archive.writestr(each, content)


def test_a_workbook_is_read_and_its_faults_have_row_and_column(
    settings: Settings, write: WriteSheet
) -> None:
    rows = [["Ana", "ana"], [None, "zoe@example.org"], ["Léo", "leo@example.org", "x"]]
    path = write([["Prénom", "Courriel"], [], ["Zoé", "zoe@example.org"], *rows])
    members = MembersFile(path, settings)

    recipients = list(members)

    assert [(each.line, each.values) for each in recipients] == [
        (3, {"first name": "Zoé", "email": "zoe@example.org"})
    ]
    assert [(*each.position, each.rule) for each in members.problems] == [
        (4, 2, "email"),
        (5, 2, "duplicate"),
        (6, 3, "cell-count"),
    ]


def test_texts_that_cells_share_are_read_as_excel_writes_them(write: WriteSheet) -> None:
    path = write([["a"], ["b"]])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(
            "xl/sharedStrings.xml",
            '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            "<si><t>Courriel</t></si><si><r><t>zoe@</t></r><r><t>example.org</t></r></si></sst>",
        )
    with_part_changed(
        path,
        "xl/worksheets/sheet1.xml",
        lambda _xml: (
            b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            b'<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row>'
            b'<row r="3"><c r="A3" t="s"><v>1</v></c></row></sheetData></worksheet>'
        ),
    )
    with_part_changed(
        path,
        "[Content_Types].xml",
        lambda xml: xml.replace(
            b"</Types>",
            b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.'
            b'openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
        ),
    )

    assert [(row.line, row.cells) for row in xlsx_rows(path)] == [
        (1, ["Courriel", ""]),
        (2, ["", ""]),
        (3, ["zoe@example.org", ""]),
    ]


TYPED = {
    "whole number": (12, "12"),
    "number that Excel writes with an exponent": (1e16, "10000000000000000"),
    "number": (1.5, "1.5"),
    "day": (date(2025, 2, 12), "2025-02-12"),
    # Excel knows no zone.
    "day and hour": (datetime(2025, 2, 12, 18, 30), "2025-02-12 18:30:00"),  # noqa: DTZ001
    "nothing": (None, ""),
}


@pytest.mark.parametrize("case", TYPED)
def test_a_cell_is_read_as_text(case: str, write: WriteSheet) -> None:
    value, text = TYPED[case]

    [_headings, row] = xlsx_rows(write([["a", "b"], [value, "x"]]))

    assert row.cells == [text, "x", ""]


def test_of_a_formula_its_last_result_is_read(write: WriteSheet) -> None:
    path = write([["a"], ["=1+1"]])
    empty = re.compile(rb"<v ?/>|<v></v>")
    with_part_changed(path, "xl/worksheets/sheet1.xml", lambda xml: empty.sub(b"<v>2</v>", xml))

    assert [row.cells for row in xlsx_rows(path)] == [["a", ""], ["2", ""]]


def test_a_sheet_that_says_it_is_as_wide_as_excel_can_is_read_as_it_is(write: WriteSheet) -> None:
    path = write([["a", "b"], ["c", "d"]])
    with_part_changed(
        path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"A1:B2", b"A1:XFD1048576")
    )

    assert [row.cells for row in xlsx_rows(path)] == [["a", "b", ""], ["c", "d", ""]]


@pytest.mark.parametrize("place", [(b'r="2"', b'r="9999999999"'), (b'r="A2"', b'r="ZZZZZZZ2"')])
def test_a_row_or_column_that_no_sheet_has_neither_hangs_nor_fills_the_memory(
    place: tuple[bytes, bytes], settings: Settings, write: WriteSheet
) -> None:
    path = write([["Courriel"], ["zoe@example.org"]])
    with_part_changed(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(*place))

    assert list(MembersFile(path, settings)) == []


def test_a_workbook_with_two_filled_sheets_is_refused_by_their_names(tmp_path: Path) -> None:
    workbook = Workbook()
    workbook.create_sheet("Vide")
    for name in ("Bretagne", "Occitanie"):
        workbook.create_sheet(name).append(["Courriel"])
    workbook.save(tmp_path / "membres.xlsx")

    with pytest.raises(UnreadableMembersError, match="'Bretagne', 'Occitanie'"):
        list(xlsx_rows(tmp_path / "membres.xlsx"))


def test_an_empty_workbook_is_told(settings: Settings, write: WriteSheet) -> None:
    members = MembersFile(write([]), settings)

    assert list(members) == []
    assert [each.message for each in members.problems] == ["the file is empty"]


def test_text_that_is_called_a_workbook_is_told(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "membres.xlsx").write_text("Courriel\nzoe@example.org\n")
    members = MembersFile(tmp_path / "membres.xlsx", settings)

    assert list(members) == []
    assert "damaged or not an Excel workbook" in members.problems[0].message


def test_a_damaged_workbook_is_one_problem_at_most_and_never_a_traceback(
    settings: Settings, write: WriteSheet
) -> None:
    path = write([["Courriel", "Prénom"], *([f"a{n}@example.org", "A"] for n in range(200))])
    whole = path.read_bytes()
    random = Random(1)  # noqa: S311 - the same damages on every run

    for _time in range(150):
        damaged = bytearray(
            whole[: random.randrange(len(whole)) if random.random() < 0.2 else None]
        )
        for _byte in range(random.randrange(4)):
            damaged[random.randrange(len(damaged))] = random.randrange(256)
        path.write_bytes(damaged)
        members = MembersFile(path, settings)
        list(members)
        assert sum(each.rule == "members-file" for each in members.problems) <= 1


@pytest.mark.parametrize(
    "part",
    [
        "xl/workbook.xml",
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
        "[Content_Types].xml",
        "xl/_rels/workbook.xml.rels",
    ],
)
def test_a_workbook_with_a_damaged_part_is_one_problem(
    part: str, settings: Settings, write: WriteSheet
) -> None:
    path = write([["Courriel", "Prénom"], ["zoe@example.org", "Zoé"]])
    random = Random(2)  # noqa: S311 - the same damages on every run
    with zipfile.ZipFile(path) as archive:
        whole = archive.read(part)

    for _time in range(60):
        start = random.randrange(len(whole))
        end = start + random.randrange(1, 40)
        with_part_changed(path, part, lambda _xml, s=start, e=end: whole[:s] + whole[e:])
        members = MembersFile(path, settings)
        list(members)
        assert sum(each.rule == "members-file" for each in members.problems) <= 1


def test_a_workbook_that_unpacks_to_far_more_than_members_is_refused(
    settings: Settings, write: WriteSheet
) -> None:
    path = write([["Courriel"], ["zoe@example.org"]])
    blank = b" " * (MAX_UNPACKED_MEGABYTES * 1024**2)
    with_part_changed(path, "xl/worksheets/sheet1.xml", lambda xml: xml + blank)
    assert path.stat().st_size < 1_000_000
    members = MembersFile(path, settings)

    assert list(members) == []
    assert "far too large for a members file" in members.problems[0].message


def test_without_the_library_one_is_told_what_to_install(
    settings: Settings, write: WriteSheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write([["Courriel"]])
    monkeypatch.setitem(sys.modules, "openpyxl", None)

    with pytest.raises(NewsletterError) as told:
        list(MembersFile(path, settings))

    assert told.value.hint == "save the file as CSV UTF-8, or run: make build"
