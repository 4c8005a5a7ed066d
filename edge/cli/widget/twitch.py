"""`skerry widget twitch`: the widget as the panel of a Twitch extension, in a ZIP file that people can read.

An extension may run only what is in its ZIP file, and no code that people cannot read. So its files are a build of
their own (`edge/faces/built/twitch`), with all names and lines. The same island, address and keys give the same bytes.
"""

import html
import io
import zipfile
from pathlib import Path

import click

import edge
from edge.cli.terminal import echo
from edge.cli.widget.address import address_in
from edge.client import read_key
from edge.errors import ConfigError
from edge.host import replace_file
from edge.records import IslandName

BUILT = Path(edge.__file__).parent / "faces" / "built" / "twitch"

_LEFT_OUT = ("overlay-", "manifest.json")
_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest that a ZIP file can say."""

# Without `lang`: the widget then follows the viewer's browser.
_PANEL = """<!doctype html>
<html>
<meta charset="utf-8">
<title>Questions</title>
<script src="https://extension-files.twitch.tv/helper/v1/twitch-ext.min.js"></script>
<script type="module" src="skerry.js"></script>
<skerry-chat mode="panel" island="{island}" pop="{pop}" key="{keys}"></skerry-chat>
</html>
"""


@click.command("twitch")
@click.argument("name", metavar="TENANT/ISLAND")
@click.option("--pop", "pop", required=True, metavar="URL", help="Address of a PoP, or of what is in front of PoPs.")
@click.option(
    "--key",
    "keys",
    required=True,
    multiple=True,
    metavar="KEY",
    help="The tenant's public key in base64; again for a second one.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="ZIP file to write. One that is there is replaced.",
)
def twitch_command(name: str, pop: str, keys: tuple[str, ...], out: Path) -> None:
    """Write the ZIP file of a Twitch extension with the panel `panel.html`.

    In the extension's settings, allow the PoP's address for fetching. The PoP's `http.cors_origins` needs the origin of
    the extension.
    """
    island = IslandName.parse(name)
    for key in keys:
        read_key(key)
    page = _PANEL.format(island=island, pop=html.escape(address_in(pop)), keys=html.escape(" ".join(keys)))
    try:
        files = {one.name: one.read_bytes() for one in BUILT.iterdir() if not one.name.startswith(_LEFT_OUT)}
    except OSError as error:
        raise ConfigError(f"the widget {BUILT} cannot be read: {error.strerror}; install Skerry again") from error
    replace_file(out, _zipped({**files, "panel.html": page.encode()}))
    echo(f"wrote {out}: upload it to Twitch as an extension with the panel view path 'panel.html'")


def _zipped(files: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in sorted(files.items()):
            packed.writestr(zipfile.ZipInfo(name, _TIME), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()
