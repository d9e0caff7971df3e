"""Whatever lists come in whatever order, strong ids keep rows apart for who sees them, and tell nobody else."""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from list_desk import Desk, made_os_id
from test_contested_keys import A, B, row

from hefboom.graph.iris import scope_of

AUDIENCES = {
    "public": {"public"}, "members": {"public", "members"}, "owner of x": {"public", "members", "owner/x"},
    "secretariat": {"public", "members", "secretariat", "owner/x"},
}  # fmt: skip
ROW = st.builds(
    row, lei=st.sampled_from(["", A, B]), duns=st.sampled_from(["", "", "123456789", "987654321"]),
    os_id=st.sampled_from(["", "", "", made_os_id(1), made_os_id(2)]),
)  # fmt: skip
LIST = st.tuples(
    st.lists(ROW, min_size=1, max_size=3), st.sampled_from(["public", "public", "members", "secretariat", "owner"])
)
Given = tuple[str, list[dict[str, str]], str]


def put(place: Path, empty: Path, lists: Sequence[Given]) -> Desk:
    desk = Desk(place)
    shutil.copytree(empty, desk.folder.path)
    files: list[tuple[str, Any, dict[str, Any]]] = [
        (f"{name}.csv", [{**each, "line": f"{name}{number}"} for number, each in enumerate(rows)],
         {"contributor": "X", "contributor_kind": "brand", "date": name, "visibility": scope, "alongside": True})
        for name, rows, scope in lists
    ]  # fmt: skip
    for file in files:
        assert desk.load_all(file)[0].error is None
    return desk


def placed(desk: Desk, scopes: set[str]) -> dict[tuple[str, str], set[str]]:
    """The sites of each row, as who sees these scopes sees it."""
    with desk.data.tables(sorted(scopes)) as connection:
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for name, number, site in connection.execute("""
            SELECT list, row, site FROM identity WHERE site NOT IN (SELECT alias FROM site_aliases)
        """).fetchall():
            found[name, number].add(site)
    return found


@settings(max_examples=2, deadline=None, derandomize=True, database=None)
@given(lists=st.lists(LIST, min_size=2, max_size=4))
def test_ids_keep_rows_apart_for_whoever_sees_them(
    lists: list[tuple[list[dict[str, str]], str]], empty_data: Path
) -> None:
    told: list[Given] = [(f"20{number + 20}-01-01", rows, scope) for number, (rows, scope) in enumerate(lists)]
    ids = {(f"x/{name}", str(number)): each for name, rows, _ in told for number, each in enumerate(rows, start=2)}
    with tempfile.TemporaryDirectory() as made:
        full = put(Path(made, "full"), empty_data, told)
        turned = put(Path(made, "turned"), empty_data, told[::-1])
        for audience, scopes in AUDIENCES.items():
            seen = [one for one in told if scope_of(one[2], "x") in scopes]
            sites = placed(full, scopes)
            assert sites == placed(turned, scopes)
            assert all(len(found) == 1 for found in sites.values()), audience
            if len(seen) < len(told):
                own = put(Path(made, audience), empty_data, seen)
                assert full.seen(scopes) == own.seen(scopes)
            check_sites(sites, ids)


def check_sites(sites: dict[tuple[str, str], set[str]], rows: dict[tuple[str, str], dict[str, str]]) -> None:
    """No site without an OS ID holds rows with two values of one kind of id."""
    for kind in ("lei", "duns"):
        held: dict[str, set[str]] = defaultdict(set)
        for where, (site,) in sites.items():
            if site.startswith("hb-") and rows[where][kind]:
                held[site].add(rows[where][kind])
        assert all(len(values) == 1 for values in held.values()), (kind, held)
