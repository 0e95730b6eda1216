"""Places in a members file of text, whatever stands in its cells."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.members.csv_rows import SEPARATORS, csv_rows

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
