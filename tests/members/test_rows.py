"""Places in a members file of text, whatever stands in its cells."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.members.members_file import MembersFile
from newsletter.members.rows import SEPARATORS, UnreadableMembersError, csv_rows
from newsletter.problems.problem import Level
from newsletter.settings.settings import Settings

_CELLS = st.text('ab;, "\t\n\ré', max_size=8)
_ROWS = st.lists(st.lists(_CELLS, min_size=2, max_size=4), min_size=1, max_size=5)


@given(_ROWS, st.sampled_from(SEPARATORS), st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
def test_each_cell_is_found_where_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], separator: str, quoting: int
) -> None:
    path = tmp_path_factory.mktemp("rows") / "membres.csv"
    written = io.StringIO()
    writer = csv.writer(written, delimiter=separator, quoting=quoting, lineterminator="\r\n")
    # The first row, of the headings, tells the separator.
    writer.writerows([["x"] * 9, *rows])
    path.write_bytes(written.getvalue().encode())

    read = list(csv_rows(path))[1:]

    assert [list(row.cells) for row in read] == rows
    lines = written.getvalue().replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for row in read:
        for number, cell in enumerate(row.cells):
            line, column = row.position(number)
            rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
            assert is_written(rest, cell, separator)


def is_written(rest: str, cell: str, separator: str) -> bool:
    """Tell whether `rest` begins with `cell` as one may write it, and the cell ends there."""
    plain = cell.replace("\r\n", "\n").replace("\r", "\n")
    quoted = '"' + plain.replace('"', '""') + '"'
    return any(rest.startswith(form + end) for form in (plain, quoted) for end in (separator, "\n"))


NAMES = (
    "Zoé", "Élodie", "HÉLÈNE", "Hélène", "François", "Noël", "Jérôme", "Benoît", "Réunion", "Léa",
    "Anaïs", "Août", "GÉRARD", "André", "Île-de-France", "Maëlle", "À Orléans", "Désirée",
)  # fmt: skip


@given(
    st.lists(st.sampled_from(NAMES), min_size=4, unique=True),
    st.sampled_from(["cp1252", "mac_roman", "cp850"]),
)
def test_french_names_are_those_of_windows_or_the_file_is_refused(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], encoding: str
) -> None:
    path = tmp_path_factory.mktemp("rows") / "membres.csv"
    lines = ["Courriel;Prénom", *(f"a@b.fr;{name}" for name in names)]
    path.write_bytes("\r\n".join(lines).encode(encoding))

    if encoding == "cp1252":
        assert [row.cells[1] for row in csv_rows(path)] == ["Prénom", *names]
        return
    with pytest.raises(UnreadableMembersError, match="old Mac or MS-DOS"):
        next(csv_rows(path))


@pytest.mark.parametrize(
    "content",
    [
        b"Courriel;Pr\x8enom\ra@b.fr;Zo\x8e\r",
        b"Courriel;Pr\x82nom\r\na@b.fr;Zo\x82\r\n",
        b"Courriel;Pr\x82nom\r\na@b.fr;H\x82l\x8ane\r\n",
    ],
)
def test_an_old_encoding_is_an_error_with_what_to_save(
    content: bytes, tmp_path: Path, settings: Settings
) -> None:
    (tmp_path / "membres.csv").write_bytes(content)
    members = MembersFile(tmp_path / "membres.csv", settings)

    assert list(members) == []
    [problem] = members.problems
    assert problem.level is Level.ERROR
    assert "old Mac or MS-DOS" in problem.message
    assert "CSV UTF-8" in problem.hint


@pytest.mark.parametrize("name", ["Muñoz", "Søren", "Škoda", "École", "école", "D’Arc", "Ñoño"])
def test_names_of_other_languages_stay_those_of_windows(name: str, tmp_path: Path) -> None:
    (tmp_path / "membres.csv").write_bytes(f"Courriel;Nom\na@b.fr;{name}\n".encode("cp1252"))

    [_headings, row] = csv_rows(tmp_path / "membres.csv")

    assert row.cells[1] == name
