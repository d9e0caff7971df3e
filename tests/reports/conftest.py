"""The small worlds of other tests serve here too."""

from __future__ import annotations

import sys
from pathlib import Path

for folder in ("queries", "shapes", "steps"):
    sys.path.insert(0, str(Path(__file__).parents[1] / folder))
