"""The words in which statement queries are written: SQL macros for terms, and the frame of a query per table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from hefboom.graph.iris import FILE_ID, HEF, SCHEME, Names

RDFS_LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
ADDRESS = "<https://schema.org/address>"
LAT = "<http://www.w3.org/2003/01/geo/wgs84_pos#lat>"
LONG = "<http://www.w3.org/2003/01/geo/wgs84_pos#long>"
DCT = "http://purl.org/dc/terms/"
XSD = "http://www.w3.org/2001/XMLSchema#"


def hef(name: str) -> str:
    """A term of the ontology, in angle brackets."""
    return f"<{HEF}{name}>"


def define_macros(connection: duckdb.DuckDBPyConnection, names: Names) -> None:
    """Define the SQL macros that the statement queries use: terms from values, a statement from terms."""
    base = names.base
    escape = "replace(replace(replace(replace(x, '\\', '\\\\'), '\"', '\\\"'), chr(10), '\\n'), chr(13), '\\r')"
    segment = "CASE WHEN regexp_full_match(x, '[A-Za-z0-9._~-]+') THEN x ELSE url_encode(x) END"
    macros = {
        "text(x)": f"'\"' || {escape} || '\"'",
        "whole(x)": f"'\"' || x || '\"^^<{XSD}integer>'",
        "decimal_of(x)": f"'\"' || x::DECIMAL(11, 7) || '\"^^<{XSD}decimal>'",
        "number_of(x)": f"'\"' || x::DECIMAL(24, 7) || '\"^^<{XSD}decimal>'",
        "day(x)": f"'\"' || strftime(x, '%Y-%m-%d') || '\"^^<{XSD}date>'",
        "truth(x)": f"'\"' || x || '\"^^<{XSD}boolean>'",
        "json_text(x)": "text(x) || '^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>'",
        "segment(x)": segment,
        "concept(x)": f"'<{SCHEME}' || x || '>'",
        "list_iri(x)": "'<' || list_address(x) || '>'",
        "listing_iri(list, row, part)": f"'<{base}/' || CASE WHEN is_file(list) THEN list || '/site' "
        "ELSE 'listing/' || list END || '/' || segment(row) || "
        "CASE WHEN part = 'buyer' THEN '/buyer' ELSE '' END || '>'",
        "site_iri(x)": f"'<{base}/site/' || x || '>'",
        "company_iri(x)": f"'<{base}/company/' || x || '>'",
        "covenant_iri(x)": f"'<{base}/covenant/' || x || '>'",
        "relationship_iri(list, row)": f"'<{base}/' || CASE WHEN is_file(list) THEN list || '/relation' "
        "ELSE 'relationship/' || list END || '/' || segment(row) || '>'",
        "evidence_iri(list, row, indicator)": f"'<{base}/evidence/' || list || '/' || segment(row) || '/' || "
        "parse_filename(indicator) || '>'",
        "scope_graph(kind, scope)": f"'<{base}/graph/' || kind || '/' || scope || '>'",
        "match_iri(x)": f"'<{base}/match/' || left(md5(x), 20) || '>'",
        "judgement_iri(x)": f"'<{base}/judgement/' || left(md5(x), 20) || '>'",
        "use_iri(x)": f"'<{base}/use/' || left(md5(x), 20) || '>'",
        "membership_iri(covenant, company, day)": f"'<{base}/membership/' || covenant || '/' || company || '/' || "
        "coalesce(strftime(day, '%Y-%m-%d'), 'start') || '>'",
        "st(s, p, o, g)": "CASE WHEN o IS NOT NULL THEN concat(s, ' ', p, ' ', o, ' ', g, ' .') END",
        "each(s, p, objects, g)": "CASE WHEN len(objects) > 0 THEN "
        "array_to_string(list_transform(objects, lambda o: st(s, p, o, g)), chr(10)) END",
    }
    define_list_address(connection, names)
    for head, body in macros.items():
        connection.execute(f"CREATE OR REPLACE MACRO {head} AS {body}")


def define_list_address(connection: duckdb.DuckDBPyConnection, names: Names) -> None:
    """Define `list_address(list)`, the IRI of a list from its id, and `is_file(list)`, as `Names.list` has them."""
    is_file = f"regexp_full_match(x, '{FILE_ID.pattern}')"
    connection.execute(f"CREATE OR REPLACE MACRO is_file(x) AS {is_file}")
    address = f"'{names.base}/' || CASE WHEN is_file(x) THEN '' ELSE 'list/' END || x"
    connection.execute(f"CREATE OR REPLACE MACRO list_address(x) AS {address}")


def per_row(table: str, terms: Mapping[str, str], parts: Sequence[str]) -> str:
    """A query giving, per row of a relation, the lines of its statements; `terms` names SQL terms that parts use."""
    inner = ", ".join(f"{sql} AS {name}" for name, sql in terms.items())
    return f"SELECT concat_ws(chr(10), {', '.join(parts)}) AS lines FROM (SELECT *, {inner} FROM {table})"


def says(predicate: str, value: str) -> str:
    """The statement that the row's subject has a value, in the row's graph; nothing where the value is NULL."""
    return f"st(s, '{predicate}', {value}, g)"


def is_a(name: str) -> str:
    """The statement of the class of the row's subject."""
    return says(RDF_TYPE, f"'{hef(name)}'")
