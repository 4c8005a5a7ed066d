"""Chooses the pieces of the vocabulary that 40 languages need, by the word frequencies of the package wordfreq 3.1.1.

The model reads small letters only (`edge.triage.languages`). So each language's most frequent words, in small letters,
are cut into pieces as the model does, and a piece is worth the largest share of a language's text that it has. Kept are
single characters of the scripts below, Thai (no word list has it), and the pieces of most worth. What is left out is
read in smaller pieces.
"""

import gzip
import hashlib
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from edge.triage import SPECIAL, Pieces

WHEEL = "wordfreq-3.1.1-py3-none-any.whl"
WHEEL_SHA256 = "4b1c6ecffc6198be3396d5cf871c4423ca71c907c231348d352dd54d62b97473"

LANGUAGES = (
    *("ar", "bg", "ca", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fil", "fr", "he", "hi", "hu", "id", "is"),
    *("it", "ja", "ko", "lt", "lv", "mk", "ms", "nb", "nl", "pl", "pt", "ro", "ru", "sh", "sk", "sl", "sv", "tr"),
    *("uk", "ur", "vi", "zh"),
)
"""Those of the package whose scripts are kept."""

WITHOUT_SPACES = frozenset({"ja", "zh", "ko"})
"""Their words also stand within others."""

SCRIPTS = frozenset(
    {
        *("ARABIC", "CJK", "COMBINING", "CYRILLIC", "DEVANAGARI", "GREEK", "HANGUL", "HEBREW", "HIRAGANA"),
        *("IDEOGRAPHIC", "KATAKANA", "KATAKANA-HIRAGANA", "LATIN", "MODIFIER", "NONE", "THAI"),
    }
)
WHOLE = frozenset({"THAI"})
"""Scripts of which every piece is kept."""

MOST_WORDS = 60_000
"""Words of a language that are cut into pieces."""


def needed_pieces(pieces: Sequence[str], scores: NDArray[np.float32], wordfreq: Path, *, most: int) -> list[int]:
    """Ids of the pieces to keep, in order, `most` at most.

    `wordfreq`: the package's wheel. Raises `ValueError` if it is another file than the one named here.
    """
    content = wordfreq.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != WHEEL_SHA256:
        raise ValueError(f"{wordfreq} has sha256 {sha256}, expected {WHEEL_SHA256}: wordfreq 3.1.1, {WHEEL}")
    vocabulary = Pieces("\n".join(pieces), scores.tobytes())
    worth = defaultdict[int, float](float)
    with zipfile.ZipFile(wordfreq) as archive:
        for language in LANGUAGES:
            for piece, share in _shares(vocabulary, archive, language).items():
                worth[piece] = max(worth[piece], share)
    kept = {index for index, piece in enumerate(pieces) if index < SPECIAL or _is_always_kept(piece)}
    for index in sorted(worth, key=lambda index: (-worth[index], index)):
        if len(kept) >= most:
            break
        kept.add(index)
    return sorted(kept)


def script_of(piece: str) -> str:
    """The first word of the Unicode name of a piece's first letter or mark, such as `LATIN`; `NONE` without one."""
    letters = (one for one in piece if one.isalpha() or unicodedata.category(one).startswith("M"))
    letter = next(letters, None)
    return unicodedata.name(letter, "?").split()[0] if letter else "NONE"


def _is_always_kept(piece: str) -> bool:
    script = script_of(piece)
    return script in WHOLE or (len(piece) == 1 and script in SCRIPTS)


def _shares(vocabulary: Pieces, archive: zipfile.ZipFile, language: str) -> dict[int, float]:
    """How much of a language's text each piece has."""
    shares = defaultdict[int, float](float)
    for word, frequency in _words(archive, language):
        for piece in vocabulary.ids(word, most=len(word) + 3)[1:-1]:
            shares[piece] += frequency
        if language in WITHOUT_SPACES:
            for piece in vocabulary.segment(word):
                shares[piece] += frequency
    return shares


def _words(archive: zipfile.ZipFile, language: str) -> Iterator[tuple[str, float]]:
    """The most frequent words and their frequencies. The file's lists are centibels: the first has those of 1."""
    names = set(archive.namelist())
    name = next(
        found for size in ("large", "small") if (found := f"wordfreq/data/{size}_{language}.msgpack.gz") in names
    )
    lists = msgspec.msgpack.decode(gzip.decompress(archive.read(name)))[1:]
    words = ((word, 10 ** (-centibels / 100)) for centibels, words in enumerate(lists) for word in words)
    return (found for found, _ in zip(words, range(MOST_WORDS), strict=False))
