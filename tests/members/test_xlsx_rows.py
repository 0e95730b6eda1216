"""A members file that Excel saved as a workbook."""

import re
import sys
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from newsletter.i18n import use_language
from newsletter.members.members_file import MembersFile
from newsletter.members.rows import UnreadableMembersError
from newsletter.members.xlsx_rows import MAX_UNPACKED_MEGABYTES, shown_value, xlsx_rows
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Level
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
        (3, {"first name": "Zoé", "email": "zoe@example.org"}),
        (6, {"first name": "Léo", "email": "leo@example.org"}),
    ]
    assert [(*each.position, each.rule) for each in members.problems] == [
        (4, 2, "email"),
        (5, 2, "duplicate"),
        (6, 3, "cell-count"),
    ]


def test_a_remark_beside_the_columns_costs_nobody_the_letter(
    settings: Settings, write: WriteSheet
) -> None:
    members = MembersFile(
        write([["Courriel", "Prénom"], ["zoe@example.org", "Zoé", "à rappeler"]]), settings
    )

    assert len(list(members)) == 1
    [problem] = members.problems
    assert (problem.level, problem.position) == (Level.WARNING, (2, 3))
    assert problem.message == "'à rappeler' has no heading above it: it is not read"


def test_a_row_without_height_is_hidden(settings: Settings, write: WriteSheet) -> None:
    path = write([["Courriel"], ["zoe@example.org"], ["ana@example.org"]])
    flat = b'<row r="3" ht="0" customHeight="1"'
    with_part_changed(
        path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'<row r="3"', flat)
    )

    assert [each.address for each in MembersFile(path, settings)] == ["zoe@example.org"]


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
    "end of line of Windows, as XML has it": ("Zoé_x000D_\nLuc", "Zoé\r\nLuc"),
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


def test_a_formula_that_nobody_computed_is_told_and_not_read_as_empty(
    settings: Settings, write: WriteSheet
) -> None:
    rows = [["Courriel", "Prénom"], ["zoe@example.org", '=B9&"e"'], ['=A9&"@x.fr"', "Ana"]]
    members = MembersFile(write(rows), settings)

    [recipient] = members

    assert recipient.values == {"email": "zoe@example.org"}
    assert [(*each.position, each.rule) for each in members.problems] == [
        (2, 2, "formula"),
        (3, 1, "formula"),
    ]


def test_rows_that_a_filter_hides_get_no_mail_and_are_counted(
    settings: Settings, tmp_path: Path
) -> None:
    workbook = Workbook()
    sheet = workbook.active
    for row in [["Courriel", "Prénom"], *([f"a{n}@example.org", "A"] for n in range(2, 8))]:
        sheet.append(row)
    sheet.auto_filter.ref = "A1:B7"
    for number in (3, 4, 7, 20):
        sheet.row_dimensions[number].hidden = True
    workbook.save(tmp_path / "membres.xlsx")
    members = MembersFile(tmp_path / "membres.xlsx", settings)

    shown = [each.line for each in members]

    assert shown == [2, 5, 6]
    assert members.hidden == 3
    (problem,) = members.problems
    assert (problem.position.line, problem.level) == (3, Level.WARNING)
    assert problem.message == "3 rows are hidden in the sheet, and get no email"


# A sheet in LibreOffice's words: a filter hides row 3, A4 and A5 are merged, A6 has computed an
# empty text, A7 has computed nothing.
OF_LIBREOFFICE = b"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<sheetPr filterMode="true"/><dimension ref="A1:B5"/><sheetData>
<row r="1" customFormat="false" ht="12.8" hidden="false" customHeight="false" outlineLevel="0">
<c r="A1" s="0" t="inlineStr"><is><t>Pr\xc3\xa9nom</t></is></c>
<c r="B1" s="0" t="inlineStr"><is><t>Courriel</t></is></c></row>
<row r="2" customFormat="false" ht="12.8" hidden="false" customHeight="false" outlineLevel="0">
<c r="A2" s="0" t="str"><f aca="false">UPPER(&quot;zo&quot;)</f><v>ZO</v></c>
<c r="B2" s="0" t="inlineStr"><is><t>b2@example.org</t></is></c></row>
<row r="3" customFormat="false" ht="12.8" hidden="true" customHeight="false" outlineLevel="0">
<c r="A3" s="0" t="inlineStr"><is><t>Ana</t></is></c>
<c r="B3" s="0" t="inlineStr"><is><t>b3@example.org</t></is></c></row>
<row r="4" customFormat="false" ht="12.8" hidden="false" customHeight="false" outlineLevel="0">
<c r="A4" s="1" t="inlineStr"><is><t>L\xc3\xa9o</t></is></c>
<c r="B4" s="0" t="inlineStr"><is><t>b4@example.org</t></is></c></row>
<row r="5" customFormat="false" ht="12.8" hidden="false" customHeight="false" outlineLevel="0">
<c r="A5" s="1"/><c r="B5" s="0" t="inlineStr"><is><t>b5@example.org</t></is></c></row>
<row r="6" customFormat="false" ht="12.8" hidden="false" customHeight="false" outlineLevel="0">
<c r="A6" s="0" t="str"><f aca="false">IF(TRUE(),&quot;&quot;)</f><v></v></c>
<c r="B6" s="0" t="inlineStr"><is><t>b6@example.org</t></is></c></row>
<row r="7" customFormat="false" ht="12.8" hidden="false" customHeight="false" outlineLevel="0">
<c r="A7" s="0"><f aca="false">A2&amp;A3</f></c>
<c r="B7" s="0" t="inlineStr"><is><t>b7@example.org</t></is></c></row>
</sheetData><autoFilter ref="A1:B7"/><mergeCells count="1"><mergeCell ref="A4:A5"/></mergeCells>
</worksheet>"""


def test_a_workbook_of_libreoffice_is_read_as_it_shows_it(
    settings: Settings, write: WriteSheet
) -> None:
    path = write([["a"]])
    with_part_changed(path, "xl/worksheets/sheet1.xml", lambda _xml: OF_LIBREOFFICE)
    members = MembersFile(path, settings)

    names = {each.address: each.values.get("first name") for each in members}

    assert names == {
        "b2@example.org": "ZO",
        "b4@example.org": "Léo",
        "b5@example.org": "Léo",
        "b6@example.org": None,
        "b7@example.org": None,
    }
    assert members.hidden == 1
    assert [(each.position.line, each.rule) for each in members.problems] == [
        (7, "formula"),
        (3, "hidden-rows"),
    ]


def test_headings_under_a_title_in_one_cell_are_found(
    settings: Settings, write: WriteSheet
) -> None:
    rows = [["Liste des membres"], [], ["Nom", "Prénom", "Courriel"], ["X", "Zoé", "z@example.org"]]
    members = MembersFile(write(rows), settings)

    assert [each.values["first name"] for each in members] == ["Zoé"]
    assert [(*each.position, each.level) for each in members.problems] == [(3, 1, Level.WARNING)]


def test_cells_merged_over_rows_are_read_in_each_of_them(
    settings: Settings, tmp_path: Path
) -> None:
    workbook = Workbook()
    sheet = workbook.active
    for row in [["Prénom", "Courriel"], *([None, f"a{n}@example.org"] for n in range(2, 6))]:
        sheet.append(row)
    sheet["A3"] = "Zoé"
    sheet.merge_cells("A3:A4")
    sheet["A5"] = "Léo"
    sheet.merge_cells("A5:A900")
    workbook.save(tmp_path / "membres.xlsx")
    members = MembersFile(tmp_path / "membres.xlsx", settings)

    names = [each.values.get("first name") for each in members]

    assert names == [None, "Zoé", "Zoé", "Léo"]
    assert members.problems == []


# What French and English Excel show: value, number format -> text.
SHOWN = [
    (1000, "00000", "01000", "01000"),
    (12, "0", "12", "12"),
    (1.5, "General", "1,5", "1.5"),
    (0.1 + 0.2, "General", "0,3", "0.3"),
    (True, "General", "VRAI", "TRUE"),
    (False, "General", "FAUX", "FALSE"),
    (date(2027, 2, 1), "dd/mm/yyyy", "01/02/2027", "01/02/2027"),
    (date(2027, 2, 1), "[$-40C]dd/mm/yyyy;@", "01/02/2027", "01/02/2027"),
    (date(2027, 2, 1), "mm-dd-yy", "01/02/2027", "01/02/2027"),
]


@pytest.mark.parametrize(("value", "number_format", "french", "english"), SHOWN)
def test_a_value_is_read_as_excel_shows_it(
    value: object, number_format: str, french: str, english: str
) -> None:
    assert shown_value(value, number_format) == (english, True)
    use_language("fr")
    assert shown_value(value, number_format) == (french, True)


DOUBTFUL = [
    (1.5, "# ?/?"),
    (1.5, "0"),
    (601020304, '0#" "##" "##" "##" "##'),
    (0.5, "0%"),
    (1234567, "#,##0"),
    (12, '0" k€"0.0'),
    (3, '[>2]"beaucoup";0'),
    (-3, "00000"),
    (date(2027, 2, 1), "dddd d mmmm yyyy"),
    (datetime(2027, 2, 1, 9, 5), "h:mm AM/PM"),  # noqa: DTZ001
    (timedelta(hours=30), "[h]:mm"),
]


@pytest.mark.parametrize(("value", "number_format"), DOUBTFUL)
def test_what_excel_may_show_otherwise_is_told_at_its_cell(
    value: object, number_format: str, settings: Settings, tmp_path: Path
) -> None:
    workbook = Workbook()
    workbook.active.append(["Courriel", "Prénom"])
    workbook.active.append(["zoe@example.org", value])
    workbook.active["B2"].number_format = number_format
    workbook.save(tmp_path / "membres.xlsx")
    members = MembersFile(tmp_path / "membres.xlsx", settings)

    assert len(list(members)) == 1
    assert [(*each.position, each.rule, each.level) for each in members.problems] == [
        (2, 2, "cell-format", Level.WARNING)
    ]


@given(st.integers(0, 10**12), st.integers(1, 14))
def test_zeros_of_a_format_change_no_number(value: int, count: int) -> None:
    text, is_certain = shown_value(value, "0" * count)

    assert int(text) == value
    assert len(text) >= count
    assert is_certain


@given(
    st.one_of(st.integers(), st.floats(), st.dates(), st.datetimes(), st.just(10**400)),
    st.one_of(st.text('0#.,%-"\\ ydmhs:/[];@', max_size=12), st.just("0.00"), st.just("yyyy")),
)
def test_no_value_and_no_format_stop_the_program(value: object, number_format: str) -> None:
    assert shown_value(value, number_format)


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


def test_what_a_file_is_called_does_not_matter(
    settings: Settings, write: WriteSheet, tmp_path: Path
) -> None:
    (tmp_path / "texte.xlsx").write_text("Courriel\nzoe@example.org\n")
    workbook = write([["Courriel"], ["zoe@example.org"]]).rename(tmp_path / "classeur.csv")

    for path in (tmp_path / "texte.xlsx", workbook):
        assert [each.address for each in MembersFile(path, settings)] == ["zoe@example.org"]


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

    assert told.value.message == "Excel workbooks cannot be read here: openpyxl is missing"
    assert told.value.hint == "run: make build"
