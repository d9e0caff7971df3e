"""Find candidate sites for a name, and perhaps a place, in a report: misspelt, shortened or in another script."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from hefboom.errors import UsageError
from hefboom.graph.match_text import fold, is_letter_spaced, spelling_class
from hefboom.graph.match_words import add_macros, load_facts, split_texts
from hefboom.graph.tables import quote

INDEX = ("find_word", "find_lexicon", "find_site")
ALIKE = 0.86
"""From this Jaro-Winkler similarity on, a word of the sites counts as a misspelling of the word asked for."""
SHORTLIST = 300
"""How many sites, by the weight of shared words, are compared in full."""
_NAME_ELSEWHERE, _PLACE_IN_NAME = 0.4, 0.7


@dataclass(frozen=True)
class Found:
    """A candidate site: score from 0 to 1, what it is called, and why it was found."""

    site: str
    score: float
    label: str
    address: str
    country: str
    reasons_en: str
    reasons_nl: str


def build_find_index(connection: duckdb.DuckDBPyConnection, sites: str, folder: Path) -> None:
    """Write the index of a relation with site, name, native_name, address, country (several rows a site are welcome).

    Three Parquet files, sorted so that a question reads little of them: which sites use a word, all words, all sites.
    """
    add_macros(connection)
    load_facts(connection)
    connection.execute(f"""
        CREATE OR REPLACE TABLE m_claim AS
        SELECT row_number() OVER () AS claim, site, name, native_name, address,
               NULL::VARCHAR AS street, NULL::VARCHAR AS city, NULL::VARCHAR AS region, NULL::VARCHAR AS postcode,
               country, NULL::VARCHAR[] AS parent_companies
        FROM (SELECT DISTINCT site, name, native_name, address, country FROM {sites})
    """)
    split_texts(connection, native=True)
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE find_number AS
        SELECT site, row_number() OVER (ORDER BY site) AS number, any_value(name) AS label,
               any_value(address) AS address, any_value(country) AS country FROM m_claim GROUP BY site
    """)
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE find_use AS
        SELECT w.hash, w.word, n.number, bool_or(field <> 'a') AS in_name, bool_or(field = 'a') AS in_address
        FROM m_word w JOIN m_claim c USING (claim) JOIN find_number n USING (site) GROUP BY ALL
    """)
    folder.mkdir(parents=True, exist_ok=True)
    for name, query in (
        ("find_word", "SELECT word, number, in_name, in_address FROM find_use ORDER BY word, number"),
        (
            "find_lexicon",
            "SELECT word, any_value(hash) AS hash, count(*) AS sites FROM find_use GROUP BY word ORDER BY word",
        ),
        ("find_site", "SELECT number, site, label, address, country FROM find_number ORDER BY number"),
    ):
        path = quote(str(folder / f"{name}.parquet"))
        connection.execute(f"COPY ({query}) TO {path} (ROW_GROUP_SIZE 50000)")


def find(connection: duckdb.DuckDBPyConnection, folder: Path, text: str, limit: int = 10) -> list[Found]:
    """The sites that best fit `NAME, PLACE` (the last comma parts name and place; the place may be left out)."""
    name, _, place = text.rpartition(",") if "," in text else (text, "", "")
    name_words, place_words = _words(connection, name), _words(connection, place)
    if not name_words and not place_words:
        raise UsageError(f"'{text}' has no word to look for; give a name, or a name and a place: 'NAME, PLACE'")
    for table in INDEX:
        connection.execute(
            f"CREATE OR REPLACE TEMP VIEW {table} AS FROM read_parquet({quote(str(folder / (table + '.parquet')))})"
        )
    asked = [(word, spelling_class(word), "n") for word in name_words] + [
        (word, spelling_class(word), "p") for word in place_words
    ]
    connection.execute("CREATE OR REPLACE TEMP TABLE find_asked (word VARCHAR, class VARCHAR, field VARCHAR)")
    connection.executemany("INSERT INTO find_asked VALUES (?, ?, ?)", asked)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE find_match AS
        WITH total AS (SELECT count(*) AS size FROM find_site), alike AS (
            SELECT a.word AS asked, a.field, l.word, l.sites,
                   CASE WHEN l.word = a.word THEN 1 WHEN l.hash = (hash(a.class) >> 41)::INTEGER THEN 0.95
                        ELSE jaro_winkler_similarity(l.word, a.word) - 0.06 END AS alike
            FROM find_asked a JOIN find_lexicon l ON l.word = a.word OR l.hash = (hash(a.class) >> 41)::INTEGER
                OR (len(a.word) >= 4 AND l.word[1] = a.word[1] AND jaro_winkler_similarity(l.word, a.word) >= {ALIKE})
        ), weighed AS (
            SELECT asked, max(alike) AS best, sum(sites) AS sites FROM alike WHERE alike >= 0.95 GROUP BY asked
        )
        SELECT a.asked, a.field, a.word, a.alike,
               log2((SELECT size + 1 FROM total) / coalesce(w.sites, a.sites)) AS weight
        FROM alike a LEFT JOIN weighed w USING (asked)
        QUALIFY row_number() OVER (PARTITION BY a.asked, a.field ORDER BY alike DESC, a.sites DESC) <= 12
    """)
    rows = connection.execute(
        f"""
        WITH hits AS (
            SELECT u.number, m.asked, m.field, max_by(m.word, m.alike) AS word, max(m.alike) AS alike,
                   max(m.weight) AS weight,
                   max(m.alike * m.weight * CASE
                       WHEN (field = 'n' AND in_name) OR (field = 'p' AND in_address) THEN 1
                       WHEN field = 'p' THEN {_PLACE_IN_NAME} ELSE {_NAME_ELSEWHERE} END) AS points,
                   bool_or(u.in_name) AS in_name
            FROM find_word u JOIN find_match m USING (word) GROUP BY ALL
        ), best AS (
            SELECT number, sum(points) AS points, count(*) FILTER (field = 'n') AS names,
                   list({{'asked': asked, 'word': word, 'field': field, 'alike': alike, 'in_name': in_name,
                          'weight': weight}} ORDER BY weight DESC, asked) AS hits
            FROM hits GROUP BY number ORDER BY points DESC, number LIMIT {SHORTLIST}
        ), possible AS (
            SELECT sum(weight) AS weight FROM (SELECT asked, field, max(weight) AS weight FROM find_match GROUP BY ALL)
        )
        SELECT s.site, s.label, s.address, s.country, b.hits, b.points / greatest(p.weight, 1) AS covered,
               jaro_winkler_similarity(lower(s.label), ?) AS alike
        FROM best b JOIN find_site s USING (number), possible p
        ORDER BY 0.85 * covered + 0.15 * alike DESC, s.site LIMIT ?
    """,
        [fold(name or place), limit],
    ).fetchall()
    return [
        Found(site, round(min(1.0, 0.85 * covered + 0.15 * alike), 3), label or "", address or "", country or "",
              _reasons(hits, "en"), _reasons(hits, "nl"))
        for site, label, address, country, hits, covered, alike in rows
    ]  # fmt: skip


def _words(connection: duckdb.DuckDBPyConnection, text: str) -> list[str]:
    folded = fold(text)
    if is_letter_spaced(folded):
        folded = folded.replace(" ", "")
    row = connection.execute(
        """SELECT list_distinct(list(coalesce(b.standard, w.word))) FROM
           (SELECT unnest(string_split(m_plain(?), ' ')) AS word) w
           LEFT JOIN m_fact_words f ON f.word = w.word LEFT JOIN m_fact_abbreviations b ON b.word = w.word
           WHERE len(w.word) > 1 AND f.kind IS NULL""",
        [folded],
    ).fetchone()
    return sorted(row[0]) if row and row[0] else []


_TEXTS = {
    "en": ("{asked} in the name", "{asked} in the address",
           "{word} (asked: {asked}) in the name", "{word} (asked: {asked}) in the address"),
    "nl": ("{asked} in de naam", "{asked} in het adres",
           "{word} (gevraagd: {asked}) in de naam", "{word} (gevraagd: {asked}) in het adres"),
}  # fmt: skip


def _reasons(hits: list[dict[str, object]], language: str) -> str:
    told = []
    for hit in hits:
        text = _TEXTS[language][(2 if hit["word"] != hit["asked"] else 0) + (0 if hit["in_name"] else 1)]
        told.append(text.format(word=str(hit["word"]).upper(), asked=str(hit["asked"]).upper()))
    return "; ".join(told)
