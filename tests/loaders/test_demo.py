"""The demo is the same everywhere, and holds what its description promises."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import polars as pl
import pytest

from hefboom.loaders.demo import DemoSet, write_demo
from hefboom.loaders.demo_files import fit
from hefboom.loaders.demo_words import COVENANT, MEMBERS
from hefboom.loaders.demo_world import World, make_world
from hefboom.loaders.os_ids import check_os_ids


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoSet:
    return write_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(Random(1))


def test_demo_is_written_the_same_twice(demo: DemoSet, tmp_path: Path) -> None:
    again = write_demo(tmp_path)
    assert [file.path.read_bytes() for file in again.files] == [file.path.read_bytes() for file in demo.files]


def test_covenant_says_that_it_is_fictional(demo: DemoSet) -> None:
    assert demo.covenant == COVENANT
    assert "fictief" in COVENANT


def test_every_member_has_a_list_and_two_have_an_earlier_one(demo: DemoSet) -> None:
    lists = Counter(file.options.contributor for file in demo.files if file.kind == "list" and file.options.covenant)
    assert set(lists) == set(MEMBERS)
    assert sorted(lists.values()) == [1] * 10 + [2] * 2


def test_lists_come_in_the_order_of_their_dates(demo: DemoSet) -> None:
    dates = [file.options.date for file in demo.files if file.kind == "list" and file.options.covenant]
    assert dates == sorted(dates, key=str)


def test_files_are_of_mixed_kinds_and_encodings(demo: DemoSet) -> None:
    assert {file.path.suffix for file in demo.files} == {".csv", ".tsv", ".txt", ".xlsx"}
    starts = {file.path.read_bytes()[:2] for file in demo.files if file.path.suffix != ".xlsx"}
    assert {b"\xff\xfe", b"\xef\xbb"} <= starts


def test_world_has_about_400_sites_in_four_tiers(world: World) -> None:
    assert 380 <= len(world.sites) <= 420
    assert {site.tier for site in world.sites} == {1, 2, 3, 4}
    assert [site.number for site in world.sites] == list(range(len(world.sites)))


def test_every_supplier_is_one_tier_up(world: World) -> None:
    for supply in world.supplies:
        assert world.sites[supply.supplier].tier == world.sites[supply.buyer].tier + 1


def test_most_shared_site_has_seven_members(world: World) -> None:
    assert max(map(len, world.buyers.values())) == 7


def test_os_ids_of_the_world_pass_their_check_and_differ(world: World) -> None:
    ids = pl.Series([site.os_id for site in world.sites if site.os_id])
    assert check_os_ids(ids).ids.null_count() == 0
    assert ids.is_unique().all()


def test_no_two_sites_share_name_and_country(world: World) -> None:
    names = Counter((site.name, site.country) for site in world.sites)
    assert max(names.values()) == 1


def test_text_that_an_encoding_cannot_hold_is_written_plainly() -> None:
    assert fit("Çınar Örgü, Guimarães", "cp1252") == "Çinar Örgü, Guimarães"
