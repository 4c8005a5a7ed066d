"""The encoder's network as an ONNX graph, written node by node from named weights.

A BERT encoder (Devlin et al. 2019), post-norm, with mean pooling and unit length at the end: MiniLM-L6 (Wang et al.
2020) in its sentence-transformers form. One run encodes one question. So nothing is padded, there is no attention mask,
and an embedding does not depend on other questions. The word table is int8 with one scale for each row.

>>> graph = EncoderGraph(weights, Shape(layers=6, hidden=384, heads=12, epsilon=1e-12)).model()
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET = 20
"""The first operator set with Gelu."""
IR_VERSION = 10
"""File version that every onnxruntime since 1.18 reads."""

Weights = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The sizes that cannot be read from a weight file."""

    layers: int
    hidden: int
    heads: int
    epsilon: float

    @property
    def head_size(self) -> int:
        """Dimensions of one attention head."""
        return self.hidden // self.heads


def quantize_rows(table: NDArray[Any]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """`table` as int8[rows, columns] and scales float32[rows, 1]. Their product differs by half a step at most."""
    scale = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-12) / 127
    return np.rint(table / scale).astype(np.int8), scale.astype(np.float32)


class EncoderGraph:
    """Builds the graph `input_ids` int64[1, tokens] -> `embedding` float32[1, hidden], unit length."""

    def __init__(self, weights: Weights, shape: Shape) -> None:
        self._weights = weights
        self._shape = shape
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def model(self) -> onnx.ModelProto:
        """The float32 graph (its word table is int8), checked by onnx."""
        state = self._embeddings()
        for layer in range(self._shape.layers):
            prefix = f"encoder.layer.{layer}"
            state = self._attention(state, f"{prefix}.attention")
            state = self._feed_forward(state, prefix)
        self._pooling(state)
        graph = helper.make_graph(
            self._nodes,
            "sentence_encoder",
            [self._input()],
            [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, self._shape.hidden])],
            list(self._constants.values()),
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        onnx.checker.check_model(model, full_check=True)
        return model

    def _node(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self._nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def _constant(self, name: str, value: NDArray[Any]) -> str:
        self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def _linear(self, state: str, name: str) -> str:
        weight = self._constant(f"{name}.weight", self._weights[f"{name}.weight"].T)
        bias = self._constant(f"{name}.bias", self._weights[f"{name}.bias"])
        product = self._node("MatMul", [state, weight], f"{name}.product")
        return self._node("Add", [product, bias], f"{name}.out")

    def _norm(self, state: str, name: str) -> str:
        gain = self._constant(f"{name}.weight", self._weights[f"{name}.weight"])
        shift = self._constant(f"{name}.bias", self._weights[f"{name}.bias"])
        inputs = [state, gain, shift]
        return self._node("LayerNormalization", inputs, f"{name}.out", axis=-1, epsilon=self._shape.epsilon)

    def _input(self) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "tokens"])

    def _words(self) -> str:
        """The word vectors of the input: float32[1, tokens, hidden]."""
        rows, scales = quantize_rows(self._weights["embeddings.word_embeddings.weight"])
        picked = self._node("Gather", [self._constant("words", rows), "input_ids"], "words.picked")
        scale = self._node("Gather", [self._constant("words.scale", scales), "input_ids"], "words.picked_scale")
        widened = self._node("Cast", [picked], "words.float", to=TensorProto.FLOAT)
        return self._node("Mul", [widened, scale], "words.out")

    def _embeddings(self) -> str:
        words = self._words()
        # Every token has type 0. So the type's vector is added to the position table once, and not in each run.
        types = self._weights["embeddings.token_type_embeddings.weight"][0]
        table = self._constant("positions", self._weights["embeddings.position_embeddings.weight"] + types)
        shape = self._node("Shape", [words], "ids.shape", start=1, end=2)
        zero = self._constant("zero", np.array([0], np.int64))
        positions = self._node("Slice", [table, zero, shape], "positions.used")
        return self._norm(self._node("Add", [words, positions], "embeddings.sum"), "embeddings.LayerNorm")

    def _attention(self, state: str, name: str) -> str:
        query = self._heads(state, f"{name}.self.query", [0, 2, 1, 3])
        key = self._heads(state, f"{name}.self.key", [0, 2, 3, 1])
        value = self._heads(state, f"{name}.self.value", [0, 2, 1, 3])
        scale = self._constant("attention.scale", np.array(1 / math.sqrt(self._shape.head_size), np.float32))
        scores = self._node("Mul", [self._node("MatMul", [query, key], f"{name}.dot"), scale], f"{name}.scores")
        weights = self._node("Softmax", [scores], f"{name}.softmax", axis=-1)
        mixed = self._node("MatMul", [weights, value], f"{name}.mixed")
        flat = self._constant("flat", np.array([0, 0, self._shape.hidden], np.int64))
        turned = self._node("Transpose", [mixed], f"{name}.back", perm=[0, 2, 1, 3])
        joined = self._node("Reshape", [turned, flat], f"{name}.joined")
        out = self._linear(joined, f"{name}.output.dense")
        return self._norm(self._node("Add", [out, state], f"{name}.residual"), f"{name}.output.LayerNorm")

    def _heads(self, state: str, name: str, order: list[int]) -> str:
        sizes = np.array([0, 0, self._shape.heads, self._shape.head_size], np.int64)
        split = self._node("Reshape", [self._linear(state, name), self._constant("heads", sizes)], f"{name}.heads")
        return self._node("Transpose", [split], f"{name}.turned", perm=order)

    def _feed_forward(self, state: str, name: str) -> str:
        inner = self._node("Gelu", [self._linear(state, f"{name}.intermediate.dense")], f"{name}.gelu")
        out = self._linear(inner, f"{name}.output.dense")
        return self._norm(self._node("Add", [out, state], f"{name}.residual"), f"{name}.output.LayerNorm")

    def _pooling(self, state: str) -> str:
        tokens = self._constant("tokens.axis", np.array([1], np.int64))
        mean = self._node("ReduceMean", [state, tokens], "pooled", keepdims=0)
        last = self._constant("last.axis", np.array([-1], np.int64))
        length = self._node("ReduceL2", [mean, last], "pooled.length", keepdims=1)
        return self._node("Div", [mean, length], "embedding")
