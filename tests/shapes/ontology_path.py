"""Where the tables of facts and the shapes lie."""

from importlib.resources import files
from pathlib import Path

FACTS = Path(str(files("hefboom.ontology"))) / "facts"
SHAPES = Path(str(files("hefboom.ontology"))) / "shapes"
