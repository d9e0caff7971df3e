"""A header is read strictly: what does not fit is an error that names file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from hefboom.errors import QueryError
from hefboom.queries import find
from hefboom.queries.headers import Column, Counts, Param, PathColumns, parse

GOOD = """# title: Sites
# title@nl: Locaties
# question: Which sites?
# answers: CQ01, CQ02
# audience: public
# counts: members-at-site in name, members
# path: ?company ?site -> path weakest
# param: ?n xsd:integer = 2, at least, or more
# param: ?company hef:Company+ ?, only these
# param: ?site hef:Site, the site
# column: site hef:Site, the site
# column: names xsd:string+, its names
# column: name, one name

SELECT ?site WHERE { }
"""


def test_header_is_read_whole() -> None:
    header = parse(Path("x.rq"), GOOD)
    assert (header.title, header.question, header.audience) == ("Sites", "Which sites?", "public")
    assert header.answers == ("CQ01", "CQ02")
    assert header.counts == Counts("members-at-site", "name", "members")
    assert header.paths == (PathColumns("company", "site", ("path", "weakest")),)
    assert header.params == (
        Param("n", "xsd:integer", "at least, or more", default="2"),
        Param("company", "hef:Company", "only these", optional=True, many=True),
        Param("site", "hef:Site", "the site"),
    )
    assert header.columns == (
        Column("site", "hef:Site", "the site"),
        Column("names", "xsd:string", "its names", many=True),
        Column("name", "xsd:string", "one name"),
    )
    assert header.translations["title", "nl"] == ("Locaties",)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("# title: Sites\n", "", "x.rq, line 1: the header lacks '# title: ...'"),
        ("# audience: public", "# audience: everyone", "x.rq, line 5: 'everyone' is no audience"),
        ("# answers: CQ01, CQ02", "# title: Again", "x.rq, line 4: '# title:' stands here a second time"),
        ("# answers:", "# answer:", "x.rq, line 4: '# answer' is no known header"),
        ("# title@nl:", "# title@fr:", "x.rq, line 2: '# title@fr' is no known header"),
        ("# answers: CQ01, CQ02", "#answers", "x.rq, line 4: '#answers' is no header line"),
        ("# answers: CQ01, CQ02", "# choices: ?n 1 2", "x.rq, line 4: '?n' is no parameter of type xsd:string"),
        ("# answers: CQ01, CQ02", "# bounds: ?site 1 2", "x.rq, line 4: '?site' is no parameter that takes a number"),
        ("# answers: CQ01, CQ02", "# bounds: ?n 1", "x.rq, line 4: '?n 1' does not read as '# bounds: "),
        ("# answers: CQ01, CQ02", "# choices: ?n", "x.rq, line 4: '?n' does not read as '# choices: "),
        ("?n xsd:integer", "?n xsd:int", "x.rq, line 8: 'xsd:int' is no type"),
        ("?n xsd:integer", "n xsd:integer", "x.rq, line 8: 'n xsd:integer = 2"),
        ("?site hef:Site, the", "?n hef:Site, the", "x.rq, line 10: '?n' stands here a second time"),
        ("names xsd:string+", "names xsd:text", "x.rq, line 12: 'xsd:text' is no type of column"),
        ("column: name,", "column: site,", "x.rq, line 13: 'site' stands here a second time"),
        ("members-at-site in name, members", "members", "x.rq, line 6: 'members' does not read as"),
    ],
)
def test_bad_header_names_file_and_line(old: str, new: str, message: str) -> None:
    with pytest.raises(QueryError) as raised:
        parse(Path("x.rq"), GOOD.replace(old, new))
    assert str(raised.value).startswith(message)


def test_question_is_found_by_name_and_by_what_it_answers() -> None:
    assert find("shared-sites") is find("CQ02")
    assert find("cq05").name == "indirect-shared-sites"


def test_unknown_question_gets_the_nearest_names() -> None:
    with pytest.raises(QueryError, match=r"'shared-site'; did you mean .*shared-sites"):
        find("shared-site")


def test_one_of_several_answers_must_be_chosen() -> None:
    with pytest.raises(QueryError, match="several questions; ask one of: public-list, public-list-by-process"):
        find("CQ12")
