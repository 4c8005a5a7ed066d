"""`skerry widget sign` and `embed`, and `skerry verify --widget`: from a publisher's key to a page that pins it."""

import base64
import html
import re
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edge.cli import cli
from edge.cli.widget.built import hash_pin, read_loader
from edge.client import saved_answer
from edge.host import utc_now
from edge.publish.repository import Repository, list_loader
from edge.records import SignedAnswer
from edge.trust import TrustedMetadata
from tests.client.answers import KEY as FOREIGN_KEY
from tests.client.answers import text_of
from tests.follower import follow

POP = "https://pop.example"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A publisher's, with one tenant."""
    Repository(tmp_path / "home").init(now=utc_now(), tenants=["northwind"])
    return tmp_path / "home"


def run(*words: object) -> Result:
    """What a command does."""
    return CliRunner().invoke(cli, [str(word) for word in words])


def embed(home: Path, *words: str, pop: str = POP) -> Result:
    """The lines for a page."""
    return run("widget", "embed", "northwind/hoodie-drop", "--pop", pop, *words, "--home", home)


def served(home: Path, change: bytes = b"") -> bytes:
    """What `curl -i` prints of the loader at a PoP."""
    repository = Repository(home)
    trust = TrustedMetadata.start({}, repository.root_copy.read_bytes())
    follow(home, trust)
    loader, _ = trust.signed_loader(read_loader())
    return saved_answer(
        SignedAnswer(
            document=(read_loader() + change).decode(),
            unencoded_digest=loader.digest,
            signature_input=loader.signature_input,
            signature=loader.signature,
        )
    )


def key_of(home: Path) -> str:
    """The public key of the role `targets`."""
    (key,) = Repository(home).state().keys("targets")
    return base64.b64encode(key).decode()


def test_lines_pin_the_file_that_is_installed_here(home: Path) -> None:
    """By its hash, which every browser checks; the tenant's key is named."""
    (key,) = Repository(home).state().keys("northwind")
    ran = embed(home, pop=f"{POP}/")

    assert 0 == ran.exit_code, ran.output
    assert f'src="{POP}/widget/skerry.js" integrity="{hash_pin(read_loader())}" crossorigin' in ran.output
    assert f'island="northwind/hoodie-drop" pop="{POP}" key="{base64.b64encode(key).decode()}"' in ran.output


def test_lines_pin_the_key_once_it_has_signed(home: Path) -> None:
    """Before that, such a page would have no chat: the error has the command."""
    before = embed(home, "--pin", "key")
    signed = run("widget", "sign", "--home", home)
    after = embed(home, "--pin", "key")

    assert 1 == before.exit_code
    assert f"sign it with: skerry widget sign --home {home}" in before.output
    assert "in force    targets 3" in signed.output
    assert f'integrity="ed25519-{key_of(home)}"' in after.output


def test_draft_says_what_its_holders_sign(home: Path, tmp_path: Path) -> None:
    """With --out nothing is in force, and who signs the draft reads that pages run the file."""
    ran = run("widget", "sign", "--home", home, "--out", tmp_path / "drafts")
    (draft,) = (tmp_path / "drafts").glob("*targets*")
    key = home / "keys" / "targets.json"
    said = CliRunner().invoke(cli, ["keys", "ceremony", "sign", str(draft), "--key", str(key)], input="n\n")

    assert 0 == ran.exit_code, ran.output
    assert re.search(r"  widget/skerry-[0-9a-f]{16}\.js, which pages run", said.output)
    assert 1 == embed(home, "--pin", "key").exit_code


def test_file_of_an_assembled_draft_is_in_the_repository(home: Path, tmp_path: Path) -> None:
    """Who assembles need not have it, and any TUF client gets it."""
    drafts = tmp_path / "drafts"
    signed = [run("widget", "sign", "--home", home, "--out", drafts)]
    (draft,) = drafts.glob("*targets*")
    key = home / "keys" / "targets.json"
    signed.append(run("keys", "ceremony", "sign", draft, "--key", key, "--yes"))
    signed.append(run("keys", "ceremony", "assemble", drafts, "--home", home))

    assert [0, 0, 0] == [one.exit_code for one in signed], signed[-1].output
    (file,) = (home / "repository" / "targets" / "widget").glob("*.skerry-*.js")
    assert read_loader() == file.read_bytes()
    assert 0 == embed(home, "--pin", "key").exit_code


def test_only_takes_the_others_off(home: Path) -> None:
    """The command says which."""
    with Repository(home).change(utc_now()) as change:
        list_loader(change.state.targets, b"an earlier release")
        change.touch("targets")
    ran = run("widget", "sign", "--only", "--home", home)

    assert re.search(r"not signed  widget/skerry-[0-9a-f]{16}\.js", ran.output)
    assert 1 == len([path for path in Repository(home).state().targets.targets if path.startswith("widget/")])


def test_saved_file_is_verified_without_a_network(home: Path, tmp_path: Path) -> None:
    """By the publisher's key; without one, it says that nobody vouched for the key."""
    run("widget", "sign", "--home", home)
    saved = tmp_path / "saved"
    saved.write_bytes(served(home))
    good, unknown = (
        run("verify", saved, "--widget", "--key", key_of(home)),
        run("verify", saved, "--widget"),
    )

    assert (0, 3) == (good.exit_code, unknown.exit_code), good.output
    assert "verdict   good: signed by the key that you gave" in good.output
    assert f"hash      {hash_pin(read_loader())}" in good.output
    assert f"key       {key_of(home)}" in unknown.output


def test_file_that_is_not_the_publishers(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Changed, signed by another key, or signed too long ago."""
    run("widget", "sign", "--home", home)
    saved, changed = tmp_path / "saved", tmp_path / "changed"
    saved.write_bytes(served(home))
    changed.write_bytes(served(home, b"\n//"))
    found = [
        run("verify", changed, "--widget", "--key", key_of(home)),
        run("verify", saved, "--widget", "--key", text_of(FOREIGN_KEY)),
    ]
    monkeypatch.setattr("edge.cli.pop.verify.utc_now", lambda: utc_now() + timedelta(days=91))
    found.append(run("verify", saved, "--widget", "--key", key_of(home)))

    assert [1, 1, 1] == [ran.exit_code for ran in found]
    assert "the widget's loader does not match the digest that was signed" in found[0].output
    assert "the widget's loader is signed by key" in found[1].output
    assert re.search(r"the widget's signature expired \d+ s ago", found[2].output)


def test_bad_words(home: Path, tmp_path: Path) -> None:
    """Each says what was found."""
    found = html.unescape(embed(home, pop='"><script>').output)

    assert '--pop is "><script>, expected an address' in found
    assert "tenant 'nobody' has no role" in run("widget", "embed", "nobody/x", "--pop", POP, "--home", home).output
    assert "no repository in" in run("widget", "embed", "a/b", "--pop", POP, "--home", tmp_path / "none").output
    assert "--widget without FILE|URL" in run("verify", "--widget", "--bundle", "x").output
