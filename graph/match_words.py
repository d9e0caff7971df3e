"""Words of names and addresses: split, closed up, standardised, and weighed by how rare they are."""

from __future__ import annotations

import duckdb
import polars as pl

from hefboom.graph.match_folding import fold_texts
from hefboom.graph.match_known import known_counts, known_sizes, known_use, take_known_spaces, take_known_vocabulary
from hefboom.graph.match_names import find_other_names
from hefboom.graph.match_slips import slips
from hefboom.graph.match_text import spelling_class
from hefboom.ontology.terms import fact_table

PRIOR_CLAIMS = 5000
"""How many claims the shipped word frequencies count for beside the claims at hand."""
ZONE_PRIOR = 1000
"""How many claims the frequencies of all countries count for beside those of one country."""


def add_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Define the SQL macros that cut folded text into words."""
    connection.execute(r"""
        CREATE OR REPLACE TEMP MACRO m_plain(s) AS trim(regexp_replace(regexp_replace(regexp_replace(
            regexp_replace(regexp_replace(regexp_replace(regexp_replace(
            regexp_replace(s, '\b([0-9]) ([0-9]) ([0-9])\b', '\1\2\3', 'g'), '[''`]', '', 'g'),
            '\b([0-9]+)o\b', '\10', 'g'),
            '\b([a-z])\.\s?([a-z])\b\.?(?:\s?([a-z])\b\.?)?(?:\s?([a-z])\b\.?)?', '\1\2\3\4', 'g'),
            '([a-z])([0-9])', '\1 \2', 'g'), '([0-9])([a-z])', '\1 \2', 'g'),
            '[^a-z0-9]+', ' ', 'g'),
            '\b([a-z]) ([a-z])\b(?: ([a-z])\b)?(?: ([a-z])\b)?', '\1\2\3\4', 'g'))
    """)
    connection.execute("""
        CREATE OR REPLACE TEMP MACRO m_number_of(s) AS CASE s
            WHEN 'i' THEN '1' WHEN 'ii' THEN '2' WHEN 'iii' THEN '3' WHEN 'iv' THEN '4' WHEN 'v' THEN '5'
            WHEN 'vi' THEN '6' WHEN 'vii' THEN '7' WHEN 'viii' THEN '8' WHEN 'ix' THEN '9' WHEN 'x' THEN '10'
            WHEN 'one' THEN '1' WHEN 'two' THEN '2' WHEN 'three' THEN '3' WHEN 'four' THEN '4' WHEN 'five' THEN '5'
            WHEN 'six' THEN '6' WHEN 'first' THEN '1' WHEN 'second' THEN '2' WHEN 'third' THEN '3'
            WHEN 'fourth' THEN '4' WHEN 'fifth' THEN '5'
            ELSE regexp_replace(s, '^0+([0-9])', '\\1') END
    """)
    cases = " ".join(
        f"WHEN '{row['country']}' THEN regexp_extract_all(s, '\\b(?:{row['pattern']})\\b')[-1]"
        for row in fact_table("match_postcodes")
        if row["country"] != "*"
    )
    other = next(row["pattern"] for row in fact_table("match_postcodes") if row["country"] == "*")
    connection.execute(f"""
        CREATE OR REPLACE TEMP MACRO m_last(s, country) AS
        CASE country {cases} ELSE regexp_extract_all(s, '\\b(?:{other})\\b')[-1] END
    """)


def load_facts(connection: duckdb.DuckDBPyConnection) -> None:
    """Make tables of the shipped facts about words, abbreviations, units, postcodes, zones."""
    for name in (
        "words",
        "abbreviations",
        "unit_words",
        "postcodes",
        "country_zones",
        "word_shares",
        "reasons",
        "street_words",
        "phrases",
    ):
        rows = pl.DataFrame(fact_table(f"match_{name}"))
        connection.register("m_rows", rows)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE m_fact_{name} AS SELECT * FROM m_rows")
        connection.unregister("m_rows")
    for name, kept in (("legal", "kind = 'legal'"), ("general", None)):
        source = f"m_fact_words WHERE {kept}" if kept else "m_fact_abbreviations"
        words = [word for (word,) in connection.execute(f"SELECT word FROM {source}").fetchall()]
        connection.register("m_rows", pl.DataFrame({"word": slips(words)}))
        connection.execute(f"CREATE OR REPLACE TEMP TABLE m_{name}_slip AS FROM m_rows")
        connection.unregister("m_rows")


def split_texts(connection: duckdb.DuckDBPyConnection, native: bool = False) -> None:
    """From `m_claim` to `m_word`: fold, close up, split; with `native`, words of the native name count as field 'v'."""
    fold_texts(connection)
    split_words(connection, native)


def split_words(connection: duckdb.DuckDBPyConnection, native: bool = False, known: str | None = None) -> None:
    """Make `m_word` (claim, field, position, word, hash), the standardised words of names ('n') and addresses ('a').

    Words of a second name that the name tells of, a former one, are of field 'o'. `m_claim_word` (claim, hash, in_name,
    in_address) has each word of a claim once.

    Legal forms are left out unless a name begins with one, filler words always. Where texts differ in a space only,
    all take what more claims have; `m_part` (claim, field, hash) keeps two words that became one. What the schema
    `known` holds of an earlier run stays as it was written there, and the new texts follow it.
    """
    connection.execute(r"""
        CREATE OR REPLACE TEMP TABLE m_split AS
        SELECT claim, string_split(m_plain(name), ' ') AS name, string_split(m_plain(address), ' ') AS address
        FROM m_folded
    """)
    connection.execute("CREATE OR REPLACE TABLE m_spelling AS SELECT claim, name FROM m_split")
    find_other_names(connection)
    native_words = """UNION ALL SELECT claim, 'v', unnest(native), generate_subscripts(native, 1)::SMALLINT
            FROM (SELECT claim, string_split(m_plain(native), ' ') AS native FROM m_folded WHERE native IS NOT NULL)"""
    connection.execute(rf"""
        CREATE OR REPLACE TEMP TABLE m_token AS
        WITH words AS (
            SELECT claim, field, unnest(words) AS word, generate_subscripts(words, 1)::SMALLINT AS position FROM (
                SELECT claim, 'n' AS field, name AS words FROM m_split ANTI JOIN m_other_name USING (claim)
                WHERE name IS NOT NULL
                UNION ALL SELECT claim, 'n', string_split(m_plain(name), ' ') FROM m_other_name
                UNION ALL SELECT claim, 'o', string_split(m_plain(other), ' ') FROM m_other_name
            )
            UNION ALL
            SELECT claim, 'a', unnest(address), generate_subscripts(address, 1)::SMALLINT
            FROM m_split WHERE address IS NOT NULL
            {native_words if native else ""}
        )
        SELECT claim, field, 2 * position AS position, word FROM words
        WHERE len(word) > 1 AND ((word NOT SIMILAR TO '[0-9]+') OR (field = 'n' AND position = 1))
    """)
    _agree_on_spaces(connection, known)
    _standardise(connection)
    _hash_words(connection)


def _agree_on_spaces(connection: duckdb.DuckDBPyConnection, known: str | None) -> None:
    """Where texts write one word or two neighbouring words for the same, all take what more claims have."""
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_vocabulary AS
        SELECT word, count(DISTINCT claim) AS claims FROM m_token WHERE len(word) >= 5 GROUP BY word
    """)
    if known is not None:
        take_known_vocabulary(connection, known)
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_pair_of_words AS
        WITH pairs AS (
            SELECT claim, field, position, word AS a, lead(word) OVER w AS b, lead(position) OVER w AS next
            FROM m_token WINDOW w AS (PARTITION BY claim, field ORDER BY position)
        )
        SELECT claim, field, position, next, a || b AS word, a, b FROM pairs
        WHERE next = position + 2 AND a || b IN (SELECT word FROM m_vocabulary)
    """)
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_apart AS
        WITH counted AS (SELECT word, a, b, count(DISTINCT claim) AS pairs FROM m_pair_of_words GROUP BY ALL)
        SELECT word AS whole, arg_max(a, (pairs, a)) AS a, arg_max(b, (pairs, a)) AS b
        FROM counted JOIN m_vocabulary USING (word) WHERE len(word) >= 7
        GROUP BY word HAVING max(pairs) >= any_value(claims)
    """)
    if known is not None:
        take_known_spaces(connection, known)
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_joined AS
        FROM m_pair_of_words ANTI JOIN (SELECT whole AS word FROM m_apart) USING (word)
        ANTI JOIN (SELECT word AS a FROM m_fact_words) USING (a)
        ANTI JOIN (SELECT word AS b FROM m_fact_words) USING (b)
    """)
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_part AS
        SELECT DISTINCT claim, field, unnest([a, b]) AS word FROM m_joined
    """)
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_token AS
        WITH used AS (SELECT claim, field, position FROM m_joined UNION SELECT claim, field, next FROM m_joined),
        kept AS (FROM m_token ANTI JOIN used USING (claim, field, position))
        SELECT claim, field, position, coalesce(a, word) AS word FROM kept LEFT JOIN m_apart ON whole = word
        UNION ALL SELECT claim, field, position + 1, b FROM kept JOIN m_apart ON whole = word
        UNION ALL SELECT claim, field, position, word FROM m_joined
    """)


def _standardise(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `m_raw` from `m_token`: one spelling for abbreviations; no legal forms, misspelt or not, no filler words."""
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_raw AS
        SELECT claim, field, position, coalesce(b.standard, t.word) AS word
        FROM m_token t LEFT JOIN m_fact_words f ON f.word = t.word LEFT JOIN m_fact_abbreviations b ON b.word = t.word
        WHERE (f.kind IS NULL AND (field <> 'n' OR position = 2 OR t.word NOT IN (FROM m_legal_slip)))
            OR (f.kind = 'legal' AND field = 'n' AND position = 2)
    """)
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_part AS
        SELECT claim, field, coalesce(standard, word) AS word FROM m_part LEFT JOIN m_fact_abbreviations USING (word)
    """)
    connection.execute("DROP TABLE m_token")


def _hash_words(connection: duckdb.DuckDBPyConnection) -> None:
    words = connection.sql("SELECT word FROM m_raw UNION SELECT word FROM m_part").pl()
    classes = words.with_columns(pl.Series("class", map(spelling_class, words["word"].to_list()), pl.String))
    connection.register("m_rows", classes)
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_word AS
        SELECT claim, field, position, word, class, (hash(class) >> 41)::INTEGER AS hash
        FROM m_raw JOIN m_rows USING (word)
    """)
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_part AS
        SELECT claim, field, (hash(class) >> 41)::INTEGER AS hash FROM m_part JOIN m_rows USING (word)
    """)
    connection.unregister("m_rows")
    connection.execute("DROP TABLE m_raw")
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_claim_word AS
        SELECT claim, hash, bool_or(field = 'n') AS in_name, bool_or(field = 'a') AS in_address FROM m_word GROUP BY ALL
    """)


def find_zones(connection: duckdb.DuckDBPyConnection, known: str | None = None) -> None:
    """Make `m_zone` (claim, zone): countries that lists mix up are one zone; a blank country is guessed from the words.

    The guess is the zone whose claims use the most of the words; without any, the zone is blank.
    """
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_stated_zone AS
        SELECT claim, coalesce(z.zone, c.country) AS zone
        FROM m_claim c LEFT JOIN m_fact_country_zones z ON z.country = c.country
    """)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE m_zone AS
        WITH blank AS (
            SELECT claim, hash FROM m_claim_word JOIN m_stated_zone s USING (claim) WHERE s.zone IS NULL
        ), use AS (
            SELECT hash, zone, count(*) AS n FROM (FROM m_claim_word SEMI JOIN blank USING (hash))
            JOIN m_stated_zone USING (claim) WHERE zone IS NOT NULL GROUP BY ALL
            {known_use(known, ZONE_PRIOR)}
        ), votes AS (
            SELECT claim, zone, sum(n / total) AS votes
            FROM blank JOIN (SELECT *, sum(n) OVER (PARTITION BY hash) AS total FROM use) USING (hash) GROUP BY ALL
        ), guessed AS (SELECT claim, max_by(zone, (votes, zone)) AS guess FROM votes GROUP BY claim)
        SELECT claim, coalesce(zone, guess, '') AS zone FROM m_stated_zone LEFT JOIN guessed USING (claim)
    """)


def weigh_words(connection: duckdb.DuckDBPyConnection, known: str | None = None) -> None:
    """Make `m_weight` (zone, hash, weight, place): weight is ten times the bits that seeing the word gives, 1 to 255.

    The share of claims that have a word is smoothed twice: all claims by the shipped shares, each country's by all.
    `place` marks words that addresses use and names hardly do.
    """
    connection.execute(f"""
        CREATE OR REPLACE TABLE m_weight AS
        WITH zoned AS (
            SELECT zone, hash, count(*) AS n, count(*) FILTER (in_address) AS n_address,
                   count(*) FILTER (in_name) AS n_name
            FROM m_claim_word JOIN m_zone USING (claim) GROUP BY ALL
        ), sizes AS (
            SELECT zone, count(*) AS size FROM (SELECT zone FROM m_zone {known_sizes(known)}) GROUP BY zone
        ), prior AS (
            SELECT hash, max(share::DOUBLE) AS share
            FROM (SELECT (hash(class) >> 41)::INTEGER AS hash, share FROM m_fact_word_shares) GROUP BY hash
        ), overall AS (
            SELECT hash, sum(n) AS n, sum(n_address) AS n_address, sum(n_name) AS n_name
            FROM (SELECT hash, n, n_address, n_name FROM zoned {known_counts(known)}) GROUP BY hash
        ), shares AS (
            SELECT o.hash, o.n_address, o.n_name,
                   (o.n + {PRIOR_CLAIMS} * coalesce(p.share, 0.5 / {PRIOR_CLAIMS}))
                       / ((SELECT sum(size) FROM sizes) + {PRIOR_CLAIMS}) AS share
            FROM overall o LEFT JOIN prior p USING (hash)
        )
        SELECT zone, hash, greatest(1, least(255, round(-10 * log2((z.n + {ZONE_PRIOR} * s.share)
                   / (size + {ZONE_PRIOR})))))::INTEGER AS weight,
               s.n_address >= 3 AND s.n_address >= 3 * s.n_name AS place
        FROM zoned z JOIN sizes USING (zone) JOIN shares s USING (hash)
    """)
