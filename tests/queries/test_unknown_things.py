"""A parameter that names a thing which is not there is refused in words, in every question; never an empty answer."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pytest
from golden_facts import GOLDEN, S1
from pyoxigraph import NamedNode, RdfFormat

from hefboom.errors import QueryError
from hefboom.messages import in_language
from hefboom.queries import Evidence, catalogue, run
from hefboom.queries.headers import Param

TODAY = dt.date(2024, 6, 1)
KNOWN = {
    "hef:Company": "company-a", "hef:Country": "BD", "hef:Covenant": "golden-covenant", "hef:ProcessType": "weaving",
    "hef:Site": S1, "xsd:date": "2024-06-01", "xsd:decimal": "1", "xsd:integer": "1", "xsd:boolean": "yes",
    "xsd:string": "word",
}  # fmt: skip
FILE = """
@prefix hef: <https://w3id.org/hefboom/ns#> . @prefix dcterms: <http://purl.org/dc/terms/> .
<https://w3id.org/hefboom/id/file/company-a/2024/site/s1> a hef:Listing ; dcterms:identifier "S1" ; hef:osId "BD1" .
<https://w3id.org/hefboom/id/file/company-b/2024/site/s2> a hef:Listing ; dcterms:identifier "S2" .
"""


@cache
def evidence() -> Evidence:
    found = GOLDEN.evidence()
    found.store.load(FILE, format=RdfFormat.TURTLE, to_graph=NamedNode("https://w3id.org/hefboom/id/file/any/2024"))
    return found


def names_a_thing(param: Param) -> bool:
    return param.type.startswith("hef:") or bool(param.choices)


THINGS = [
    (name, param.name)
    for name, question in sorted(catalogue().items())
    for param in question.header.params
    if names_a_thing(param)
]


def good(param: Param) -> str:
    if param.choices:
        return "8.7" if param.name == "target" else param.choices[0].rpartition("/")[2]
    return KNOWN[param.type]


@pytest.mark.parametrize(("question", "wrong"), THINGS)
@pytest.mark.parametrize("value", ["S99", "no such thing"])
def test_thing_that_is_not_there_is_refused_by_the_name_of_its_parameter(question: str, wrong: str, value: str) -> None:
    params = catalogue()[question].header.params
    needed = {one.name: good(one) for one in params if not one.optional and one.default is None and one.name != wrong}
    with pytest.raises(QueryError, match=f"^{wrong}: .*'{value}'") as refused:
        run(question, needed | {wrong: value}, evidence(), today=TODAY)
    assert in_language(str(refused.value), "nl") != str(refused.value)


def test_ids_of_things_are_no_free_texts() -> None:
    free = {
        (name, param.name)
        for name, question in catalogue().items()
        for param in question.header.params
        if param.type == "xsd:string" and not param.choices
    }
    assert {name for _, name in free} == {"lang", "product"}


@pytest.mark.parametrize("site", ["S2", "s99"])
def test_site_of_a_file_is_one_of_that_company(site: str) -> None:
    with pytest.raises(QueryError, match=f"^site: .*'{site}'"):
        run("leaving-a-supplier", {"company": "company-a", "site": site}, evidence(), today=TODAY)


@pytest.mark.parametrize("site", ["S1", "s1", "BD1", "bd1", "https://w3id.org/hefboom/id/file/company-a/2024/site/s1"])
def test_site_of_a_file_goes_by_id_os_id_or_iri(site: str) -> None:
    assert run("leaving-a-supplier", {"company": "company-a", "site": site}, evidence(), today=TODAY).rows == ()
