"""Pages on which people ask questions: an answer in the language of the page, whoever reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from endpoint_server import BASE, HEF, Running, days, source_store, start, statements, stop

from hefboom.graph.publications import Publications
from hefboom.ontology.terms import fact_table

SITE = {"ask": "1", "site": f"{BASE}/site/nike-1"}
XSD = "http://www.w3.org/2001/XMLSchema#"
HEADINGS = re.compile(r'<th scope="col" title="([^"]+)">([^<]+)</th>')
MEASURES = sorted({row["measure"] for row in fact_table("monitor_figures")})
CELLS = re.compile(r"<td>([^<]+)</td>")


def rows() -> Iterator[str]:
    """How the first rows of the public list were found to be their sites."""
    yield f'<{BASE}/list/nike/2021-02-01> <{HEF}status> "current" <{BASE}/list/nike/2021-02-01> .'
    yield f'<{BASE}/site/nike-1> <{HEF}isFinalProduction> "true"^^<{XSD}boolean> <{BASE}/list/nike/2021-02-01> .'
    component = "<http://www.w3.org/ns/shacl#MinCountConstraintComponent>"
    result = f"<{BASE}/site/nike-1> <http://www.w3.org/ns/shacl#sourceConstraintComponent>"
    yield f"{result} {component} <{BASE}/list/nike/2021-02-01> ."
    for measure in MEASURES:
        yield f'<{BASE}/site/nike-1> <{HEF}figureMeasure> "{measure}" <{BASE}/list/nike/2021-02-01> .'
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


@pytest.mark.parametrize(("lang", "word"), [("en", "yes"), ("nl", "ja")])
def test_page_of_a_thing_says_yes_or_no_in_words(house: Running, lang: str, word: str) -> None:
    page = house.client.get("/doc/id/site/nike-1", params={"lang": lang}).text
    assert f"<span>{word}</span>" in page
    assert "<span>true</span>" not in page


@pytest.mark.parametrize(
    ("address", "lang", "told"),
    [
        ("list/nike/2021-02-01", "nl", ("<span>geldig</span>", "heeft status")),
        ("list/nike/2021-02-01", "en", ("<span>current</span>",)),
        ("listing/nike/2021-02-01/1", "nl", ("<span>enige vermelding</span>",)),
        ("listing/nike/2021-02-01/1", "en", ("<span>only mention</span>",)),
        ("publication/public", "nl", ("deel naar klasse", "aantal uitspraken", "gegevensverzameling")),
        ("publication/public", "en", ("part by class", "number of statements", "data set")),
        ("publication/public/class/1", "nl", ("aantal dingen",)),
    ],
)
def test_page_of_a_thing_says_codes_and_terms_of_others_in_words(
    house: Running, address: str, lang: str, told: tuple[str, ...]
) -> None:
    page = house.client.get(f"/doc/id/{address}", params={"lang": lang}).text
    for words in told:
        assert words in page
    assert not re.search(r">(only-mention|classPartition|entities)<", page)


@pytest.mark.parametrize(("lang", "words"), [("en", "criteria partly met"), ("nl", "criteria deels vervuld")])
def test_page_says_what_a_figure_measures_in_words(house: Running, lang: str, words: str) -> None:
    page = house.client.get("/doc/id/site/nike-1", params={"lang": lang}).text
    assert f"<span>{words}</span>" in page
    assert [measure for measure in MEASURES if f"<span>{measure}</span>" in page] == []


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "at least a number of values"), ("nl", "minstens een aantal waarden")]
)
def test_page_says_the_kind_of_condition_in_words(house: Running, lang: str, words: str) -> None:
    page = house.client.get("/doc/id/site/nike-1", params={"lang": lang}).text
    assert words in page
    assert ">MinCountConstraintComponent<" not in page


@pytest.mark.parametrize("address", ["publication/public", "publication/public/class/1", "list/nike/2021-02-01"])
def test_dutch_page_calls_no_property_by_its_bare_name(house: Running, address: str) -> None:
    page = house.client.get(f"/doc/id/{address}", params={"lang": "nl"}).text
    names = re.findall(r'<th scope="row"><a href="[^"]*[/#]([^"/#]+)">([^<]+)</a></th>', page)
    assert names
    assert [name for name, said in names if name == said] == []


def test_dutch_page_refuses_in_dutch(house: Running) -> None:
    for address, told in (
        ("/questions/shared-sites", "Deze vraag is voor het secretariaat; meld u aan om haar te stellen."),
        ("/questions/joint-projects", "Deze vraag is voor de deelnemers; meld u aan om haar te stellen."),
        ("/sites", "is niet door deze server gegeven; begin zonder."),
    ):
        page = house.client.get(address, params={"lang": "nl", "cursor": "bad"}, headers={"Accept": "text/html"}).text
        assert told in page


def form(house: Running, question: str, lang: str, **given: str) -> str:
    return house.client.get(f"/questions/{question}", params={"lang": lang, **given}).text


OPTION = re.compile(r'<option value="([^"]*)"( selected)?>([^<]*)</option>')
LISTED = re.compile(r'<datalist id="l-(\w+)">(.*?)</datalist>')


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ["Direct", "Enabling", "Trade-off", "all"]), ("nl", ["Rechtstreeks", "Voorwaardelijk", "Afruil", "alle"])],
)
def test_form_offers_a_closed_set_in_words(house: Running, lang: str, words: list[str]) -> None:
    page = form(house, "risk-instruments", lang, country="BD", relation=words[1])
    offered = [one for one in OPTION.findall(page) if one[2]]
    assert [word for _, _, word in offered] == words
    assert [code for code, _, _ in offered] == ["direct", "enabling", "tradeoff", "all"]
    assert [code for code, selected, _ in offered if selected] == ["enabling"], "a word that was given is chosen"


@pytest.mark.parametrize(
    ("question", "param", "word"),
    [
        ("risk-evidence", "country", "Turkije"),
        ("sites-near", "process", "Natte processen"),
        ("target-links", "target", "8.7 Dwangarbeid, moderne slavernij en kinderarbeid beëindigen"),
    ],
)
def test_form_offers_a_long_list_while_one_types(house: Running, question: str, param: str, word: str) -> None:
    lists = dict(LISTED.findall(form(house, question, "nl")))
    assert f'<option value="{word}"></option>' in lists[param]


def test_form_offers_the_companies_that_its_reader_may_see(house: Running) -> None:
    page = form(house, "list-changes", "en", company="nike")
    boxes = re.findall(r'name="company" value="([^"]+)"( checked)?> ([^<]+)<', page)
    assert ("nike", " checked", "Nike") in boxes
    known = house.client.get("/sparql", params={
        "query": f"SELECT (STR(?c) AS ?company) {{ ?c a <{HEF}Company> }}", "format": "json",
    }).json()["results"]["bindings"]  # fmt: skip
    companies = {row["company"]["value"].rpartition("/")[2] for row in known}
    assert {slug for slug, _, _ in boxes} == companies
    assert "aurora" not in companies


def test_page_says_in_the_words_of_the_form_what_a_wrong_value_may_be(house: Running) -> None:
    asked = house.client.get("/questions/target-links", params={"lang": "nl", "ask": "1", "target": "8.77"})
    assert asked.status_code == 400
    assert re.search(r"&#39;Subdoel&#39;: &#39;8\.77&#39; is niet bekend; bedoelde u &#39;8\.7 Dwangarbeid", asked.text)


def test_answer_is_the_same_for_a_code_and_its_word(house: Running) -> None:
    known = {"code": "tradeoff", "word": "Afruil"}
    asked = [
        house.client.get("/api/v1/questions/risk-instruments", params={"country": "BD", "relation": given})
        for given in known.values()
    ]
    assert [one.status_code for one in asked] == [200, 200]
    assert asked[0].json() == asked[1].json()
