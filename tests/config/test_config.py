"""`edge.config`: a sound file is read whole; a faulty one is refused with the fault and the command to run."""

import sys
from pathlib import Path

import pytest

import edge
from edge.config import (
    IslandsSection,
    TrustedIngests,
    asset_folder,
    model_files,
    notices_of,
    read_pop_config,
    restore_model_command,
)
from edge.errors import ConfigError

ROOT = Path(__file__).parents[2]

SOUND = """
[pop]
name = "fra-1"
state_dir = "state"
[publisher]
url = "http://127.0.0.1:8090"
trusted_root = "root.json"
[origin]
url = "https://origin.example/tickets"
"""

PAGE = "expected '*', or an origin as browsers send it, such as https://www.example.com - at `$.http.cors_origins`"

PROXIED = SOUND.replace("[origin]", "{more}\n[origin]")

DESK = "[origin]\nkind = 'desk'\ntoken_file = 't'"

FAULTS = {
    **{
        f"a proxy that is {what}": (
            PROXIED.format(more=f"proxy = '{proxy}'"),
            "expected http://HOST:PORT; a login belongs in the file of `proxy_login_file` - at `$.publisher.proxy`",
        )
        for what, proxy in {"https": "https://proxy:3128", "without a port": "http://proxy"}.items()
    },
    "a proxy with its password": (
        SOUND + "proxy = 'http://fra-1:hidden@proxy:3128'\n",
        "pop.toml: expected http://HOST:PORT; a login belongs in the file of `proxy_login_file` - at `$.origin.proxy`",
    ),
    "a proxy's login without a proxy": (
        PROXIED.format(more="proxy_login_file = 'proxy.login'"),
        "`proxy_login_file` needs `proxy` - at `$.publisher`",
    ),
    "a proxy that would read the tickets": (
        SOUND.replace("https://origin", "http://origin") + "proxy = 'http://proxy:3128'\n",
        "expected https://… because a proxy would read tickets and tokens - at `$.origin.url`",
    ),
    "a proxy before NATS": (
        SOUND + "[origin.tenants.acme]\nkind = 'nats'\nurl = 'nats://n:4222'\nproxy = 'http://proxy:3128'\n",
        "NATS cannot use a forward proxy, expected none - at `$.origin.tenants.acme.proxy`",
    ),
    **{
        f"a page's origin {what}": (SOUND + f"[http]\ncors_origins = ['*', '{origin}']\n", f"found '{origin}', {PAGE}")
        for what, origin in {
            "with a slash at its end": "https://shop.example/",
            "with a path": "https://shop.example/chat",
            "in capitals": "https://Shop.example",
            "without a scheme": "shop.example",
            "with the port that browsers leave out": "https://shop.example:443",
            "with http's port": "http://shop.example:80",
            "that is none": "null",
        }.items()
    },
    "a network that is none": (
        SOUND + "[http]\ntrusted_proxies = ['10.0.0.300']\n",
        "found '10.0.0.300', expected a network such as 10.2.0.0/16 without bits behind its mask - at `$.http.tru",
    ),
    "a network with bits behind its mask": (
        SOUND + "[http]\ntrusted_ingests = { networks = ['10.0.0.1/8'] }\n",
        "without bits behind its mask - at `$.http.trusted_ingests.networks`",
    ),
    "an ingest's key that is too short": (
        SOUND + "[sessions]\ningest_keys = { acme = ['c2hvcnQ='] }\n",
        "found a text of 8 characters, expected 32 bytes in base64 - at `$.sessions.ingest_keys`",
    ),
    "an ingest's key that is no base64": (
        SOUND + "[sessions]\ningest_keys = { acme = ['ä'] }\n",
        "found a text of 1 characters, expected 32 bytes in base64 - at `$.sessions.ingest_keys`",
    ),
    "keys of no tenant": (
        SOUND + "[sessions]\ningest_keys = { 'A B' = [] }\n",
        "at `key` in `$.sessions.ingest_keys`",
    ),
    "an unknown field": (SOUND + "[http]\nprot = 1\n", "Object contains unknown field `prot` - at `$.http`"),
    "an unknown section": (SOUND + "[htpp]\n", "Object contains unknown field `htpp`"),
    "a missing section": ("[pop]\nname = 'x'\nstate_dir = 'y'\n", "Object missing required field `publisher`"),
    "a port out of range": (SOUND + "[http]\nport = 70000\n", "Expected `int` <= 65535 - at `$.http.port`"),
    "an empty list of addresses": (SOUND + "[http]\nhost = []\n", "Expected `array` of length >= 1 - at `$.http.host`"),
    "an address that is none": (SOUND + "[http]\nhost = ''\n", "Expected `str` of length >= 1 - at `$.http.host`"),
    "headers without room": (SOUND + "[http]\nmax_header_bytes = 10\n", "Expected `int` >= 1024"),
    "no places at all": (SOUND + "[overload]\nmax_in_flight = 9\n", "Expected `int` >= 10"),
    "a number instead of text": (SOUND.replace('"fra-1"', "7"), "Expected `str`, got `int` - at `$.pop.name`"),
    "not TOML": ("[pop", "is not TOML: Expected ']' at the end of a table declaration (at end of document)"),
    "a URL of another kind": (
        SOUND.replace("https://origin.example/tickets", "origin.example"),
        "found 'origin.example', expected http://… or https://… - at `$.origin.url`",
    ),
    "an origin of an unknown kind": (SOUND + "kind = 'fax'\n", "Invalid enum value 'fax' - at `$.origin.kind`"),
    "a webhook without a secret": (
        SOUND + "kind = 'webhook'\n",
        "an origin of kind 'webhook' needs `secret_files` - at `$.origin`",
    ),
    "a Chatwoot without an inbox": (
        SOUND + "kind = 'chatwoot'\ntoken_file = 't'\naccount = 1\n",
        "an origin of kind 'chatwoot' needs `inbox` - at `$.origin`",
    ),
    "a tenant's Zammad without a group": (
        SOUND + "[origin.tenants.acme]\nurl = 'http://z'\nkind = 'zammad'\ntoken_file = 't'\ncustomer = 'c'\n",
        "an origin of kind 'zammad' needs `group` - at `$.origin.tenants.acme`",
    ),
    "a tenant's origin whose address is no URL": (
        SOUND + "[origin.tenants.acme]\nurl = 'z'\n",
        "found 'z', expected http://… or https://… - at `$.origin.tenants.acme.url`",
    ),
    "NATS over HTTP": (
        SOUND + "kind = 'nats'\n",
        "found 'https://origin.example/tickets', expected nats://… or tls://… - at `$.origin.url`",
    ),
    "one of several NATS servers without a scheme": (
        SOUND.replace("https://origin.example/tickets", "tls://a:4222,b:4222") + "kind = 'nats'\n",
        "found 'tls://a:4222,b:4222', expected nats://… or tls://… - at `$.origin.url`",
    ),
    "a NATS origin without a stream": (
        SOUND.replace("https://origin.example/tickets", "tls://a:4222") + "kind = 'nats'\nstream = ''\n",
        "an origin of kind 'nats' needs `stream` - at `$.origin`",
    ),
    "a NATS subject with a wildcard": (
        SOUND.replace("https://origin.example/tickets", "tls://a:4222") + "kind = 'nats'\nsubject = 'skerry.>'\n",
        "Expected `str` matching regex",
    ),
    "load reports by NATS without a desk token": (
        SOUND.replace("https://origin.example/tickets", "tls://a:4222")
        + "kind = 'nats'\nload_subject = 'skerry.load'\n",
        "`load_subject` needs `$.people.desk_tokens_file` - at `$.origin`",
    ),
    "a NATS origin without a host": (
        SOUND.replace("https://origin.example/tickets", "nats://") + "kind = 'nats'\n",
        "found 'nats://', expected nats://… or tls://… - at `$.origin.url`",
    ),
    "a token over plain HTTP": (
        SOUND.replace('"http://127.0.0.1:8090"', '"http://publisher.example"\ntoken_file = "token"'),
        "found 'http://publisher.example', expected https://… because `token_file` is set - at `$.publisher.url`",
    ),
    "an origin with an invalid host": (
        SOUND.replace("https://origin.example", "https://origin..example"),
        "found 'https://origin..example/tickets', expected http://… or https://… - at `$.origin.url`",
    ),
    "an origin with an invalid port": (
        SOUND.replace("https://origin.example", "https://origin.example:99999"),
        "found 'https://origin.example:99999/tickets', expected http://… or https://… - at `$.origin.url`",
    ),
    "an origin with an unfinished IPv6 address": (
        SOUND.replace("https://origin.example", "https://[::1"),
        "found 'https://[::1/tickets', expected http://… or https://… - at `$.origin.url`",
    ),
    "a tenant with the name of the default origin": (
        SOUND + "[origin.tenants.default]\nurl = 'https://b.example'\n",
        "'default' is the default origin's name, expected a tenant's name - at `$.origin.tenants`",
    ),
    "one desk for two origins": (
        SOUND.replace("https://origin.example/tickets", "https://Desk.example:443/").replace("[origin]", DESK)
        + "[origin.tenants.acme]\nkind = 'desk'\nurl = 'https://desk.example'\ntoken_file = 't'\n",
        "the desk of `$.origin` is here again, expected another one, or no section: the desk has agents' tokens by",
    ),
    **{
        f"an archive that is {what}": (
            SOUND + f"[ledger]\narchive = '{archive}'\n",
            f"found '{archive}', expected 'publisher', 'desk', the path of a folder, or nothing - at `$.ledger",
        )
        for what, archive in {"an address": "https://archive.example", "nearly a word": "Desk ", "a blank": " "}.items()
    },
    "an archive at a desk that is none": (
        SOUND + "[ledger]\narchive = 'desk'\n",
        "found 'desk', and `$.origin` is of kind 'http', expected kind 'desk' - at `$.ledger.archive`",
    ),
    "an archive at a publisher that does not know the PoP": (
        SOUND + "[fleet]\nenabled = false\n[ledger]\narchive = 'publisher'\n",
        "found 'publisher', which knows a PoP by the key of its status, expected `$.fleet.enabled` to be true",
    ),
    "an archive whose word could be another's": (
        SOUND.replace("127.0.0.1", "publisher.example") + "[ledger]\narchive = 'publisher'\n",
        "expected https://… because `ledger.archive` is 'publisher' - at `$.publisher.url`",
    ),
    "a field that is no setting": ("folder = '/'\n" + SOUND, "Object contains unknown field `folder`"),
}


@pytest.mark.parametrize(("text", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_faulty_file(tmp_path: Path, text: str, message: str) -> None:
    """The error names the file, the fault, the setting and the command to run."""
    path = tmp_path / "pop.toml"
    path.write_text(text)

    with pytest.raises(ConfigError) as caught:
        read_pop_config(path)
    assert message in caught.value.text
    assert caught.value.text.endswith(f"fix it, then run: skerry pop serve --config {path}")


def test_missing_file(tmp_path: Path) -> None:
    """The error names the command that writes a first file."""
    with pytest.raises(ConfigError) as caught:
        read_pop_config(tmp_path / "none.toml")

    assert caught.value.text.endswith("No such file or directory; write a starter with: skerry keys init --home DIR")


def test_file_that_is_not_text(tmp_path: Path) -> None:
    """The error says at which byte the file stops being UTF-8."""
    path = tmp_path / "pop.toml"
    path.write_bytes(b"[pop]\xff")

    with pytest.raises(ConfigError, match="is not UTF-8 at byte 5"):
        read_pop_config(path)


def test_sound_file(tmp_path: Path) -> None:
    """Paths are relative to the file; settings that are left out have their defaults."""
    path = tmp_path / "pop.toml"
    path.write_text(SOUND)
    config = read_pop_config(path)

    assert config.state_dir == tmp_path / "state"
    assert (config.http.host, config.http.port) == ("127.0.0.1", 8080)


def test_file_that_is_reached_by_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative paths begin at the folder of the link, also from a relative one: where it leads may change later."""
    (tmp_path / "..2026_1").mkdir()
    (tmp_path / "..2026_1" / "pop.toml").write_text(SOUND)
    (tmp_path / "..data").symlink_to("..2026_1")
    (tmp_path / "pop.toml").symlink_to("..data/pop.toml")
    monkeypatch.chdir(tmp_path)
    found = [read_pop_config(path).path("token") for path in (tmp_path / "pop.toml", Path("pop.toml"))]

    assert 2 * [tmp_path / "token"] == found


def test_production_example_is_sound() -> None:
    """`deploy/pop.toml` can be read."""
    assert read_pop_config(Path(__file__).parents[2] / "deploy" / "pop.toml").pop.name == "fra-1"


@pytest.mark.parametrize(
    ("serve", "required", "name", "wanted"),
    [
        (("*/*",), (), "acme/drop", True),
        (("acme/*",), (), "acme/drop", True),
        (("acme/*",), (), "other/drop", False),
        (("acme/*",), ("other/drop",), "other/drop", True),
        ((), (), "acme/drop", False),
    ],
)
def test_which_islands_are_served(serve: tuple[str, ...], required: tuple[str, ...], name: str, wanted: bool) -> None:
    """A PoP wants islands that match a pattern or are required, and follows a tenant if it wants one of its islands."""
    section = IslandsSection(serve=serve, required=required)

    assert wanted == section.wants(name)
    assert wanted == section.wants_tenant(name.partition("/")[0])


def test_assets_are_found() -> None:
    """Models and sample islands are where the program looks for them."""
    assert (asset_folder("models") / "encoder" / "card.toml").is_file()
    assert len(list(asset_folder("islands").glob("*/*.toml"))) >= 3


def test_missing_model_file(tmp_path: Path) -> None:
    """The error for a missing model file names the file and the command that restores it."""
    with pytest.raises(ConfigError) as caught:
        model_files(["encoder/model.onnx"], tmp_path)

    assert f"cannot read the model file {tmp_path}/encoder/model.onnx: No such file or directory" in caught.value.text
    assert caught.value.text.endswith(f"; run: cp -r {asset_folder('models')}/. {tmp_path}")


def test_restore_command_in_a_checkout() -> None:
    """In a checkout, git restores the model files."""
    assert f"git -C {ROOT} checkout -- models" == restore_model_command()


def test_restore_command_of_a_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a checkout, the wheel is installed again."""
    monkeypatch.setattr("edge.config.assets.CHECKOUT", tmp_path)
    wheel = f"skerry-{edge.__version__}-py3-none-any.whl"

    assert f"{sys.executable} -m pip install --force-reinstall --no-deps {wheel}" == restore_model_command()


LOOPBACK = "trusted_ingests = { networks = ['10.0.0.0/8', '127.0.0.0/8'] }\n"


def test_pages_as_browsers_name_them(tmp_path: Path) -> None:
    """With a port of their own, by address, and of an app."""
    pages = ("*", "https://shop.example:8443", "http://[::1]:3000", "http://shop.example:443", "capacitor://localhost")
    path = tmp_path / "pop.toml"
    path.write_text(SOUND + f"[http]\ncors_origins = {list(pages)}\n")

    assert pages == read_pop_config(path).http.cors_origins


TRUSTED = "everything on this machine is trusted as an ingest; behind a proxy use `trusted_proxies`"
OPEN = "/statusz is open to everybody who reaches `http.host`; let only a front server reach it"
NOTICES = {
    "the defaults": ("", []),
    "this machine is trusted": (LOOPBACK, [TRUSTED]),
    "this machine is trusted, by IPv6": ("host = '::1'\ntrusted_ingests = { networks = ['::1'] }\n", [TRUSTED]),
    "this machine would be trusted, behind proxies": (LOOPBACK + "trusted_proxies = ['10.0.0.1']\n", []),
    "others may connect": ("host = '::'\n" + LOOPBACK, [OPEN]),
    "a host name": ("host = 'pop.internal'\n", [OPEN]),
    "this machine by its name": ("host = 'localhost'\n" + LOOPBACK, [TRUSTED]),
}


@pytest.mark.parametrize(("http", "expected"), NOTICES.values(), ids=NOTICES.keys())
def test_notices(tmp_path: Path, http: str, expected: list[str]) -> None:
    """One line each for what is trusted without a proof, and for what others may read."""
    path = tmp_path / "pop.toml"
    path.write_text(SOUND + "[http]\n" + http)

    assert expected == list(notices_of(read_pop_config(path)))


def test_production_example_trusts_nobody() -> None:
    """Neither a network nor a socket; an operator decides."""
    config = read_pop_config(Path(__file__).parents[2] / "deploy" / "pop.toml")

    assert TrustedIngests() == config.http.trusted_ingests


NAMED = {
    "the default serves every island and names nobody": ("", set()),
    "a pattern with the tenant before the slash": ('serve = ["acme/*", "*/*"]', {"acme"}),
    "a tenant with wildcards names nobody": ('serve = ["acme-*/*", "ac?e/drop", "[ab]cme/*"]', set()),
    "a required island": ('required = ["northwind/drop"]', {"northwind"}),
}


@pytest.mark.parametrize(("islands", "named"), NAMED.values(), ids=NAMED.keys())
def test_tenants_that_the_configuration_names(tmp_path: Path, islands: str, named: set[str]) -> None:
    """A question to any island of theirs is never refused as unknown."""
    (tmp_path / "pop.toml").write_text(f"{SOUND}\n[islands]\n{islands}\n", encoding="utf-8")

    assert named == read_pop_config(tmp_path / "pop.toml").named_tenants()


def test_tenant_with_an_origin_of_its_own_is_named(tmp_path: Path) -> None:
    """Its tickets have a way to people."""
    own = '[origin.tenants.lumen-live]\nurl = "https://lumen.example/tickets"\n'
    (tmp_path / "pop.toml").write_text(SOUND + own, encoding="utf-8")

    assert {"lumen-live"} == read_pop_config(tmp_path / "pop.toml").named_tenants()
