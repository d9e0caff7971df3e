"""The catalogue: every question file below this folder, by name and by the competency question it answers."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from hefboom.errors import QueryError
from hefboom.queries.headers import Header, parse

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Question:
    """One question: its name (the file's name), subject (its folder), header, SPARQL text and, if any, SQL text."""

    name: str
    subject: str
    header: Header
    sparql: str
    sql: str | None

    def title(self, lang: str = "en") -> str:
        """The title in a language, in English where there is no translation."""
        return self.header.translations.get(("title", lang), (self.header.title,))[0]

    def notes(self, lang: str = "en") -> tuple[str, ...]:
        """The notes in a language, in English where there is no translation."""
        return self.header.translations.get(("note", lang), self.header.notes)


def read_question(file: Path) -> Question:
    """Read one `.rq` file and the `.sql` file beside it, when there is one."""
    text = file.read_text(encoding="utf-8")
    second = file.with_suffix(".sql")
    sql = second.read_text(encoding="utf-8") if second.is_file() else None
    return Question(file.stem, file.parent.name, parse(file, text), text, sql)


@lru_cache(maxsize=1)
def catalogue() -> MappingProxyType[str, Question]:
    """All questions by name, in the order of their names."""
    files = sorted(FOLDER.glob("*/*.rq"), key=lambda file: file.stem)
    return MappingProxyType({file.stem: read_question(file) for file in files})


def find(name: str) -> Question:
    """The question of a name, or the one that answers a competency question such as `CQ02`.

    Raises QueryError when nothing fits (with the nearest names) or when several questions answer it (with their names).
    """
    questions = catalogue()
    if name in questions:
        return questions[name]
    answering = [question.name for question in questions.values() if name.upper() in question.header.answers]
    if len(answering) == 1:
        return questions[answering[0]]
    if answering:
        raise QueryError(f"'{name}' is answered by several questions; ask one of: {', '.join(answering)}")
    near = difflib.get_close_matches(name, list(questions), n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "'hefboom questions' lists them all"
    raise QueryError(f"there is no question '{name}'; {hint}")
