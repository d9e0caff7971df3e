"""A company that hands in its list itself speaks for itself only; a preview changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from list_desk import Desk, as_options, made_os_id

from hefboom.errors import UsageError
from hefboom.loaders.load import preview

ROWS = [
    {"name": "Alpha Mills", "address": "1 Mill Road", "country": "India"},
    {"name": "Beta Knits", "address": "2 Dock Street", "country": "India"},
    {"name": "", "address": "3 Lane", "country": "India"},
]


def handed_in(**more: Any) -> dict[str, Any]:
    """Options of a list that the company aurora hands in itself."""
    return {"contributor": "Aurora", "date": "2024-01-31", "visibility": "owner", "own": "aurora", **more}


def test_own_list_is_loaded_like_any_other(desk: Desk) -> None:
    report = desk.load("a.csv", ROWS, **handed_in())
    assert report.error is None
    assert (report.counts.rows_read, report.counts.stored, report.counts.refused) == (3, 2, 1)
    assert [entry.scope for entry in desk.data.entries] == ["owner/aurora"]


@pytest.mark.parametrize(("rows", "words"), [
    ([{**row, "contributor": "Borea"} for row in ROWS], "name who contributed them"),
    ([{**row, "contributor": row["name"] or "Borea"} for row in ROWS], "name who contributed them"),
    ([{**row, "os_id": made_os_id(1), "new_os_id": made_os_id(2)} for row in ROWS[:1]], "OS IDs were replaced"),
    ([{"buyer": "Borea", "supplier": "Alpha Mills", "supplier country": "India"}], "other buyers than your company"),
    ([{"company": "Borea", "covenant": "C", "from": "2020-01-01"}], "speaks for others"),
    ([{"old_os_id": made_os_id(1), "new_os_id": made_os_id(2)}], "speaks for others"),
])  # fmt: skip
def test_own_list_that_speaks_for_others_is_refused(desk: Desk, rows: list[dict[str, str]], words: str) -> None:
    generation = desk.generation
    report = desk.load("a.csv", rows, **handed_in())
    assert report.error is not None
    assert words in report.error
    assert desk.generation == generation


def test_own_list_is_by_its_company_and_replaces_its_own_only(desk: Desk) -> None:
    with pytest.raises(UsageError, match="handed in by 'aurora'"):
        desk.load("a.csv", ROWS, **handed_in(contributor="Borea"))
    desk.load("b.csv", ROWS, contributor="Borea", date="2024-01-31", visibility="secretariat")
    said = []
    for other in ("borea/2024-01-31", "nobody/2024-01-31"):
        with pytest.raises(UsageError, match="there is no list") as caught:
            desk.load("a.csv", ROWS, **handed_in(replaces=other))
        said.append(str(caught.value).replace(other, "X"))
    assert said[0] == said[1]


def test_preview_tells_what_a_load_tells_and_changes_nothing(new_desk: Callable[[str], Desk]) -> None:
    one, other = new_desk("one"), new_desk("other")
    options = {"contributor": "Aurora", "date": "2024-01-31"}
    file = one.write("a.csv", ROWS)
    generation, before = one.generation, sorted(path.name for path in one.folder.path.iterdir())
    seen = preview([file], as_options(options), one.folder).reports[0]
    assert one.generation == generation
    assert sorted(path.name for path in one.folder.path.iterdir()) == before
    loaded = other.load("a.csv", ROWS, **options)
    assert (seen.list, seen.counts) == (loaded.list, loaded.counts)
    assert seen.findings.equals(loaded.findings)
    one.load("a.csv", **options)
    assert preview([file], as_options(options), one.folder).reports[0].unchanged
