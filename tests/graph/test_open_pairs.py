"""What waits for a person is what the review asks, and what other rules resolved is looked at anew."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from resolution_lists import load_list

from hefboom.graph import DataFolder, open_data
from hefboom.graph.decisions import Wish, record
from hefboom.graph.resolution import resolve_folder
from hefboom.graph.review import queue

DAY = dt.date(2026, 11, 29)
UNITS = [(f"Polygontech Denim Unit {number}", "14 Mill Lane, Gazipur", "BD", "", "") for number in (2, 3)]


@pytest.mark.parametrize("rules", ["of another version", None])
def test_what_other_rules_resolved_is_compared_anew(tmp_path: Path, rules: str | None) -> None:
    data = tmp_path / "data"
    load_list(data, "Asda", UNITS)
    assert [resolve_folder(DataFolder(data), today=DAY).mode for _ in range(2)] == ["full", "unchanged"]
    generation = DataFolder(data).current()
    assert generation is not None
    file = generation / "tables" / "resolution" / "state.json"
    state = json.loads(file.read_text()) | {"rules": rules}
    file.write_text(json.dumps({name: value for name, value in state.items() if value is not None}))
    assert resolve_folder(DataFolder(data), today=DAY).mode == "full"


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
