"""Every setting that names a file with a secret: it is checked before anything is used, everywhere the same way."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from edge.config import PopConfig
from edge.daemon import run_pop
from edge.errors import ConfigError
from tests.daemon.conftest import pop_config

PUBLIC = {"ca_file"}
"""Settings that name a file that everybody may read."""

NATS = {"url": "nats://127.0.0.1:1", "kind": "nats"}
CHATWOOT = {"url": "http://x", "kind": "chatwoot", "account": 1, "inbox": 1, "token_file": "secret"}
PROXIED = {"url": "https://x", "proxy": "http://proxy.test:3128", "proxy_login_file": "secret"}

SETTINGS: dict[str, dict[str, dict[str, Any]]] = {
    "publisher.token_file": {
        "publisher": {"url": "http://127.0.0.1:1", "trusted_root": "root.json", "token_file": "secret"}
    },
    "publisher.proxy_login_file": {"publisher": {**PROXIED, "trusted_root": "root.json"}},
    "origin.proxy_login_file": {"origin": PROXIED},
    "origin.tenants.proxy_login_file": {"origin": {"url": "http://x", "tenants": {"acme": PROXIED}}},
    "nats.nkey_file": {"nats": {"servers": ["nats://127.0.0.1:1"], "nkey_file": "secret"}},
    "people.desk_tokens_file": {"people": {"desk_tokens_file": "secret"}},
    "sessions.key_file": {"sessions": {"key_file": "secret"}},
    "http.trusted_ingests.tokens_file": {"http": {"port": 0, "trusted_ingests": {"tokens_file": "secret"}}},
    "origin.secret_files": {"origin": {"url": "http://x", "kind": "webhook", "secret_files": ["secret"]}},
    "origin.webhook_secret_files": {"origin": {"url": "http://x", "webhook_secret_files": ["secret"]}},
    "origin.token_file": {"origin": CHATWOOT},
    "origin.nkey_file": {"origin": {**NATS, "nkey_file": "secret"}},
    "origin.tenants.secret_files": {
        "origin": {
            "url": "http://x",
            "tenants": {"acme": {"url": "http://x", "kind": "webhook", "secret_files": ["secret"]}},
        }
    },
    "origin.tenants.webhook_secret_files": {
        "origin": {"url": "http://x", "tenants": {"acme": {"url": "http://x", "webhook_secret_files": ["secret"]}}}
    },
    "origin.tenants.token_file": {"origin": {"url": "http://x", "tenants": {"acme": CHATWOOT}}},
    "origin.tenants.nkey_file": {"origin": {"url": "http://x", "tenants": {"acme": {**NATS, "nkey_file": "secret"}}}},
}
"""A configuration in which the setting names the file `secret`."""


def settings_of(kind: Any, path: str = "") -> Iterator[str]:
    """The dotted names of all settings below a struct."""
    for field in msgspec.structs.fields(kind):
        here = f"{path}.{field.name}".lstrip(".")
        structs = [part for part in (field.type, *get_args(field.type)) if hasattr(part, "__struct_fields__")]
        if not structs:
            yield here
        for struct in structs:
            yield from settings_of(struct, here)


def test_table_has_every_secret() -> None:
    """A setting that ends with `_file` or `_files` names a secret, unless it is known as public."""
    named = {name for name in settings_of(PopConfig) if re.search(r"_files?$", name)}

    assert {name for name in named if name.rpartition(".")[2] not in PUBLIC} == SETTINGS.keys()


async def refusal(folder: Path, sections: dict[str, dict[str, Any]], *, content: str, mode: int) -> str:
    """How a PoP with this secret refuses to start."""
    (folder / "home").mkdir()
    (folder / "home" / "root.json").touch()
    (folder / "root.json").touch()
    (folder / "secret").write_text(content)
    (folder / "secret").chmod(mode)
    config = pop_config(folder, publisher_url="http://127.0.0.1:1", origin_url="http://x", **sections)
    with pytest.raises(ConfigError) as caught:
        await run_pop(config, stop=asyncio.Event())
    assert not (folder / "state").exists()
    return caught.value.text


@pytest.mark.parametrize("name", SETTINGS)
async def test_secret_that_others_may_read(tmp_path: Path, name: str) -> None:
    """The start stops, before anything on the disk changes, and says what to run."""
    found = await refusal(tmp_path, SETTINGS[name], content="pelargonium", mode=0o644)

    path = tmp_path / "secret"
    assert f"{path} has mode 0644, expected 0600, so others may know it; run: chmod 600 {path}" == found


@pytest.mark.parametrize("name", SETTINGS)
async def test_secret_of_another_form(tmp_path: Path, name: str) -> None:
    """What is no secret of its kind stops the start; the error names the file, and quotes nothing of it."""
    found = await refusal(tmp_path, SETTINGS[name], content="pelar gonium\x01\nzinnia", mode=0o600)

    assert str(tmp_path / "secret") in found
    assert not re.search("pelar|gonium|zinnia", found)
