"""Named questions: one `.rq` file each, run over what the audience may see."""

from hefboom.queries.answers import Answer
from hefboom.queries.catalogue import Question, catalogue, find
from hefboom.queries.evidence import Evidence
from hefboom.queries.runner import run

__all__ = ["Answer", "Evidence", "Question", "catalogue", "find", "run"]
