"""A process for one SPARQL Update of the notes: no network, bounded memory; what came of it goes to standard output."""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from typing import Any, Final

from hefboom.api import sandbox
from hefboom.api.errors import Problem, bad_request, busy, refused
from hefboom.api.syntax import explain
from hefboom.errors import StoreError, UsageError

_STACK: Final = 64 * 1024 * 1024


def main(configuration: dict[str, Any], text: str) -> None:
    """Run the update and say what it did, or why it did nothing."""
    from hefboom.graph.folder import DataFolder
    from hefboom.graph.notes import update_notes

    sandbox.die_with_parent()
    sandbox.limit_memory(configuration["memory_mb"])
    sandbox.shut_in()
    base = configuration["base"]
    outcome: dict[str, Any]
    try:
        noted = update_notes(DataFolder(Path(configuration["data"])), text, base, configuration["wait"])
        outcome = {"generation": noted.generation, "added": noted.added, "removed": noted.removed}
    except SyntaxError as error:
        outcome = _told(explain(text, error, base, update=True))
    except UsageError as error:
        outcome = _told(refused("update-outside-notes", f"Nothing was changed: {error}."))
    except StoreError as error:
        outcome = _told(busy("store-busy", f"Nothing was changed: {error}."))
    except (OSError, RuntimeError, ValueError):
        outcome = _told(bad_request("update-failed", "The update could not be carried out; nothing was changed."))
    print(json.dumps(outcome))


def _told(problem: Problem) -> dict[str, Any]:
    return {
        "status": problem.status, "kind": problem.kind, "detail": problem.detail,
        "headers": problem.headers, "extra": problem.extra,
    }  # fmt: skip


if __name__ == "__main__":
    threading.stack_size(_STACK)
    given = json.loads(sys.argv[1])
    thread = threading.Thread(target=main, args=(given, sys.stdin.buffer.read().decode()))
    thread.start()
    thread.join()
