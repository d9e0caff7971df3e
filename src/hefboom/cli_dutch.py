"""The help and the usage errors of the command line in Dutch."""

from __future__ import annotations

import io
import re
import sys
from functools import cache
from importlib.resources import files
from typing import Any, Final

from babel.messages.pofile import read_po
from typer.exceptions import TyperException

_FIXED: Final = {
    r"^Usage: ": "Gebruik: ",
    r"^Arguments:$": "Argumenten:",
    r"^Options:$": "Opties:",
    r"^Commands:$": "Opdrachten:",
    r"\[OPTIONS\]": "[OPTIES]",
    r"\bCOMMAND \[ARGS\]\.\.\.": "OPDRACHT [ARGUMENTEN]...",
    r"\bShow this message and exit\.": "Toon deze uitleg.",
    r"(?<=\[)env var:": "variabele:",
    r"(?<=[\[ ])default: (?=\S+\])": "standaard: ",
    r"(?<=[\[ ])required\]": "verplicht]",
    r"^Try '(.+)' for help\.$": r"'\1' geeft uitleg.",
    r"^Error: ": "Fout: ",
    r"\bNo such command '(.*?)'\.": r"Er is geen opdracht '\1'.",
    r" Did you mean (.+)\?$": r" Bedoelt u \1?",
    r"\bNo such option: (\S+)": r"Er is geen optie \1",
    r"\(Possible options: (.+)\)$": r"(wel: \1)",
    r"\bMissing argument (.+)\.$": r"Het argument \1 ontbreekt.",
    r"\bMissing option (.+)\.$": r"De optie \1 ontbreekt.",
    r"\bGot unexpected extra argument\(s\) \((.*)\)$": r"Te veel argumenten: \1",
    r"\bOption '(.*?)' requires an argument\.$": r"Achter de optie '\1' ontbreekt haar waarde.",
    r"\bOption '(.*?)' does not take a value\.$": r"De optie '\1' heeft geen waarde.",
    r"\bInvalid value for (.+?): ": r"Ongeldige waarde voor \1: ",
    r"\bInput should be a valid integer.*$": "dit is geen geheel getal",
    r"\bInput should be a valid number.*$": "dit is geen getal",
    r"\bInput should be greater than or equal to (\S+)$": r"dit moet ten minste \1 zijn",
    r"\bInput should be less than or equal to (\S+)$": r"dit mag hoogstens \1 zijn",
    r"\bValue error, ": "",
    r"'(.*?)' is not one of (.+)\.$": r"'\1' is geen van \2.",
}
"""What the library that reads the command line says, and how it sounds in Dutch."""


def run_in_dutch(command: Any) -> None:
    """Run a command of Typer as in English, with help and usage errors in Dutch. Raises what the command raises."""
    _translate(command)
    try:
        code = command(standalone_mode=False)
    except TyperException as error:
        shown = io.StringIO()
        error.show(file=shown)  # type: ignore[attr-defined]
        sys.stderr.write(fixed(shown.getvalue()))
        code = error.exit_code
    sys.exit(code if isinstance(code, int) else 0)


def fixed(text: str) -> str:
    """Lines that the library printed, in Dutch where it chose the words."""
    for pattern, words in _FIXED.items():
        text = re.sub(pattern, words, text, flags=re.MULTILINE)
    return text


def pieces(text: str) -> list[tuple[str, str]]:
    """A help text by paragraph: its words on one line, and the command of its example or nothing."""
    found = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        words, _, example = " ".join(paragraph.split()).partition("Example: ")
        found.append((words.strip(), example))
    return found


def said(text: str) -> str:
    """A help text in Dutch. What is not in the catalogue stays as it is."""
    return "\n\n".join(
        " ".join(filter(None, (texts().get(words, words), example and f"Voorbeeld: {example}")))
        for words, example in pieces(text)
    )


def _translate(command: Any) -> None:
    """Put Dutch in the place of the help texts of a command, its options and the commands under it."""
    inner = command.get_help
    command.get_help = lambda context: fixed(inner(context))
    for holder in (command, *command.params):
        if holder.help:
            holder.help = said(holder.help)
    for each in getattr(command, "commands", {}).values():
        _translate(each)


@cache
def texts() -> dict[str, str]:
    """The Dutch of each help text."""
    with files("hefboom").joinpath("cli.nl.po").open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file, locale="nl") if entry.id}
