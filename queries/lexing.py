"""The words of a SPARQL query: strings, IRIs, variables, names, numbers, signs, with where each stands.

It tells no grammar. `<` is read as the start of an IRI wherever one fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_SKIP: Final = r"[ \t\r\n]++|\#[^\r\n]*+"
_WORDS: Final = r"""
    (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>)
    | (?P<string>\"\"\"(?:\"{0,2}(?:[^"\\]|\\.))*+\"\"\"|'''(?:'{0,2}(?:[^'\\]|\\.))*+'''
        |"(?:[^"\\\r\n]|\\.)*+"|'(?:[^'\\\r\n]|\\.)*+')
    | (?P<var>[?$]\w++)
    | (?P<lang>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
    | (?P<pname>(?=[\w.\-·]*+:)(?:[^\W\d_](?:[\w.\-·]*[\w\-·])?)?
        :(?:[\w:.\-·]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*+)
    | (?P<bnode>_:[\w.\-·]++)
    | (?P<number>(?:\d++\.?\d*+|\.\d++)(?:[eE][+-]?\d++)?)
    | (?P<word>\w++)
    | (?P<open>[({\[])
    | (?P<close>[)}\]])
    | (?P<operator>\|\||&&|[!*/|^+\-])
    | (?P<other>\^\^|<<|>>|<=|>=|.)
    """
_TOKEN: Final = re.compile(rf"(?P<skip>{_SKIP})|{_WORDS}", re.VERBOSE | re.DOTALL)
_HALF: Final = "[dD][89a-fA-F]"
"""How half a character of UTF-16 begins, which stands for nothing."""
_CODE_POINT: Final = re.compile(
    rf"\\u((?!{_HALF})[0-9A-Fa-f]{{4}})|\\U00((?!00{_HALF})(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{{4}})"
)
_LOCAL_ESCAPE: Final = re.compile(r"\\(.)")
NEXT: Final = re.compile(rf"(?:{_SKIP})*+(?:{_WORDS}|\Z)", re.VERBOSE | re.DOTALL)
"""A token after any white space and comments; the match at the end of the query has no kind."""


def tokens(query: str) -> Iterator[tuple[str, int, int]]:
    """The tokens of a query: kind, start, end; white space and comments are of the kind `skip`."""
    for token in _TOKEN.finditer(query):
        yield token.lastgroup or "other", token.start(), token.end()


def iri_text(token: str) -> str:
    """What an IRI between `<` and `>` says, its code points resolved."""
    return _CODE_POINT.sub(lambda escape: chr(int(escape[1] or escape[2], 16)), token[1:-1])


def local_text(local: str) -> str:
    """What the local part of a prefixed name says, its backslashes resolved."""
    return _LOCAL_ESCAPE.sub(r"\1", local)
