"""References of tables beside a company's due diligence file to its rows: statements while the file has these rows."""

from __future__ import annotations


def linked(table: str) -> str:
    """A relation as `file_statements`, without links of tables to rows that the company's file does not have.

    The links stay among the claims, and are statements again when the file has the row again. The SQL macro
    `list_address` and the view `file_statements` must be there.
    """
    return f"""(
        SELECT s.* EXCLUDE (file, target) FROM (
            SELECT *, list_address(regexp_extract(list, '^file/[^/]+/[0-9]+')) || '/' AS file,
                regexp_extract(line, '> <([^>]*)>$', 1) AS target
            FROM {table}
        ) s
        WHERE NOT starts_with(s.target, s.file) OR starts_with(s.target, list_address(s.list) || '/')
            OR s.target IN (
                SELECT list_address(list) || '/' || sheet || '/' || row FROM main.file_statements WHERE is_file(list))
    )"""
