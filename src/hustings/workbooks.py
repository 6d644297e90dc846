"""A workbook (.xlsx) in; the rows of a sheet as text out."""

from pathlib import Path

from hustings.errors import DataError


def read_sheet(path: Path, sheet: str | int = 0) -> list[list[str]]:
    """Every row of a sheet, by its name or its number, its cells as text; a blank one is ''.

    Raises
    ------
    DataError
        The file is no workbook, or has no such sheet.
    """
    import duckdb  # noqa: PLC0415 — brings 70 MB of library, and few commands need it
    import fastexcel  # noqa: PLC0415 — as above

    try:
        found = fastexcel.read_excel(path).load_sheet(sheet, header_row=None, dtypes="string")
    except fastexcel.FastExcelError as error:
        raise DataError(path, f"cannot be read ({str(error).partition(chr(10))[0]}); give a workbook (.xlsx)") from None
    with duckdb.connect(config={"python_enable_replacements": False}) as connection:
        connection.register("sheet", found)
        return [["" if cell is None else cell for cell in row] for row in connection.execute("SELECT * FROM sheet").fetchall()]
