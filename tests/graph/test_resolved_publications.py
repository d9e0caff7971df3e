"""A resolved folder can be published to every audience: a pair names rows that its readers may see."""

from __future__ import annotations

from pathlib import Path

import pytest
from resolution_lists import FLIXTON, FLIXTON_AGAIN, STRANGERS, load_list

from hefboom.graph import DataFolder, open_data
from hefboom.graph.publications import Publications
from hefboom.graph.resolution import resolve_folder
from hefboom.queries import Evidence, run


def published(data: Path, audience: str) -> None:
    held = open_data(data)
    Publications(data).publish(held.store, audience, held.names.base, held.generation.name)


@pytest.mark.parametrize(("closed", "again"), [("owner", False), ("secretariat", True)], ids=["full", "incremental"])
def test_pair_of_a_row_that_a_closed_list_repeats_names_the_open_row(tmp_path: Path, closed: str, again: bool) -> None:
    data = tmp_path / "data"
    load_list(data, "Aalto", [FLIXTON, *STRANGERS[:2]], closed)
    load_list(data, "Brook", [FLIXTON, *STRANGERS[2:4]], "public")
    if again:
        resolve_folder(DataFolder(data))
    load_list(data, "Cairn", [FLIXTON_AGAIN, *STRANGERS[4:]], "public")
    resolve_folder(DataFolder(data))
    for audience in ("public", "members", "secretariat"):
        published(data, audience)
    held = open_data(data)
    pairs = run("near-doubles", {}, Evidence(held.store, held.tables, base=held.names.base), "public").plain()
    lists = [
        {str(pair[side]).rpartition("/list/")[2].partition("/")[0] for side in ("leftList", "rightList")}
        for pair in pairs
    ]
    assert lists == [{"brook", "cairn"}]
