"""The members file as a team exports it: who is read, and what is told, where."""

import codecs
import os
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.members.members_file import MAX_MEGABYTES, MAX_TOLD_OF_A_RULE, MembersFile
from newsletter.members.recipient import read_cell
from newsletter.problems.problem import Fault, Level, Problem
from newsletter.settings.loading import load_settings
from newsletter.settings.settings import Settings
from newsletter.values.model import replaced

WriteMembers = Callable[[str | bytes], Path]
HEADINGS = "Courriel;Prénom;Délégation\n"


@pytest.fixture(name="settings")
def settings_with_audiences(workspace: Path) -> Settings:
    path = workspace / "newsletter.yaml"
    typed = path.read_text("utf-8").replace(
        "    first name: Prénom\n", "    first name: Prénom\n    delegation: Délégation\n"
    )
    path.write_text(f"{typed}\naudiences: {{delegation: [Bretagne, Grand Est]}}\n", "utf-8")
    settings = load_settings(workspace).settings
    assert settings is not None
    return settings


@pytest.fixture(name="write")
def make_write(tmp_path: Path) -> WriteMembers:
    def write(content: str | bytes, name: str = "membres.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def told(problems: list[Problem]) -> list[tuple[int, int, str]]:
    return [(*problem.position, problem.rule) for problem in problems]


def sentence(problem: Problem) -> str:
    return f"{problem.message} ({problem.hint})"


TEXT = "Courriel;Prénom;Délégation\r\nzoe@example.org;Zoé;Grand Est\r\n"
WRITTEN = {
    "Excel in France": TEXT.encode("cp1252"),
    "UTF-8": TEXT.encode(),
    "accents apart, as a Mac has them": unicodedata.normalize("NFD", TEXT).encode(),
    "UTF-8 with its mark": codecs.BOM_UTF8 + TEXT.encode(),
    "UTF-8 with its mark and quotes": b"\xef\xbb\xbf\"Courriel\"" + TEXT[8:].encode(),
    "commas in a heading": b'"a,b,c,d,e";' + TEXT.replace("zoe", "x;zoe").encode(),
    "headings that end in nothing": TEXT.replace("Délégation", "Délégation;;").encode(),
    "Unicode text of Excel": TEXT.replace(";", "\t").encode("utf-16"),
    "UTF-16, the other end first": codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    "commas": TEXT.replace(";", ",").encode(),
    "an old Mac": TEXT.replace("\r\n", "\r").encode(),
    "empty lines": f"\r\n;;\r\n{TEXT}\r\n  ;;\r\n;;\r\n\r\n".encode(),
    "separator named": f"sep=,\r\n{TEXT.replace(';', ',')}".encode(),
    "every cell quoted": re.sub(r"[^;\r\n]+", r'"\g<0>"', TEXT).encode(),
    "other headings": b"courriel ; PRENOM;Nom;D\xc3\xa9l\xc3\xa9gation;\n"
    b"zoe@example.org;Zo\xc3\xa9;X;Grand Est;\n",
    "spaces around": f"{HEADINGS}\u00a0zoe@example.org ; Zoé\u00a0;grand-est\n".encode(),
}  # fmt: skip


@pytest.mark.parametrize("case", WRITTEN)
def test_a_file_is_read_however_it_was_written(
    case: str, settings: Settings, write: WriteMembers
) -> None:
    members = MembersFile(write(WRITTEN[case]), settings)

    [recipient] = members

    assert members.problems == []
    assert recipient.address == "zoe@example.org"
    assert recipient.values["first name"] == "Zoé"
    assert recipient.audience == {"delegation": ("Grand Est",)}


ROW_FAULTS = {
    "no address": (";Zoé;Bretagne", (2, 1, "missing-value"), "this row has no 'email'"),
    "bad address": ("zoe@example;Zoé;", (2, 1, "email"), "'zoe@example' is not an email address"),
    "name and address": (
        '"Zoé ""Z"" <zoe@example.org>";Zoé;',
        (2, 1, "email"),
        "(write only zoe@example.org)",
    ),
    "two addresses": (
        '"zoe@example.org; ana@example.org";Zoé;',
        (2, 1, "email"),
        "more than one address",
    ),
    "shortened number": (
        "zoe@example.org;1,99E+08;",
        (2, 17, "spoilt-number"),
        "'1,99E+08' is a number shortened by Excel",
    ),
    "failed formula": ("zoe@example.org;#REF!;", (2, 17, "formula"), "'#REF!'"),
    "lost accents": ("zoe@example.org;ZoÃ©;", (2, 17, "accents"), "'ZoÃ©'"),
    "lost accents in an address": (
        "zoÃ©@example.org;Zoé;",
        (2, 1, "accents"),
        "'zoÃ©@example.org'",
    ),
    "missing value": (
        "zoe@example.org; ;Bretagne",
        (2, 17, "missing-value"),
        "this row has no 'first name'",
    ),
    "too many cells": (
        "zoe@example.org;Zoé;Bretagne;x",
        (2, 30, "cell-count"),
        "4 cells, but there are 3 headings",
    ),
}


@pytest.mark.parametrize("case", ROW_FAULTS)
def test_a_faulty_row_is_told_at_its_cell_and_left_out(
    case: str, settings: Settings, write: WriteMembers
) -> None:
    row, place, words = ROW_FAULTS[case]
    path = write(f"{HEADINGS}{row}\nana@example.org;Ana;Bretagne\n")
    members = MembersFile(path, settings, needed={"first name"})

    recipients = list(members)

    assert [each.address for each in recipients] == ["ana@example.org"]
    assert told(members.problems) == [place]
    assert words in sentence(members.problems[0])
    assert members.problems[0].level is Level.ERROR
    assert members.left_out.total() == 1


def test_cells_that_excel_left_out_at_the_end_of_a_row_are_empty(
    settings: Settings, write: WriteMembers
) -> None:
    members = MembersFile(write(f"{HEADINGS}zoe@example.org;Zoé\n"), settings)

    recipients = list(members)

    (problem,) = members.problems
    assert [each.values for each in recipients] == [
        {"email": "zoe@example.org", "first name": "Zoé"}
    ]
    assert (problem.rule, problem.level, problem.position) == (
        "cell-count",
        Level.WARNING,
        (2, 17),
    )


def test_a_value_may_be_missing_where_no_text_needs_it(
    settings: Settings, write: WriteMembers
) -> None:
    members = MembersFile(write(f"{HEADINGS}zoe@example.org;;\n"), settings)

    assert [each.values for each in members] == [{"email": "zoe@example.org"}]
    assert members.problems == []


def test_lines_and_columns_count_the_line_breaks_inside_quotation_marks(
    settings: Settings, write: WriteMembers
) -> None:
    path = write(
        f'{HEADINGS}zoe@example.org;"Zoé\nMarie";Bretagne\n\n'
        '"ana@example.org";"Ana\r\nMaria; dite ""A""";Bretagn\n'
    )
    members = MembersFile(path, settings)

    names = [each.values["first name"] for each in members]

    assert names == ["Zoé Marie", 'Ana Maria; dite "A"']
    assert told(members.problems) == [(6, 20, "audience")]


def test_a_value_of_an_audience_that_the_settings_lack_is_a_warning(
    settings: Settings, write: WriteMembers
) -> None:
    members = MembersFile(write(f"{HEADINGS}zoe@example.org;Zoé;Bretange | grand est\n"), settings)

    [recipient] = members

    assert recipient.audience == {"delegation": ("Grand Est",)}
    assert told(members.problems) == [(2, 21, "audience")]
    assert "did you mean 'Bretagne'?" in sentence(members.problems[0])
    assert members.problems[0].level is Level.WARNING


def test_an_address_counts_once_and_the_second_row_is_told_with_the_line_of_the_first(
    settings: Settings, write: WriteMembers
) -> None:
    path = write(f"{HEADINGS}Zoe@example.org;Zoé;\nana@example.org;Ana;\nzoe@EXAMPLE.org ;Z;\n")
    members = MembersFile(path, settings)

    recipients = list(members)

    assert [(each.line, each.address) for each in recipients] == [
        (2, "Zoe@example.org"),
        (3, "ana@example.org"),
    ]
    assert told(members.problems) == [(4, 1, "duplicate")]
    assert "is already on line 2" in members.problems[0].message
    assert members.problems[0].level is Level.WARNING
    assert (members.duplicates, members.left_out.total()) == (1, 0)


def test_a_row_that_is_left_out_does_not_make_the_next_one_a_duplicate(
    settings: Settings, write: WriteMembers
) -> None:
    path = write(f"{HEADINGS}zoe@example.org;1,5E+10;\nzoe@example.org;Zoé;\n")

    assert [each.line for each in MembersFile(path, settings, needed={"first name"})] == [3]


PLACEHOLDERS = (
    "N/A", "n/a", "#N/A", "#N/D", "-", "—", ".", "…", "?", "??", "null", "NULL", "(vide)", "NaN",
    "inconnu", "Inconnue", "non renseigné", "NC", "n.c.", "à compléter", "_", "Néant", "xxx",
    "n.c", "N / A", "S.O.", "s/o", "Non-renseigné", "[vide]", "<null>", "\\N", "à préciser", "TBD",
    "sans objet", "non précisée", "\u200e-\u202c",
)  # fmt: skip


@pytest.mark.parametrize("typed", PLACEHOLDERS)
def test_nobody_is_greeted_as_n_a(typed: str, settings: Settings, write: WriteMembers) -> None:
    members = MembersFile(write(f"{HEADINGS}zoe@example.org;{typed};Bretagne\n"), settings)

    [recipient] = members

    assert "first name" not in recipient.values
    assert told(members.problems) == [(2, 17, "missing-value")]
    assert members.problems[0].level is Level.WARNING


MISREAD = [
    *(("utf-8", other) for other in ("cp1252", "latin-1", "mac_roman", "cp850", "cp437")),
    *(("cp1252", other) for other in ("mac_roman", "cp850")),
    *((other, "cp1252") for other in ("mac_roman", "cp850", "cp437")),
]


@pytest.mark.parametrize(("written", "read"), MISREAD)
@pytest.mark.parametrize("name", ["Jérôme", "Bérénice", "Hélène", "Rhône"])
def test_nobody_is_greeted_in_letters_of_another_encoding(
    name: str, written: str, read: str
) -> None:
    misread = name.encode(written, "replace").decode(read, "replace")

    assert fault_of(misread) == fault_of(f"un {misread}") == "accents"


@pytest.mark.parametrize(
    "typed",
    ["ZoÃƒÂ©", "Å’uvre", "ÃŽle", "NÂ°5", "d\x92Azur", "Ren&eacute;", "L&#39;Oréal", "Zo\ufffd"],
)
def test_nobody_is_greeted_in_letters_mistaken_twice_or_as_the_web_has_them(typed: str) -> None:
    assert fault_of(typed) == "accents"


OF_OTHER_LANGUAGES = (
    "João", "JOÃO", "Žižek", "ŠTĚPÁN", "Ángel Núñez", "hÁise", "MonÎle", "SacréCœur", "ŁÓDŹ",
    "L´Haÿ", "R&D", "Dupont & fils; Durand", "Ɣedzeƒe", "d’Azur", "Joël…", "Nguyễn Văn Đức",
)  # fmt: skip


@pytest.mark.parametrize("typed", OF_OTHER_LANGUAGES)
def test_a_name_of_another_language_keeps_its_letters(typed: str) -> None:
    assert read_cell(typed) == typed


def test_a_control_character_reaches_no_mail() -> None:
    assert read_cell("Zoé\x07\u2028Luc\x00") == "Zoé Luc"


def fault_of(cell: str) -> str:
    read = read_cell(cell)
    return read.rule if isinstance(read, Fault) else read


@pytest.mark.parametrize("typed", ["Na", "Nan", "Jo", "M. A.", "李", "Vient-elle ? oui"])
def test_a_short_first_name_is_no_placeholder(
    typed: str, settings: Settings, write: WriteMembers
) -> None:
    [recipient] = MembersFile(write(f"{HEADINGS}zoe@example.org;{typed};\n"), settings)

    assert recipient.values["first name"] == typed


def test_a_region_that_is_spelt_as_a_placeholder_is_that_region(
    workspace: Path, settings: Settings, write: WriteMembers
) -> None:
    settings = replaced(settings, audiences={"delegation": ("NC", "Bretagne")})

    [recipient] = MembersFile(write(f"{HEADINGS}zoe@example.org;Zoé;nc\n"), settings)

    assert recipient.audience == {"delegation": ("NC",)}


@pytest.mark.parametrize(
    "typed",
    ["#REF!", "#NOM?", "#BLOQUÉ!", "Err:502", "=A2", "1,99E+08", "RÃ©union", "?", "R?union"],
)
def test_a_bad_cell_of_an_audience_costs_nobody_the_national_letter(
    typed: str, settings: Settings, write: WriteMembers
) -> None:
    members = MembersFile(write(f"{HEADINGS}zoe@example.org;Zoé;{typed}\n"), settings)

    [recipient] = members

    assert recipient.audience == {}
    assert [each.level for each in members.problems] == [Level.WARNING]


LOST = (
    "ZoŽ", "Fran‡ois", "Zo‚", "HŠlŠne", "Ren‚", "‚lodie",  # old Macs, MS-DOS as Windows-1252
    "Zo√©", "Zo├®",  # UTF-8 as theirs
    "Ren?", "Fran?ois", "H?l?ne", "?lodie", "Jean-Fran?ois", "B?n?dicte D?sir?",  # ASCII
)  # fmt: skip


@pytest.mark.parametrize("typed", LOST)
def test_nobody_is_greeted_as_zo_and_a_wrong_letter(
    typed: str, settings: Settings, write: WriteMembers
) -> None:
    members = MembersFile(write(f"{HEADINGS}zoe@example.org;{typed};\n"), settings)

    [recipient] = members

    assert "first name" not in recipient.values
    assert told(members.problems) == [(2, 17, "accents")]


def test_zeros_that_an_export_keeps_in_a_formula_are_read(
    settings: Settings, write: WriteMembers
) -> None:
    path = write('="Courriel";="Prénom"\n="zoe@example.org";="0601 dite ""Zoé"""\n')

    [recipient] = MembersFile(path, settings)

    assert recipient.values == {"email": "zoe@example.org", "first name": '0601 dite "Zoé"'}


def test_a_quotation_mark_that_swallows_rows_is_told_where_it_begins(
    settings: Settings, write: WriteMembers
) -> None:
    path = write(f'{HEADINGS}zoe@example.org;Zoé;"Bretagne\nana@example.org;Ana;Bretagne\n')
    members = MembersFile(path, settings)

    assert list(members) == []
    assert told(members.problems) == [(2, 1, "quotation-mark")]


def test_a_quotation_mark_that_swallows_the_whole_file_is_told(
    settings: Settings, write: WriteMembers
) -> None:
    rows = "".join(f"a{number}@example.org;A;Bretagne\n" for number in range(6000))
    members = MembersFile(write(f'{HEADINGS}b@example.org;B;\nc@example.org;"C;\n{rows}'), settings)

    assert [each.address for each in members] == ["b@example.org"]
    assert told(members.problems) == [(3, 1, "quotation-mark")]


def test_of_many_faults_of_a_rule_the_first_are_told_and_the_others_counted(
    settings: Settings, write: WriteMembers
) -> None:
    count = MAX_TOLD_OF_A_RULE + 5
    rows = "".join(f"a{number};A;\n" for number in range(count))
    members = MembersFile(write(f"{HEADINGS}{rows}zoe@example.org;Zoé;Corse\n"), settings)

    assert len(list(members)) == 1
    *first, unknown, more = members.problems
    assert [each.rule for each in first] == ["email"] * MAX_TOLD_OF_A_RULE
    assert unknown.rule == "audience"
    assert more.message == "from here on there are 5 more problems of this kind"
    assert more.position.line == MAX_TOLD_OF_A_RULE + 2
    assert members.left_out.total() == count


def test_the_same_warning_is_told_once_with_how_many_rows_have_it(
    settings: Settings, write: WriteMembers
) -> None:
    rows = "".join(f"a{number}@example.org;A;Corse\n" for number in range(30))
    text = f"{HEADINGS}{rows}b@example.org;B;Bretagne, Grand Est\nx;X;\nx;X;\n"
    path = write(text)
    members, every = MembersFile(path, settings), MembersFile(path, settings, max_told=1000)

    list(members), list(every)

    assert [(each.position.line, each.message) for each in members.problems] == [
        (2, "'Corse' is not one of the values of 'delegation'; 29 more rows have the same"),
        (32, "'Bretagne, Grand Est' is not one of the values of 'delegation'"),
        (33, "'x' is not an email address"),
        (34, "'x' is not an email address"),
    ]
    assert members.problems[1].hint == "put a bar between values: Bretagne | Grand Est"
    assert len(every.problems) == 33


def test_reading_again_begins_again(settings: Settings, write: WriteMembers) -> None:
    members = MembersFile(write(f"{HEADINGS}zoe;Zoé;\nana@example.org;Ana;\n"), settings)

    first = [list(members), members.problems, members.left_out]
    second = [list(members), members.problems, members.left_out]

    assert first == second


WHOLE_FILES = {
    "empty": (b"", "members-file", "the file is empty"),
    "only empty lines": (b"\n;;\n\n", "members-file", "the file is empty"),
    "only headings": (HEADINGS.encode(), "members-file", "no rows under the headings"),
    "binary": (b"Courriel\x00;x\n", "members-file", "NUL"),
    "UTF-16 without its mark": (TEXT.encode("utf-16-le"), "members-file", "NUL"),
    "no text in any encoding": (b"Pr\xe9 \x81\xf7\xf7\n", "members-file", "is not readable text"),
    "no column for addresses": (
        "Mail;Prénom\n".encode(),
        "members-columns",
        "there is no column 'Courriel'; the headings are 'Mail', 'Prénom' (name it 'Courriel', or"
        " put its heading in newsletter.yaml: email: Mail)",
    ),
    "a title above the headings, with another separator": (
        "Liste des membres, 2026\n\nNom;Courriel ;Prénom\nX;a@example.org;A\n".encode(),
        "members-columns",
        "the headings are on line 3, not on the first (delete the lines above them)",
    ),
    "column twice": (b"Courriel;Nom;courriel\n", "members-columns", "appears twice"),
    "a line without end": (HEADINGS.encode() + b"a" * 2_000_000, "members-file", "too long"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1", "members-file", "old Excel"),
    "LibreOffice": (
        b"PK\x03\x04".ljust(30) + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
        "members-file",
        "or a LibreOffice workbook (open it and save it as .xlsx, without a password,",
    ),
    "no workbook in a zip": (b"PK\x03\x04...", "members-file", "damaged or not an Excel workbook"),
}


@pytest.mark.parametrize("case", WHOLE_FILES)
def test_what_is_no_members_file_is_told_in_a_sentence(
    case: str, settings: Settings, write: WriteMembers
) -> None:
    content, rule, words = WHOLE_FILES[case]
    members = MembersFile(write(content), settings)

    assert list(members) == []
    assert members.problems[0].rule == rule
    assert words in sentence(members.problems[0])
    assert len(members.problems) == 1


def test_a_cell_of_100_000_spaces_does_not_hang(settings: Settings, write: WriteMembers) -> None:
    path = write(f"{HEADINGS}zoe@example.org;Zoé{' ' * 100_000}.;\n{'a.' * 50_000};Ana;\n")
    members = MembersFile(path, settings)

    assert len(list(members)) == 1
    assert len(members.problems[0].message) < 120


def test_a_file_that_is_not_there_is_told(settings: Settings, tmp_path: Path) -> None:
    members = MembersFile(tmp_path / "absent.csv", settings)

    assert list(members) == []
    assert "file 'absent.csv' does not exist" in members.problems[0].message


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: os.mkfifo(path)])
def test_a_folder_or_a_pipe_is_no_members_file(
    make: Callable[[Path], None], settings: Settings, tmp_path: Path
) -> None:
    make(tmp_path / "membres")
    members = MembersFile(tmp_path / "membres", settings)

    assert list(members) == []
    assert "'membres' is not a file" in members.problems[0].message


def test_a_file_of_200_megabytes_is_refused_unread(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "membres.csv"
    with path.open("wb") as file:
        file.truncate(200 * 1024**2)
    members = MembersFile(path, settings)

    assert list(members) == []
    assert f"larger than {MAX_MEGABYTES} MB" in members.problems[0].message


def test_a_column_that_no_text_needs_may_be_missing_with_a_warning(
    settings: Settings, write: WriteMembers
) -> None:
    members = MembersFile(write("Courriel;Délégation\nzoe@example.org;\n"), settings)

    assert len(list(members)) == 1
    assert [(each.message, each.level) for each in members.problems] == [
        ("there is no column 'Prénom'; the headings are 'Courriel', 'Délégation'", Level.WARNING)
    ]


def test_a_column_that_a_text_needs_must_be_there(settings: Settings, write: WriteMembers) -> None:
    path = write("Courriel;Délégation\nzoe@example.org;\n")
    members = MembersFile(path, settings, needed={"first name"})

    assert list(members) == []
    assert told(members.problems) == [(1, 1, "members-columns")]
    assert members.problems[0].level is Level.ERROR


def test_headings_that_lost_their_accents_are_named_as_the_cause(
    settings: Settings, write: WriteMembers
) -> None:
    members = MembersFile(write("Courriel;PrÃ©nom\nzoe@example.org;ZoÃ©\n"), settings)

    assert list(members) == []
    (problem,) = members.problems
    assert (problem.rule, problem.position) == ("accents", (1, 10))


@pytest.mark.parametrize(
    ("wanted", "typed"),
    [("Courriel", "COURRIEL"), ("Email", "E mail"), ("Adresse e-mail", "adresse email")],
)
def test_a_heading_is_read_whatever_its_case_and_spaces(
    wanted: str, typed: str, settings: Settings, write: WriteMembers
) -> None:
    columns = {"email": wanted, "first name": "First name"}
    recipients = replaced(settings.recipients, columns=columns)
    rows = f"Titre\n{typed};Firstname\nzoe@example.org;Zoé\n"

    members = MembersFile(write(rows), replaced(settings, recipients=recipients))

    assert [each.values["first name"] for each in members] == ["Zoé"]


@pytest.mark.parametrize("above", ["", "Liste;au;3 mai\n", "Liste\n\nde;presse\n"])
@pytest.mark.parametrize(
    ("headings", "meant"),
    [
        ("Adresse mail;Prénom;Délégation", "email: Adresse mail"),
        ("Nom;E mail;Prénom", "email: E mail"),
        ("Courriels;Prénom;Délégation", "email: Courriels"),
        ("Nom;Prénom;Ville", "email: …"),
        ("Courriel;Prenoms;Délégation", "first name: Prenoms"),
        ("Courriel;Firstname;Délégation", "first name: Firstname"),
    ],
)
def test_the_heading_that_was_meant_is_proposed_at_the_row_of_headings(
    above: str, headings: str, meant: str, settings: Settings, write: WriteMembers
) -> None:
    members = MembersFile(
        write(f"{above}{headings}\nX;a@example.org;X\n"), settings, needed=["first name"]
    )

    assert list(members) == []

    assert members.problems[-1].position.line == above.count("\n") + 1
    assert members.problems[-1].hint.endswith(f" newsletter.yaml: {meant}")


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("above", ["Liste des membres\n\n", "Liste\nexportée le 3 mai\npar Zoé\n"])
def test_headings_under_a_title_are_found_and_told(
    above: str, separator: str, settings: Settings, write: WriteMembers
) -> None:
    rows = "Nom;Courriel;Prénom;Délégation\nX;zoe@example.org;Zoé;Bretagne\n"
    members = MembersFile(write(above + rows.replace(";", separator)), settings)

    [recipient] = members

    assert recipient.values["first name"] == "Zoé"
    [problem] = members.problems
    line = above.count("\n") + 1
    assert (problem.level, problem.position.line) == (Level.WARNING, line)
    assert problem.message == f"the headings are on line {line}, not on the first"
