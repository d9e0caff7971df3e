"""The cases of the shapes are the files that these tests change."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "shapes"))
