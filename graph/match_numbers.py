"""Numbers that tell one site of a company from another: of units, plots and buildings, of doors, and in names."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from hefboom.ontology.terms import fact_table

_VALUE = (
    r"(?:[a-z]{1,2}[-/]?[0-9]{1,4}[a-z]?\b|[0-9]{1,5}(?:-?[a-z]\b)?|[ivx]{1,4}\b|[a-z]\b"
    r"|(?:one|two|three|four|five|six)\b)"
)
_MORE = r"(?:(?:[\s,&/+-]|\band\b|\bve\b|\by\b)+[a-z]{0,2}-?[0-9]{1,5}[a-z]?\b)*"
_HOUSES = (
    (r"\b(?:and|ve)\b", "&"),
    (r"([0-9a-z])\s*,\s*([0-9]{1,5}[a-z]?\s+[a-z]{2,})", r"\1 ; \2"),
    (r"([0-9][a-z]?)\s+([0-9]{1,5}\s+[a-z]{2,})", r"\1 ; \2"),
    (r"\bno([0-9])", r"no \1"),
)
"""What sets a number that begins a street apart from a unit before it: in `Unit 4, 12 Mill Road`, 12 is no unit."""
_SIGN = r"(?:\b(?:nos|no|nr|num|number|numero|n)\b|#)"
_ORDINAL = r"(?:[0-9]{1,3}(?:st|nd|rd|th|a|o)?|[ivx]{1,4}|first|second|third|fourth|fifth)"
_ROADS = r"road|rd|highway|hwy|route|lane|street|st|zone|sector|section|moo|box|ward|district|group|area|gate"


def find_numbers(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `m_unit` (claim, field, class, number), `m_door` (claim, numbers) and `m_name_number`.

    A unit is a number, Roman numeral or letter after a word such as `unit` or `plot`, or before one where languages
    put it there (`2. Fabrika`, `IV Fase`, `A Blok`). A door is a number after `No`. Numbers of a name are its figures,
    a letter from A to D at its end, and what belongs to a word for a unit there (claim, numbers, of_units).
    """
    rows = fact_table("match_unit_words")
    words = _alternatives(row["word"] for row in rows)
    before = _alternatives(row["word"] for row in rows if row["before"])
    blocks = _alternatives(row["word"] for row in rows if row["class"] == "block")
    ahead = rf"\b(?:{words})\b[\s.:#(/-]*{_SIGN}?[\s.:#(/-]*{_VALUE}{_MORE}"
    behind = (
        rf"\b(?:{_ORDINAL}[\s.-]*(?:{before})|[a-z]-?[0-9]{{0,2}}[\s.]*(?:{blocks}))\b(?:[\s.:#(-]*{_VALUE}{_MORE})?"
    )
    houses = "address"
    for pattern, apart in _HOUSES:
        houses = f"regexp_replace({houses}, '{pattern}', '{apart}', 'g')"
    connection.execute(rf"""
        CREATE OR REPLACE TEMP TABLE m_marked AS
        WITH texts AS (
            SELECT claim, 'a' AS field, {houses} AS text FROM m_folded
            WHERE regexp_matches(address, '[0-9]|\b(?:{words})\b')
            UNION ALL SELECT claim, 'n', regexp_replace(name, '\bno([0-9])', 'no \1', 'g')
            FROM (SELECT claim, name FROM m_folded UNION ALL SELECT claim, native FROM m_folded)
            WHERE regexp_matches(name, '\b(?:{words})\b')
        )
        SELECT claim, field, found,
               CASE WHEN len(found) > 0 THEN regexp_replace(text, '{behind}|{ahead}', ' | ', 'g') ELSE text END AS rest
        FROM (SELECT *, CASE WHEN regexp_matches(text, '\b(?:{words})\b')
                  THEN regexp_extract_all(text, '{behind}|{ahead}') ELSE [] END AS found FROM texts)
    """)
    connection.execute(rf"""
        CREATE OR REPLACE TEMP TABLE m_unit AS
        WITH found AS (
            SELECT claim, field, unnest(found) AS text FROM m_marked
        ), cut AS (
            SELECT claim, field, text, regexp_extract(text, '\b({words})\b', 1) AS word,
                   regexp_replace(text, '^.*?\b(?:{words})\b[\s.:#(/-]*{_SIGN}?', '') AS tail FROM found
        ), parts AS (
            SELECT claim, field, word, unnest(CASE WHEN regexp_matches(tail, '{_VALUE}')
                THEN regexp_extract_all(tail, '\b{_VALUE}')
                ELSE [regexp_extract(text, '^([0-9]+|[a-z]-?[0-9]+|[ivx]+\b|first|second|third|fourth|fifth|[a-z])', 1)]
                END) AS number FROM cut
        )
        SELECT DISTINCT claim, field, u.class, m_number_of(regexp_replace(p.number, '[-/]', '', 'g')) AS number
        FROM parts p JOIN m_fact_unit_words u USING (word)
    """)
    connection.execute(rf"""
        CREATE OR REPLACE TEMP TABLE m_door AS
        WITH texts AS (
            SELECT claim, unnest(regexp_extract_all(
                regexp_replace(rest, '\b(?:{_ROADS})\b[\s.]*{_SIGN}[\s.:#-]*[0-9]+', ' ', 'g'),
                '{_SIGN}[\s.:#-]*[0-9]{{1,5}}(?:[\s,&/+-]+(?:and\s+)?[0-9]{{1,5}}\b)*')) AS text
            FROM m_marked WHERE field = 'a' AND regexp_matches(rest, '{_SIGN}[\s.:#-]*[0-9]')
        )
        SELECT claim, list_sort(list_distinct(list(m_number_of(number)))) AS numbers
        FROM (SELECT claim, unnest(regexp_extract_all(text, '[0-9]+')) AS number FROM texts) GROUP BY claim
    """)
    connection.execute(r"""
        CREATE OR REPLACE TEMP TABLE m_name_number AS
        WITH words AS (
            SELECT claim, unnest(name) AS word, generate_subscripts(name, 1) AS position FROM m_split
        ), numbers AS (
            SELECT claim, m_number_of(word) AS number, false AS of_unit FROM words WHERE position > 1
                AND (word SIMILAR TO '[0-9]{1,5}' OR word IN ('ii', 'iii', 'iv', 'vi', 'vii', 'viii', 'ix'))
            UNION ALL SELECT claim, name[-1], false FROM m_split
                WHERE len(name) > 2 AND name[-1] SIMILAR TO '[a-d]' AND len(name[-2]) > 2
            UNION ALL SELECT claim, number, true FROM m_unit WHERE field = 'n'
        )
        SELECT claim, list_sort(list(DISTINCT number)) AS numbers,
               list_sort(list(DISTINCT number) FILTER (of_unit)) AS of_units FROM numbers GROUP BY claim
    """)
    connection.execute("DROP TABLE m_marked")


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))
