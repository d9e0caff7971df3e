"""Statements go out of the store whatever their texts hold."""

import duckdb
import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from hefboom.graph.store_changes import delete

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(st.lists(TEXTS | st.sampled_from(["\\u0022", 'a\\\\u0041" . ', "} <x>", "\r\n\t'", "\x85\u2028"]), min_size=1))
def test_every_text_is_taken_out_as_it_was_written(texts: list[str]) -> None:
    store = ox.Store()
    escape = "replace(replace(replace(replace(x, '\\', '\\\\'), '\"', '\\\"'), chr(10), '\\n'), chr(13), '\\r')"
    rows = duckdb.execute(f"SELECT {escape} FROM (SELECT unnest($1::VARCHAR[]) AS x)", [texts]).fetchall()
    lines = [f'<http://a/{n}> <http://p> "{text}"@en <http://g/{n % 2}> .\n' for n, (text,) in enumerate(rows)]
    store.load("".join(lines).encode(), format=ox.RdfFormat.N_QUADS)
    kept = ox.Quad(ox.NamedNode("http://a"), ox.NamedNode("http://p"), ox.Literal("kept"), ox.NamedNode("http://g/0"))
    store.add(kept)
    delete(store, lines)
    assert list(store) == [kept]
