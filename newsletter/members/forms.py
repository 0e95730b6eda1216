"""The forms that a members file may have, and those that it is mistaken for."""

from collections.abc import Iterator
from pathlib import Path
from stat import S_ISREG

from newsletter.i18n import _
from newsletter.members.csv_rows import csv_rows
from newsletter.members.rows import MAX_MEGABYTES, Row, unreadable
from newsletter.members.xlsx_rows import xlsx_rows

_OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # the first bytes of a compound file [MS-CFB 2.2]
_ZIP = b"PK\x03\x04"


def rows_of(path: Path) -> Iterator[Row]:
    """Yield the rows of a members file, the headings first, or raise `UnreadableMembersError`."""
    try:
        status = path.stat()
        if not S_ISREG(status.st_mode):  # a folder; or a pipe, which would never end
            message = _("'{name}' is not a file").format(name=path.name)
            raise unreadable(message, _("name the members file, CSV or .xlsx"))
        with path.open("rb") as file:
            start = file.read(60)
    except FileNotFoundError as error:
        message = _("file '{name}' does not exist").format(name=path.name)
        raise unreadable(message, _("check its name and its folder")) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        message = _("file '{name}' cannot be opened").format(name=path.name)
        hint = _("check that you have permission to read it and that the disk is connected")
        raise unreadable(message, hint) from error
    if status.st_size > MAX_MEGABYTES * 1024**2:
        message = _("the file is larger than {megabytes} MB").format(megabytes=MAX_MEGABYTES)
        raise unreadable(message, _("export only the members, with the columns you need"))
    is_opendocument = b"mimetypeapplication/vnd.oasis" in start  # ODF 1.3, part 2, 3.3
    if is_opendocument or path.suffix.lower() in {".ods", ".numbers"}:
        message = _("'{name}' is a spreadsheet, but not Excel's").format(name=path.name)
        hint = _("open it in LibreOffice or Numbers and save it as .xlsx, or as CSV UTF-8")
        raise unreadable(message, hint)
    if path.suffix.lower() in {".xlsx", ".xlsm"} and not start.startswith(_OLD_EXCEL):
        return xlsx_rows(path)
    _refuse_other_forms(path, start)
    return csv_rows(path)


def _refuse_other_forms(path: Path, start: bytes) -> None:
    """Give up on what is neither text nor called a workbook."""
    if start.startswith(_OLD_EXCEL):
        message = _("'{name}' is an old Excel workbook, or is protected").format(name=path.name)
        hint = _("open it in Excel and save it as .xlsx or CSV UTF-8, without a password")
        raise unreadable(message, hint)
    if start.startswith(_ZIP):
        message = _("'{name}' is not plain text: it may be a workbook").format(name=path.name)
        hint = _("rename it to {name}, or save it as CSV UTF-8").format(name=f"{path.stem}.xlsx")
        raise unreadable(message, hint)
