"""Pages on which people ask questions: an answer in the language of the page, whoever reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from endpoint_server import BASE, HEF, Running, days, source_store, start, statements, stop

from hefboom.graph.publications import Publications

SITE = {"ask": "1", "site": f"{BASE}/site/nike-1"}
HEADINGS = re.compile(r'<th scope="col" title="([^"]+)">([^<]+)</th>')
CELLS = re.compile(r"<td>([^<]+)</td>")


def rows() -> Iterator[str]:
    """How the first rows of the public list were found to be their sites."""
    for row in range(3):
        listing = f"<{BASE}/listing/nike/2021-02-01/{row}>"
        yield f'{listing} <{HEF}row> "{row + 2}" <{BASE}/list/nike/2021-02-01> .'
        yield f'{listing} <{HEF}identityMethod> "only-mention" <{BASE}/graph/identity/public> .'


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server over the mini-graph."""
    folder = tmp_path_factory.mktemp("questions")
    Publications(folder).publish(source_store(iter([*statements(rows=5), *days(), *rows()])), "public", BASE)
    running = start(folder, folder, workers=2, long_queries=1)
    yield running
    stop(running)


def shown(house: Running, question: str, lang: str) -> str:
    answer = house.client.get(f"/questions/{question}", params={**SITE, "lang": lang})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_dutch_page_names_and_explains_columns_in_dutch(house: Running) -> None:
    page = shown(house, "provenance-of-site", "nl")
    headings = {name: about for about, name in HEADINGS.findall(page)}
    assert headings["bijdrager"] == "wie de lijst heeft aangeleverd"
    assert headings["bijdragers zonder naam"] == "hoeveel bijdragers het zonder naam aan het register meldden"
    assert '<thead lang="en">' not in page


def test_dutch_page_says_codes_in_words(house: Running) -> None:
    page = shown(house, "provenance-of-site", "nl")
    assert {"Openbaar", "enige vermelding"} <= set(CELLS.findall(page))


def test_english_page_says_codes_in_words(house: Running) -> None:
    page = shown(house, "provenance-of-site", "en")
    assert ("who handed it in", "contributor") in HEADINGS.findall(page)
    assert {"Public", "only mention"} <= set(CELLS.findall(page))
