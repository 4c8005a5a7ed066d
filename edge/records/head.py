"""An island's part of triage, as it travels in the island: weights, and questions with known verdicts."""

import msgspec


class HeadWeights(msgspec.Struct, frozen=True, kw_only=True):
    """What triage needs to tell this island's snippets apart, in addition to their examples.

    Arrays are little-endian bytes. The classes are `snippets`, in that order. Rows are the examples of the snippets in
    island order, then the titles and sentences of answers that count as examples (`edge.publish.compile.training`).
    """

    encoder: str
    """sha256 (hexadecimal) of the encoder that the head was trained on."""
    snippets: tuple[str, ...]
    """Ids of the snippets in the order of the classes."""
    weights: bytes
    """float16[classes, dimensions]: weights of the linear classifier."""
    bias: bytes
    """float32[classes]: bias of the linear classifier."""
    examples: bytes
    """int8[rows, dimensions]: unit vectors, each scaled so that its largest magnitude is 127."""
    example_scale: bytes
    """float32[rows]: the factor that turns a row of `examples` back into its unit vector."""
    example_class: bytes
    """uint16[rows]: index of the row's snippet in `snippets`."""
    typical: bytes = b""
    """float32[classes, 2]: what a question's similarity to a snippet is measured against. First: mean cosine of the
    snippet's examples to the nearest of its other examples. Second: the same to the nearest of all other snippets."""


class Golden(msgspec.Struct, frozen=True, kw_only=True):
    """A question whose verdict was computed when the island was compiled. A PoP repeats it before it serves."""

    question: str
    """The question."""
    snippet: str
    """Id of the best candidate."""
    confidence: float
    """Confidence of the best candidate."""
