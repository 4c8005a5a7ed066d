"""`skerry pop serve` that cannot start: one line that says what to run, exit status 1, nothing touched."""

import asyncio
import gc
import json
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import edge.daemon
from edge.cli.pop.serve import serve_pop
from edge.config import asset_folder, read_pop_config
from tests.pen import Pen

CONFIG = """
[pop]
name = "test"
state_dir = "{state}"
[http]
port = {port}
[publisher]
url = "http://127.0.0.1:1"
trusted_root = "{root}"
[origin]
url = "http://127.0.0.1:1/tickets"
[triage]
models_dir = "{models}"
"""

Serve = Callable[..., tuple[int, str]]


@pytest.fixture
def serve(tmp_path: Path, pen: Pen) -> Serve:
    """Runs `skerry pop serve` to its end with some settings bent; its exit status and what it said on stderr."""

    def run(*options: str, **bent: object) -> tuple[int, str]:
        sound = {"state": "state", "port": 0, "root": pen.home / "root.json", "models": asset_folder("models")}
        config = tmp_path / "pop.toml"
        config.write_text(CONFIG.format(**(sound | bent)))
        command = [sys.executable, "-m", "edge", "pop", "serve", "--config", str(config), *options]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        return ended.returncode, ended.stderr.strip()

    return run


def test_port_in_use(serve: Serve) -> None:
    """Who is there already can be found out."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, said = serve(port=port)

    assert status == 1
    assert said.splitlines()[-1].startswith(f"error: cannot listen on 127.0.0.1:{port}: ")
    assert said.endswith(f"find the process that does with: ss -ltnp 'sport = :{port}'")


def test_no_trusted_root(serve: Serve) -> None:
    """Without a root of trust nothing can be believed."""
    status, said = serve(root="nowhere.json")

    assert status == 1
    assert "error: cannot read the trusted root" in said
    assert said.endswith("copy it from the publisher, which writes it with: skerry keys init --home DIR")


def test_trusted_root_that_is_none(serve: Serve, tmp_path: Path) -> None:
    """A file that is not a signed root is refused before anything is taken."""
    (tmp_path / "fake.json").write_text(json.dumps({"signed": {}, "signatures": []}))
    status, said = serve(root="fake.json")

    assert status == 1
    assert "error: trusted root" in said
    assert said.endswith("copy the publisher's root.json there again")


def test_outbox_directory_that_cannot_be_written(serve: Serve, tmp_path: Path) -> None:
    """A PoP that could not keep tickets does not start."""
    (tmp_path / "file").write_text("")
    status, said = serve(state="file")

    assert status == 1
    assert said.startswith("error: ")
    assert str(tmp_path / "file") in said


def test_damaged_outbox(serve: Serve, tmp_path: Path) -> None:
    """A damaged outbox is kept for rescue, by the command that the error names."""
    folder = tmp_path / "state" / "outbox"
    folder.mkdir(parents=True, mode=0o700)
    (folder / "tickets.db").write_bytes(b"SQLite format 3\0 but then something else")
    status, said = serve()

    assert status == 1
    assert "to keep it for rescue and start with an empty outbox, run: mv " in said


@pytest.mark.parametrize(
    "name", ["encoder/model.onnx", "encoder/tokenizer.json", "encoder/card.toml", "acceptor/acceptor.json"]
)
def test_damaged_model_file(serve: Serve, tmp_path: Path, name: str) -> None:
    """A flipped byte in any model file is found before a question is judged."""
    models = tmp_path / "models"
    for source in asset_folder("models").glob("*/*"):
        if source.parent.name in {"encoder", "acceptor"}:
            copy = models / source.parent.name / source.name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(source.read_bytes())
    damaged = bytearray((models / name).read_bytes())
    damaged[len(damaged) // 2] ^= 0xFF
    (models / name).write_bytes(damaged)
    status, said = serve(models=models)

    assert status == 1
    assert said.startswith("error: ")
    assert said.endswith(f"; run: cp -r {asset_folder('models')}/. {models}")


def test_model_file_that_is_missing(serve: Serve, tmp_path: Path) -> None:
    """Which one, and what to run."""
    status, said = serve(models=tmp_path)

    assert status == 1
    assert said.endswith(f"; run: cp -r {asset_folder('models')}/. {tmp_path}")


def test_check_says_that_a_configuration_is_sound(serve: Serve) -> None:
    """`--check` touches nothing and starts nothing."""
    assert serve("--check") == (0, "")


def test_pop_process_loads_no_publisher_code() -> None:
    """What signs is not even in a PoP's memory."""
    program = (
        "import sys, edge.cli.pop.serve, edge.daemon.run;"
        "print([name for name in sys.modules if name.startswith(('edge.publish', 'sklearn', 'tree_sitter'))])"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


TRUSTING = 'trusted_ingests = { networks = ["127.0.0.0/8"] }\n[publisher]'
NOTICE = "everything on this machine is trusted as an ingest; behind a proxy use `trusted_proxies`"


def check(config: Path) -> list[str]:
    """What `--check` prints of a sound configuration."""
    command = [sys.executable, "-m", "edge", "pop", "serve", "--config", str(config), "--check"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout.splitlines()


def test_check_says_what_is_trusted(tmp_path: Path, pen: Pen) -> None:
    """One line, below the one that says that the file is sound; nothing where nothing is trusted."""
    said = []
    values = {"state": "state", "port": 0, "root": pen.home / "root.json", "models": asset_folder("models")}
    for bent in ("[publisher]", TRUSTING):
        config = tmp_path / "pop.toml"
        text = CONFIG
        for name, value in values.items():
            text = text.replace("{" + name + "}", str(value))
        config.write_text(text.replace("[publisher]", bent))
        said.append([line for line in check(config) if line.startswith("note: ")])

    assert [[], [f"note: {NOTICE}"]] == said


def test_check_names_every_file_that_it_read(tmp_path: Path, pen: Pen) -> None:
    """A line for each, by its setting; the state folder is not made."""
    config, root = tmp_path / "pop.toml", pen.home / "root.json"
    sound = CONFIG.format(state="state", port=0, root=root, models=asset_folder("models"))
    config.write_text(sound.replace("[origin]", '[people]\ndesk_tokens_file = "desks"\n[origin]'))
    (tmp_path / "desks").write_text(f"* {'t' * 24}\n")
    (tmp_path / "desks").chmod(0o600)
    said = check(config)

    assert f"{config} is sound: PoP 'test' at http://127.0.0.1:0" == said[0]
    assert {
        f"publisher.trusted_root\t{root}",
        f"people.desk_tokens_file\t{tmp_path / 'desks'}",
    } == set(said[2:])
    assert not (tmp_path / "state").exists()


def test_check_and_start_find_the_same_fault(serve: Serve) -> None:
    """What would stop the start stops the check, in the same words."""
    said = [serve(*options, root="nowhere.json") for options in ((), ("--check",))]

    assert said[0] == said[1]
    assert "error: cannot read the trusted root" in said[1][1]


def test_start_says_what_is_trusted(serve: Serve) -> None:
    """One line of the log, whether or not the start succeeds."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        _, said = serve(port=f'{taken.getsockname()[1]}\ntrusted_ingests = {{ networks = ["127.0.0.0/8"] }}')

    assert 1 == said.count(NOTICE)


def test_garbage_is_looked_for_once_a_pop_is_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No collection delays a start, and none looks at what the start made: a PoP that is ready looks at the rest."""
    seen = list[bool]()

    async def run(*_arguments: object, on_ready: Callable[[str], None], **_options: object) -> None:
        seen.append(gc.isenabled())
        on_ready("http://127.0.0.1:1")
        seen.append(gc.isenabled())

    monkeypatch.setattr(edge.daemon, "run_pop", run)
    file, before = tmp_path / "pop.toml", gc.get_freeze_count()
    file.write_text(CONFIG.format(state="state", port=0, root="root.json", models="models"))
    try:
        asyncio.run(serve_pop(read_pop_config(file)))
        after = gc.get_freeze_count()
    finally:
        gc.unfreeze()

    assert [False, True] == seen
    assert before < after
    assert gc.isenabled()


def test_limit_of_tasks_ends_no_pop_that_is_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is prepared for questions in a further thread is then prepared by the first question."""
    ready = list[str]()

    async def run(*_arguments: object, on_ready: Callable[[str], None], **_options: object) -> None:
        on_ready("http://127.0.0.1:1")
        ready.append("and goes on")

    def no_thread(*_arguments: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(edge.daemon, "run_pop", run)
    monkeypatch.setattr(asyncio.BaseEventLoop, "run_in_executor", no_thread)
    file = tmp_path / "pop.toml"
    file.write_text(CONFIG.format(state="state", port=0, root="root.json", models="models"))
    try:
        asyncio.run(serve_pop(read_pop_config(file)))
    finally:
        gc.unfreeze()

    assert ["and goes on"] == ready
