"""The installed package of the second model: found without importing it, checked, and opened."""

import errno
import hashlib
import importlib.util
import os
import time
import weakref
from pathlib import Path

from edge.config import model_files
from edge.daemon.languages.languages import SecondModel
from edge.errors import ConfigError, Reason, RefusedError
from edge.host import give_back_memory
from edge.triage import (
    HARM_FILES,
    PACKAGE_FILES,
    HarmAcross,
    LanguagesFiles,
    MultilingualEncoder,
    check_hashes,
    read_languages_card,
)

PACKAGE = "skerry_languages"
_INSTALL = "install the wheel skerry_languages of this release, see models/README.md"


class WordFile:
    """A file that stays open, and is read where it is needed. Implements `WordBytes`. Raises `OSError`."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self._file)
        self.size = os.fstat(self._file).st_size

    def read(self, start: int, count: int) -> bytes:
        """As `WordBytes.read`."""
        found = os.pread(self._file, count, start)
        if len(found) != count:
            raise OSError(errno.EIO, f"the word table has become shorter; {_INSTALL}")
        return found


def open_languages() -> SecondModel:
    """The second model: the package's encoder, with the program's own guard. Takes 0.4 s, so call it in a thread.

    Raises `RefusedError` (`MODEL_MISMATCH` or `MODEL_SELFTEST_FAILED`) if the package is not installed, of another
    version, or damaged; its text says what to do.
    """
    folder = _folder()
    try:
        model = SecondModel(open_folder(folder), open_guard((folder / "card.toml").read_bytes()))
    except ConfigError as error:
        raise RefusedError(error.text, reason=Reason.MODEL_MISMATCH) from error
    except OSError as error:
        text = f"cannot read the package {PACKAGE}: {error.strerror}; {_INSTALL}"
        raise RefusedError(text, reason=Reason.MODEL_MISMATCH) from error
    except RefusedError as error:
        raise RefusedError(f"package {PACKAGE}: {error.text}; {_INSTALL}", reason=error.reason) from None
    # Loading leaves 46 MiB free.
    give_back_memory()
    return model


def open_folder(folder: Path) -> MultilingualEncoder:
    """The model in the package's files. Raises `OSError`, and `RefusedError` as `open_languages` does."""
    card = read_languages_card((folder / "card.toml").read_bytes())
    # Read, not mapped: what is read through a map counts as memory of this process.
    check_hashes(card, {name: _sha256(folder / name) for name in PACKAGE_FILES})
    files = LanguagesFiles(
        model=(folder / "model.onnx").read_bytes(),
        pieces=(folder / "pieces.txt").read_text(encoding="utf-8"),
        scores=(folder / "scores.f32").read_bytes(),
        rows=WordFile(folder / "words.q4"),
    )
    return MultilingualEncoder.load(files, card, pause=_pause)


def open_guard(card: bytes) -> HarmAcross:
    """The guard for the package with this card. Raises `ConfigError` without its file, `RefusedError` as above."""
    files = model_files(HARM_FILES)
    encoder = read_languages_card(card).sha256["model.onnx"]
    return HarmAcross.load(*(files[name] for name in HARM_FILES), encoder=encoder)


def _folder() -> Path:
    # Of a package at the top level nothing is imported here.
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise RefusedError(f"package {PACKAGE} is not installed; {_INSTALL}", reason=Reason.MODEL_MISMATCH)
    return Path(found.origin).parent


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pause() -> None:
    """Let the event loop have the interpreter."""
    time.sleep(0)
