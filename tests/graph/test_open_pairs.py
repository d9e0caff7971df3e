"""What a resolution says that waits for a person is what the review asks, whatever was decided."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from resolution_lists import load_list

from hefboom.graph import DataFolder, open_data
from hefboom.graph.decisions import Wish, record
from hefboom.graph.resolution import resolve_folder
from hefboom.graph.review import queue

DAY = dt.date(2026, 11, 29)
UNITS = [(f"Polygontech Denim Unit {number}", "14 Mill Lane, Gazipur", "BD", "", "") for number in (2, 3)]


def test_pairs_that_wait_are_those_that_are_asked(tmp_path: Path) -> None:
    data = tmp_path / "data"
    load_list(data, "Asda", [UNITS[0], ("Polygontech Denim", "14 Mill Lane, Gazipur 1700", "BD", "", "")])
    load_list(data, "Tesco", [UNITS[1], ("Polygontech Denim Ltd", "Mill Lane 14, Gazipur", "BD", "", "")])
    while True:
        told = resolve_folder(DataFolder(data), today=DAY, full=True)
        asked = queue(open_data(data))
        assert told.open == len(asked)
        if not asked:
            break
        first = asked[0]
        record(DataFolder(data), [Wish(first.left.exact, first.right.exact, "different", "AB", "seen")], today=DAY)
