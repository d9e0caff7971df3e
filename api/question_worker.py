"""An engine process for the catalogue of questions: as `hefboom.api.worker`, but it takes a question and its values.

The questions run over the publication that the caller may see, so the group-size rule of the runner works on top of
what is not there to be told in the first place.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from hefboom.api import frames, worker
from hefboom.api.errors import Problem, bad_request
from hefboom.errors import QueryError
from hefboom.graph.visibility import company_of, group_of
from hefboom.queries.answers import Answer
from hefboom.queries.evidence import Evidence
from hefboom.queries.formats import FORMATS
from hefboom.queries.runner import run

_TYPES: Final = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "ttl": "text/turtle; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class QuestionEngine:
    """One publication, and the audience that sees it."""

    store: ox.Store
    base: str
    audience: str

    def answer(self, request: dict[str, Any], asked: str, number: int = 0) -> tuple[frames.Head, bytes]:
        """Run a question; `asked` is JSON with its name and values. Raises Problem (400) for values that do not fit."""
        given = json.loads(asked)
        evidence = Evidence(self.store, base=self.base)
        try:
            answer = run(
                given["question"], given["values"], evidence, group_of(self.audience),
                lang=given["lang"], owner=company_of(self.audience) or None,
            )  # fmt: skip
        except QueryError as error:
            raise bad_request("question-refused", str(error)) from error
        form = given["format"]
        body = _enveloped(answer, request["rows"]) if form == "json" else FORMATS[form](answer)
        if len(body) > request["bytes"]:
            raise Problem(413, "answer-too-large", "The answer is too large; narrow the question.")
        head = {"status": 200, "type": _TYPES[form], "coding": "", "spooled": False, "volatile": False, "cut": 0}
        return head, body


def _enveloped(answer: Answer, most: int) -> bytes:
    """The answer with what must be said beside it, for software."""
    rows = json.loads(FORMATS["json"](answer))
    columns = [{"name": c.name, "type": c.type, "about": c.description} for c in answer.columns]
    members = {
        "question": answer.question,
        "title": answer.title,
        "as_of": answer.as_of.isoformat() if answer.as_of else None,
        "columns": columns,
        "rows": rows[:most],
        "cut": len(rows) > most,
        "suppressed": answer.suppressed,
        "notes": list(answer.notes),
    }
    return json.dumps(members, ensure_ascii=False).encode()


def prepare(configuration: dict[str, Any]) -> worker.Opener:
    """What makes the engine of a process."""
    opened = worker.open_store(configuration)
    return lambda spool: QuestionEngine(opened(), configuration["base"], configuration["audience"])


if __name__ == "__main__":
    worker.start(prepare)
