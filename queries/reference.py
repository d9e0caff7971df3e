"""The page that lists all questions, from their headers: `python -m hefboom.queries.reference docs/questions.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from hefboom.queries.catalogue import Question, catalogue
from hefboom.queries.headers import Param
from hefboom.queries.rules import __doc__ as rules

_HEAD = """# Questions

Made from the headers of the files in `queries/` by `python -m hefboom.queries.reference docs/questions.md`; change
those, not this.

Ask one with `hefboom ask NAME --param name=value`; `--at` and `--covenant` are short for the parameters of that name,
`--as` says for whose eyes the answer is, `--format` how it is written. A site is given by its IRI, its OS ID, its `hb-`
id or a listing of it; a company or covenant by its label, its slug or its IRI; a country or process by
its code or its name in English or Dutch, and so a value of any closed set, such as the relation to a target; several
values by commas or by repeating the parameter. A question may have a second form, in SQL: it runs on the projection and
gives the same rows.
"""


def reference() -> str:
    """The page in Markdown, one section per question in the order of their subjects."""
    questions = sorted(catalogue().values(), key=lambda question: (question.subject, question.name))
    subjects = dict.fromkeys(question.subject for question in questions)
    parts = [_HEAD, "## What an audience gets\n\n" + str(rules).split("\n\n", 1)[1].strip() + "\n"]
    for subject in subjects:
        parts.append(f"## {subject.capitalize()}\n")
        parts += ["\n".join(_section(question)) + "\n" for question in questions if question.subject == subject]
    return "\n".join(parts)


def _section(question: Question) -> Iterator[str]:
    header = question.header
    answers = f" ({', '.join(header.answers)})" if header.answers else ""
    yield f"### {question.name}{answers}\n"
    yield f"**{question.title()}** / {question.title('nl')}. {header.question}\n"
    forms = "SPARQL, SQL" if question.sql else "SPARQL"
    yield f"Full answer for: {header.audience}. Forms: {forms}.\n"
    if header.params:
        yield "| parameter | type | when left out | meaning |\n| --- | --- | --- | --- |"
        for param in header.params:
            kind = f"{param.type}, one or more" if param.many else param.type
            yield f"| `{param.name}` | {kind} | {_absent(param)} | {param.description} |"
        yield ""
    yield "| column | type | meaning |\n| --- | --- | --- |"
    for column in header.columns:
        yield f"| `{column.name}` | {'set of texts' if column.many else column.type} | {column.description} |"
    if header.closed:
        yield f"\nOnly for the secretariat: {', '.join(f'`{name}`' for name in header.closed)}."
    yield from (f"\n{note}" for note in header.notes)


def _absent(param: Param) -> str:
    return f"`{param.default}`" if param.default else "no limit" if param.optional else "an error"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(reference(), encoding="utf-8")
