"""Which encoding a text file is in, checked over the whole file before a single row is read."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path

from hefboom.errors import SourceError, UsageError
from hefboom.loaders.findings import Finding

_BLOCK = 1 << 20
_MIXED = "hefboom.cp1252"
# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What lists come in beside Windows-1252, and for whom.
_OTHERS = {"cp1254": "TR", "cp1250": "PL, CZ, HU"}
_ODD_WORD = re.compile(rb"[^\s,;|\"]*[\x80-\xff][^\s,;|\"]*")
_MOST_WORDS, _SAMPLES = 5_000, 3
_CONTROL_BYTES = bytes([*range(0x00, 0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])
_CONTROL_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# More control bytes than both of these are no text that anyone typed.
_BINARY_SHARE, _BINARY_COUNT = 0.05, 8


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to read a text file: codec, error handler, whether it holds control characters, and what to report."""

    name: str
    errors: str = "strict"
    has_controls: bool = False
    findings: list[Finding] = field(default_factory=list)


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Read bytes that are not UTF-8 as Windows-1252, or as Latin-1 where that has no letter for them."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    raw = error.object[error.start : error.end]
    return "".join(_windows_letter(byte) for byte in raw), error.end


def _windows_letter(byte: int) -> str:
    return bytes([byte]).decode("latin-1" if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else "cp1252")


codecs.register_error(_MIXED, _as_windows)


def check_file(path: Path) -> None:
    """Raise UsageError unless ``path`` is a file that exists, SourceError when it is empty."""
    if not path.exists():
        raise UsageError(f"{path}: there is no such file; check the name and the folder")
    if path.is_dir():
        raise UsageError(f"{path}: this is a folder; name the files in it, for example {path / '*.csv'}")
    if path.stat().st_size == 0:
        raise SourceError(f"{path}: the file is empty (0 bytes); export or download it again")


def detect_encoding(path: Path, given: str | None = None) -> Encoding:
    """The encoding of a text file, proven by decoding all of it once, in constant memory; or the one that is given.

    UTF-8, UTF-16 and UTF-32 by their byte order mark; UTF-16 without a mark by its zero bytes; else UTF-8 when every
    byte is valid UTF-8; else Windows-1252 (Latin-1 when a byte has no letter there). A mixed file is read as UTF-8 with
    the odd bytes as Windows-1252. Anything other than UTF-8 is reported in ``findings``, as a
    warning with what other encodings would read where that differs. UsageError for an encoding that does not exist.
    """
    if given is not None:
        return _checked(path, _known(given))
    with path.open("rb") as file:
        head = file.read(_BLOCK)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return _checked(path, name)
    unmarked = _utf16_without_mark(head)
    if unmarked:
        return _checked(path, unmarked)
    return _utf8_or_windows(path)


def _known(name: str) -> str:
    try:
        found = codecs.lookup(name).name
        "".encode(found)
    except (LookupError, ValueError) as error:
        raise UsageError(
            f"--encoding '{name}' is unknown; use utf-8, cp1252 (Western Europe), cp1250 (Poland, Czechia, Hungary), "
            "cp1254 (Turkey), cp1251 (Cyrillic) or another encoding of Python"
        ) from error
    return found


def _told_by_words(path: Path, codec: str, taken: str, odd: int) -> Finding:
    """What to say of a file that is not UTF-8: a warning with samples where the likely encodings read other letters."""
    words: dict[bytes, None] = {}
    for block in _blocks(path):
        if len(words) < _MOST_WORDS:
            words.update(dict.fromkeys(_ODD_WORD.findall(block)))
    readings = {word: [word.decode(name, "replace") for name in (codec, *_OTHERS)] for word in words}
    doubtful = [read for read in readings.values() if len(set(read)) > 1][:_SAMPLES]
    if not doubtful:
        return _told(taken, "info", f"{odd} bytes are not valid UTF-8")
    shown = [", ".join(f"'{read[at]}'" for read in doubtful) for at in range(len(_OTHERS) + 1)]
    others = "; ".join(f"{name} ({of}): {text}" for (name, of), text in zip(_OTHERS.items(), shown[1:], strict=True))
    return Finding(
        row=None, column=None, value=taken, code="encoding", severity="warning",
        reason=f"the file is not UTF-8 and was read as {taken}, with words such as {shown[0]}",
        hint=f"if these are wrong, load it again with --encoding. Other encodings read: {others}",
    )  # fmt: skip


def without_words(found: Finding) -> Finding:
    """The finding on the encoding of a file with contacts in it: its words could be names, so none is shown."""
    if found.code != "encoding" or found.severity != "warning":
        return found
    return _told(found.value or "", "warning", "the file is not UTF-8")


def open_text(path: Path, encoding: Encoding) -> TextIOWrapper:
    """The file as text, line ends untouched, so that a CSV reader sees them."""
    return path.open("r", encoding=encoding.name, errors=encoding.errors, newline="")


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _utf16_without_mark(head: bytes) -> str | None:
    """UTF-16 text in a Western or any spaced script has a zero in most pairs, always on the same side."""
    pairs = len(head) // 2
    if pairs < 2:
        return None
    low, high = head[0 : 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    if high > 0.4 * pairs and low < 0.02 * pairs:
        return "utf-16-le"
    if low > 0.4 * pairs and high < 0.02 * pairs:
        return "utf-16-be"
    return None


def _checked(path: Path, name: str) -> Encoding:
    """Decode the whole file strictly; the byte order mark or the zero bytes are a promise, not a proof."""
    decoder = codecs.getincrementaldecoder(name)("strict")
    controls = False
    done = 0
    try:
        for block in _blocks(path):
            controls = controls or _CONTROL_TEXT.search(decoder.decode(block)) is not None
            done += len(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{path}: begins as {name.upper()} but is not valid near byte {done + error.start}: {error.reason}; "
            "save it again as UTF-8"
        ) from error
    findings = [] if name == "utf-8-sig" else [_told(name.upper(), "info", "the file is not UTF-8")]
    return Encoding(name, has_controls=controls, findings=findings)


def _utf8_or_windows(path: Path) -> Encoding:
    odd = 0

    def count(error: UnicodeError) -> tuple[str, int]:
        nonlocal odd
        assert isinstance(error, UnicodeDecodeError)
        odd += error.end - error.start
        return "?" * (error.end - error.start), error.end

    codecs.register_error("hefboom.count", count)
    decoder = codecs.getincrementaldecoder("utf-8")("hefboom.count")
    size = letters = controls = 0
    undefined = False
    for block in _blocks(path):
        size += len(block)
        controls += len(block) - len(block.translate(None, _CONTROL_BYTES))
        letters += len(decoder.decode(block))
        undefined = undefined or (odd > 0 and any(byte in block for byte in b"\x81\x8d\x8f\x90\x9d"))
    letters += len(decoder.decode(b"", final=True))
    if controls > max(_BINARY_SHARE * size, _BINARY_COUNT):
        raise SourceError(
            f"{path}: this is not a text file ({controls} of {size} bytes are control characters); "
            "give a CSV, XLSX, XLS, ODS, JSON or GeoJSON file"
        )
    if not odd:
        return Encoding("utf-8", has_controls=controls > 0)
    # Each valid sequence of n bytes gives one letter, so this counts the extra bytes of valid UTF-8 letters.
    valid = size - letters
    if valid >= odd:
        told = _told("UTF-8 with Windows-1252", "warning", f"{odd} bytes are not UTF-8 in a file that otherwise is")
        return Encoding("utf-8", _MIXED, controls > 0, [told])
    name, words = ("latin-1", "Latin-1") if undefined else ("cp1252", "Windows-1252")
    return Encoding(name, "strict", controls > 0, [_told_by_words(path, name, words, odd)])


def _told(taken: str, severity: str, reason: str) -> Finding:
    return Finding(
        row=None,
        column=None,
        value=taken,
        code="encoding",
        severity="warning" if severity == "warning" else "info",
        reason=f"{reason}; read as {taken}",
        hint="look whether accented letters are right; if not, save the file as UTF-8 and load it again",
    )
