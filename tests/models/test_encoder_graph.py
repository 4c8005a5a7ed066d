"""The graph's structure, re-derived on small random weights: numpy says what a BERT encoder computes."""

from math import erf
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray

from models.build_encoder import quantize
from models.encoder_graph import EncoderGraph, Shape, quantize_rows

SHAPE = Shape(layers=2, hidden=32, heads=4, epsilon=1e-12)
WORDS, POSITIONS, INNER = 50, 16, 64

Array = NDArray[Any]


@pytest.fixture(scope="module")
def weights() -> dict[str, Array]:
    """Random weights by the names that a BERT weight file uses."""
    rng = np.random.default_rng(7)
    sizes = {
        "embeddings.word_embeddings.weight": (WORDS, SHAPE.hidden),
        "embeddings.position_embeddings.weight": (POSITIONS, SHAPE.hidden),
        "embeddings.token_type_embeddings.weight": (2, SHAPE.hidden),
        **norm_sizes("embeddings.LayerNorm"),
    }
    for layer in range(SHAPE.layers):
        prefix = f"encoder.layer.{layer}"
        for name in ("self.query", "self.key", "self.value", "output.dense"):
            sizes |= linear_sizes(f"{prefix}.attention.{name}", SHAPE.hidden, SHAPE.hidden)
        sizes |= norm_sizes(f"{prefix}.attention.output.LayerNorm") | norm_sizes(f"{prefix}.output.LayerNorm")
        sizes |= linear_sizes(f"{prefix}.intermediate.dense", INNER, SHAPE.hidden)
        sizes |= linear_sizes(f"{prefix}.output.dense", SHAPE.hidden, INNER)
    return {name: rng.normal(0, 0.3, size).astype(np.float32) for name, size in sizes.items()}


def linear_sizes(name: str, outputs: int, inputs: int) -> dict[str, tuple[int, ...]]:
    """Shapes of one linear layer, as PyTorch keeps them."""
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}


def norm_sizes(name: str) -> dict[str, tuple[int, ...]]:
    """Shapes of one layer norm."""
    return {f"{name}.weight": (SHAPE.hidden,), f"{name}.bias": (SHAPE.hidden,)}


def reference(weights: dict[str, Array], ids: list[int]) -> Array:
    """What the encoder gives for `ids`, in numpy at double precision."""

    def linear(state: Array, name: str) -> Array:
        product: Array = state @ weights[f"{name}.weight"].T.astype(float)
        return product + weights[f"{name}.bias"]

    def norm(state: Array, name: str) -> Array:
        centred = state - state.mean(-1, keepdims=True)
        unit: Array = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + SHAPE.epsilon)
        return unit * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    def attention(state: Array, name: str) -> Array:
        heads = []
        query, key, value = (linear(state, f"{name}.{part}") for part in ("query", "key", "value"))
        for head in np.split(np.arange(SHAPE.hidden), SHAPE.heads):
            scores = query[:, head] @ key[:, head].T / np.sqrt(len(head))
            share = np.exp(scores - scores.max(-1, keepdims=True))
            heads.append(share / share.sum(-1, keepdims=True) @ value[:, head])
        return np.concatenate(heads, axis=1)

    rows, scale = quantize_rows(weights["embeddings.word_embeddings.weight"])
    state = (rows * scale)[ids].astype(float) + weights["embeddings.position_embeddings.weight"][: len(ids)]
    state = norm(state + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for layer in range(SHAPE.layers):
        prefix = f"encoder.layer.{layer}"
        mixed = linear(attention(state, f"{prefix}.attention.self"), f"{prefix}.attention.output.dense")
        state = norm(state + mixed, f"{prefix}.attention.output.LayerNorm")
        inner = linear(state, f"{prefix}.intermediate.dense")
        inner = inner * 0.5 * (1 + np.vectorize(erf)(inner / np.sqrt(2)))
        state = norm(state + linear(inner, f"{prefix}.output.dense"), f"{prefix}.output.LayerNorm")
    pooled: Array = state.mean(0) / np.linalg.norm(state.mean(0))
    return pooled


def run(model: bytes, ids: list[int]) -> Array:
    """What onnxruntime gives for `ids`."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    found: Array = session.run(None, {"input_ids": np.array([ids], np.int64)})[0][0]
    return found


@pytest.mark.parametrize("ids", [[3], [1, 7, 7, 2], list(range(16))], ids=["one token", "a repeated token", "longest"])
def test_graph_computes_what_the_reference_computes(weights: dict[str, Array], ids: list[int]) -> None:
    """Every length of input gives the reference's embedding."""
    graph = EncoderGraph(weights, SHAPE).model()

    assert run(graph.SerializeToString(), ids) == pytest.approx(reference(weights, ids), abs=2e-5)


def test_quantize_keeps_directions_and_leaves_headroom(weights: dict[str, Array]) -> None:
    """All twelve matrices become 8-bit, of which they use 7, so no processor's 16-bit sums overflow."""
    small = quantize(EncoderGraph(weights, SHAPE).model())
    graph = onnx.load_from_string(small).graph
    matrices = [onnx.numpy_helper.to_array(value) for value in graph.initializer if value.name.endswith("_quantized")]

    assert sum(node.op_type == "MatMulInteger" for node in graph.node) == 12
    assert {matrix.dtype.name for matrix in matrices} == {"int8"}
    assert max(np.abs(matrix.astype(int)).max() for matrix in matrices) <= 64
    assert run(small, [1, 7, 9, 2]) @ reference(weights, [1, 7, 9, 2]) > 0.98


def test_quantize_rows_stays_within_half_a_step() -> None:
    """No entry is further from its quantized value than half of its row's step, an empty row included."""
    table = np.vstack([np.random.default_rng(1).normal(size=(9, 8)), np.zeros((1, 8))])
    rows, scale = quantize_rows(table)

    assert rows.dtype == np.int8
    assert (np.abs(rows * scale - table) <= scale / 2 + 1e-7).all()
