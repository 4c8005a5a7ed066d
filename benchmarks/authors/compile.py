"""`python -m benchmarks compile`: how long an author waits for an island of 30 snippets with 15 questions each."""

import tempfile
import time
from pathlib import Path

import msgspec

from benchmarks.encoder import SUBJECTS, WORDINGS
from benchmarks.figures import Figure, machine, print_figures
from edge.config import asset_folder, model_files
from edge.host import utc_now
from edge.publish.compile import prepare_island, sign_island
from edge.publish.evaluate import leave_one_out
from edge.publish.repository import Repository
from edge.publish.source import SnippetSource, read_island
from edge.triage import MODEL_FILES, load_triage

ANSWER = "It is on the order page, under your name. " * 5


def measure(folder: Path) -> list[Figure]:
    """Seconds for each part, measured once, and the size of the published file. The model is loaded before."""
    triage, now = load_triage(model_files(MODEL_FILES)), utc_now()
    source = read_island(asset_folder("islands") / "northwind" / "hoodie-drop.toml").source()
    snippets = tuple(
        SnippetSource(
            id=subject.replace(" ", "-"), answer=ANSWER, examples=tuple(wording.format(subject) for wording in WORDINGS)
        )
        for subject in SUBJECTS
    )
    source = msgspec.structs.replace(source, snippets=snippets, routes=(), trees=())
    repository = Repository(folder / "home")
    repository.init(now=now, tenants=[source.tenant])
    signer = repository.tenant_key(source.tenant)
    began = time.perf_counter()
    prepared = prepare_island(source, triage=triage)
    trained = time.perf_counter()
    leave_one_out(source, triage=triage)
    evaluated = time.perf_counter()
    signed = sign_island(prepared, revision=1, signer=signer, now=now)
    done = time.perf_counter()
    return [
        Figure("train the head, judge golden questions", f"{trained - began:.2f} s", ""),
        Figure("cross-validate", f"{evaluated - trained:.2f} s", ""),
        Figure("sign, and open as a PoP would", f"{done - evaluated:.2f} s", ""),
        Figure("all together", f"{done - began:.2f} s", "10 s"),
        Figure("the island's file", f"{len(signed.data) / 1000:.0f} kB", "256 kB"),
    ]


def main() -> None:
    """Measure and print."""
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        print_figures("Compiling an island (`python -m benchmarks compile`)", measure(Path(folder)))


if __name__ == "__main__":
    main()
