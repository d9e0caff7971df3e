"""Parameters: what a person types becomes a term, or an error that says what to type."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from golden_facts import GOLDEN, S1
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal
from question_facts import NAMES

from hefboom.errors import QueryError
from hefboom.graph.iris import DEFAULT_BASE, SCHEME
from hefboom.messages import in_language
from hefboom.queries import Question, catalogue, find
from hefboom.queries.choices import offered
from hefboom.queries.evidence import Evidence, Visible
from hefboom.queries.headers import Param
from hefboom.queries.values import XSD, read_values

TODAY = dt.date(2024, 6, 1)
JOINT = "BD2020001J10006"


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    facts = replace(
        GOLDEN, replaced=((S1, JOINT, "secretariat"),), places=(*GOLDEN.places, replace(GOLDEN.places[0], id=JOINT))
    )
    return facts.evidence()


def read(evidence: Evidence, kind: str, text: str, many: bool = False) -> list[str]:
    param = Param("x", kind, "a value", many=many)
    return [term.value for term in read_values(param, text, Visible(evidence), TODAY)]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("xsd:integer", " 3 ", "3"),
        ("xsd:decimal", "52.10", "52.10"),
        ("xsd:decimal", "1e2", "100"),
        ("xsd:date", "today", "2024-06-01"),
        ("xsd:date", "2024-02-29", "2024-02-29"),
        ("xsd:boolean", "True", "true"),
        ("xsd:boolean", "ja", "true"),
        ("xsd:boolean", "No", "false"),
        ("xsd:string", "a text", "a text"),
        ("hef:Company", "company a", f"{DEFAULT_BASE}/company/company-a"),
        ("hef:Company", "COMPANY-A", f"{DEFAULT_BASE}/company/company-a"),
        ("hef:Company", f"{DEFAULT_BASE}/company/company-a", f"{DEFAULT_BASE}/company/company-a"),
        ("hef:Covenant", "Golden Covenant", f"{DEFAULT_BASE}/covenant/golden-covenant"),
        ("hef:Country", "BD", f"{SCHEME}country/BD"),
        ("hef:Country", "BGD", f"{SCHEME}country/BD"),
        ("hef:Country", "050", f"{SCHEME}country/BD"),
        ("hef:Country", "bangladesh", f"{SCHEME}country/BD"),
        ("hef:Country", "Turkije", f"{SCHEME}country/TR"),
        ("hef:Country", "turkiye", f"{SCHEME}country/TR"),
        ("hef:ProcessType", "spinning", f"{SCHEME}process/spinning"),
        ("hef:ProcessType", "process/spinning", f"{SCHEME}process/spinning"),
        ("hef:ProcessType", "Natte processen", f"{SCHEME}process/wet-processing"),
        ("hef:Site", "tr2024001s2000a", NAMES.site("TR2024001S2000A")),
        ("hef:Site", NAMES.site("TR2024001S2000A"), NAMES.site("TR2024001S2000A")),
        ("hef:Site", f"{DEFAULT_BASE}/listing/company-c/2024-01-01/2", NAMES.site("TR2024001S2000A")),
    ],
)
def test_text_becomes_a_term(evidence: Evidence, kind: str, text: str, value: str) -> None:
    assert read(evidence, kind, text) == [value]


@pytest.mark.parametrize("text", [S1, NAMES.site(S1), f"{DEFAULT_BASE}/listing/company-a/2024-01-01/2"])
def test_replaced_site_leads_to_the_one_in_its_place(evidence: Evidence, text: str) -> None:
    assert read(evidence, "hef:Site", text) == [NAMES.site(JOINT)]


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("xsd:integer", "three", "x: 'three' does not fit; give a whole number"),
        ("xsd:decimal", "NaN", "x: 'NaN' does not fit; give a number"),
        ("xsd:date", "1-2-2024", "x: '1-2-2024' does not fit; give a date"),
        ("xsd:boolean", "maybe", "x: 'maybe' does not fit; give 'yes' or 'no'"),
        ("hef:Company", "Company Q", "x: 'Company Q' is not known; did you mean 'company d'"),
        ("hef:Country", "Bangladsh", "x: 'Bangladsh' is not known; did you mean 'Bangladesh'"),
        ("hef:ProcessType", "Naajen", "x: 'Naajen' is not known; did you mean 'Sewing' ('Naaien')"),
        ("hef:Site", "CN2024001X1000Y", "x: no site 'CN2024001X1000Y' is known to this audience"),
        (
            "hef:Site",
            "Meghna",
            "x: no site 'Meghna' is known to this audience; give the IRI or id that another answer shows in "
            "its column 'site', or that 'hefboom find' tells for a name",
        ),
        (
            "hef:Site",
            "Meghna Stitch Ltd",
            "x: 'Meghna Stitch Ltd' is no site; give its IRI, its OS ID or its 'hb-' id, which 'hefboom find' tells",
        ),
        ("hef:Site", "a b> . #", "x: 'a b> . #' is no site"),
        ("hef:Site", "http://[x", "x: 'http://[x' is no site"),
        ("hef:Site", "http://a:x/", "x: 'http://a:x/' is no site"),
    ],
)
def test_bad_text_is_an_error_that_helps(evidence: Evidence, kind: str, text: str, message: str) -> None:
    with pytest.raises(QueryError) as raised:
        read(evidence, kind, text)
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(
    ("kind", "bounds", "text", "hint"),
    [
        ("xsd:decimal", (-90, 90), "90.1", "give a number such as 52.1, at least -90 and at most 90"),
        ("xsd:decimal", (-90, 90), "-91", "give a number such as 52.1, at least -90 and at most 90"),
        ("xsd:integer", (1, None), "0", "give a whole number, at least 1"),
        ("xsd:integer", (None, 5), "6", "give a whole number, at most 5"),
        ("xsd:integer", (1, None), "9" * 30, "give a whole number, at least 1"),
        ("xsd:decimal", (None, None), "1e999999999", "give a number such as 52.1"),
        ("xsd:decimal", (None, None), "1e-999999999", "give a number such as 52.1"),
        ("xsd:decimal", (None, None), "0." + "3" * 5_000, "give a number such as 52.1"),
    ],
)
def test_number_out_of_bounds_is_an_error_that_tells_them(
    evidence: Evidence, kind: str, bounds: tuple[int | None, int | None], text: str, hint: str
) -> None:
    with pytest.raises(QueryError) as raised:
        read_values(Param("x", kind, "a value", bounds=bounds), text, Visible(evidence), TODAY)
    assert str(raised.value) == f"x: '{text[:80]}' does not fit; {hint}"


@pytest.mark.parametrize("text", ["-90", "90.0", "0"])
def test_bounds_are_within(evidence: Evidence, text: str) -> None:
    param = Param("x", "xsd:decimal", "a value", bounds=(-90, 90))
    assert [term.value for term in read_values(param, text, Visible(evidence), TODAY)] == [text]


def test_several_values_are_split_at_commas(evidence: Evidence) -> None:
    assert read(evidence, "hef:Company", "Company A, company-b", many=True) == [
        f"{DEFAULT_BASE}/company/company-a",
        f"{DEFAULT_BASE}/company/company-b",
    ]


def test_hidden_names_are_not_told(evidence: Evidence) -> None:
    param = Param("x", "hef:Company", "a company")
    with pytest.raises(QueryError) as raised:
        read_values(param, "Golden Secretaria", Visible(evidence.seen_by("public")), TODAY)
    assert "golden secretariat" not in str(raised.value)


def test_hidden_sites_are_not_known(evidence: Evidence) -> None:
    param = Param("x", "hef:Site", "a site")
    with pytest.raises(QueryError, match="is known to this audience"):
        read_values(param, "TR2024001S2000A", Visible(evidence.seen_by("public")), TODAY)


@given(st.text(max_size=40))
def test_any_text_is_a_literal_and_never_syntax(text: str) -> None:
    param = Param("x", "xsd:string", "a text", many=True)
    evidence = Evidence(store=GOLDEN_STORE)
    [term] = read_values(param, [text], Visible(evidence), TODAY)
    found = GOLDEN_STORE.query(f"SELECT ?x WHERE {{ VALUES ?x {{ {term} }} }}")
    assert [solution["x"] for solution in found] == [Literal(text.strip())]  # type: ignore[union-attr]


GOLDEN_STORE = GOLDEN.evidence().store


CLOSED = [(question, param) for question in catalogue().values() for param in question.header.params if param.choices]


@pytest.mark.parametrize(("question", "param"), CLOSED, ids=lambda one: one.name)
def test_value_of_a_closed_set_is_given_by_code_or_word(evidence: Evidence, question: Question, param: Param) -> None:
    for code in offered(param):
        for text in (code.short, code.label_en, code.label_nl.upper()):
            (term,) = read_values(param, text, Visible(evidence), TODAY)
            assert (term.value, term.datatype.value) == (code.short, XSD + "string")
    with pytest.raises(QueryError, match=f"^{param.name}: 'qqq' is not known; (choose '|give a value such as ')"):
        read_values(param, "qqq", Visible(evidence), TODAY)


def test_closed_sets_are_those_that_people_ask_by() -> None:
    assert {param.name for _, param in CLOSED} == {"basis", "outcome", "part", "relation", "signal", "step", "target"}


@pytest.mark.parametrize(
    ("question", "param", "text", "codes"),
    [
        ("missing-on-steps", "step", "3", ["3"]),
        ("missing-on-steps", "step", "stoppen, voorkomen, beperken", ["3"]),
        ("missing-on-steps", "step", "4 monitoren,2", ["4", "2"]),
        ("risk-targets", "relation", "Afruil,direct", ["tradeoff", "direct"]),
        ("brand-targets", "relation", "alle", ["all"]),
        ("target-links", "target", "Decent work and economic growth", ["8"]),
        ("smallest-coalition", "basis", "elke locatie", ["all"]),
        ("near-doubles", "outcome", "Mogelijk", ["possible"]),
    ],
)
def test_words_lead_to_codes(evidence: Evidence, question: str, param: str, text: str, codes: list[str]) -> None:
    wanted = next(one for one in find(question).header.params if one.name == param)
    assert [term.value for term in read_values(wanted, text, Visible(evidence), TODAY)] == codes


@pytest.mark.parametrize(
    ("question", "param", "text", "message"),
    [
        ("target-links", "target", "8.77", "target: '8.77' is not known; did you mean '8.7 End forced labour"),
        ("risk-targets", "relation", "dirct", "relation: 'dirct' is not known; choose 'Direct' ('Rechtstreeks') or "),
        ("missing-on-steps", "step", "7", "step: '7' is not known; choose '1 policy' ('1 beleid') or "),
    ],
)
def test_unknown_value_of_a_closed_set_is_told_what_there_is(
    evidence: Evidence, question: str, param: str, text: str, message: str
) -> None:
    wanted = next(one for one in find(question).header.params if one.name == param)
    with pytest.raises(QueryError) as raised:
        read_values(wanted, text, Visible(evidence), TODAY)
    assert str(raised.value).startswith(message)
    assert " is not known" not in in_language(str(raised.value), "nl")
