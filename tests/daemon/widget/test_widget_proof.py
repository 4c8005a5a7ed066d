"""A PoP gives its loader the publisher's signature, if the publisher signed these very bytes."""

import gzip
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from edge.daemon.fast_path.widget_pages import WidgetPages
from edge.daemon.widget import WidgetRoutes
from edge.host import utc_now
from edge.publish.repository import Repository, list_loader, unlist_loaders
from edge.trust import TrustedMetadata, digest_header
from tests.browser.desk.faces import BUILT
from tests.follower import follow

LOADER = "skerry.js"
SIGNED = {"Unencoded-Digest", "Signature-Input", "Signature"}


class Scene:
    """A publisher's home, a folder with a PoP's widget, and the PoP's clock."""

    def __init__(self, folder: Path) -> None:
        self.repository = Repository(folder / "home")
        self.now: datetime = utc_now()
        self.repository.init(now=self.now, tenants=["acme"])
        self.files = Path(shutil.copytree(BUILT / "widget", folder / "widget"))
        self.trust = TrustedMetadata.start({}, self.repository.root_copy.read_bytes())

    def sign(self, content: bytes, *, only: bool = False) -> None:
        """The publisher signs a loader, and the PoP learns of it."""
        with self.repository.change(self.now) as change:
            for path, file in list_loader(change.state.targets, content).items():
                change.add_target(path, file)
            if only:
                unlist_loaders(change.state.targets, content)
            change.touch("targets")
        follow(self.repository.home, self.trust, self.now)
        self.now += timedelta(seconds=1)

    def routes(self) -> WidgetRoutes:
        """What the PoP serves."""
        routes = WidgetRoutes(self.files)
        routes.prove_by(lambda: self.trust, lambda: self.now)
        return routes


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Nothing is signed yet."""
    return Scene(tmp_path)


def get(routes: WidgetRoutes, name: str = LOADER, cached: str = "", accepted: str = "") -> web.Response:
    """One response."""
    return routes.response(name, cached=cached, accepted=accepted)


def said_of(response: web.Response) -> tuple[str, bool]:
    """What the PoP says of it, and whether there is a signature."""
    return response.headers["Skerry-Widget"], response.headers.keys() >= SIGNED


def test_loader_is_served_with_its_signature(scene: Scene) -> None:
    """Once the PoP knows of it: also compressed, and to those who have it already. Parts have none."""
    routes = scene.routes()
    before = get(routes)
    scene.sign((scene.files / LOADER).read_bytes())
    after, packed = get(routes), get(routes, accepted="gzip")
    again = get(routes, cached=after.headers["ETag"])
    part = next(one.name for one in scene.files.iterdir() if one.name.startswith("chat-"))

    assert ("unsigned", False) == said_of(before)
    assert {("signed", True)} == {said_of(one) for one in (after, packed, again)}
    assert isinstance(packed.body, bytes)
    assert digest_header(gzip.decompress(packed.body)) == packed.headers["Unencoded-Digest"]
    assert (200, 304) == (get(routes, cached=before.headers["ETag"]).status, again.status)
    assert SIGNED.isdisjoint(get(routes, part).headers.keys())


def test_file_that_was_changed_is_unsigned(scene: Scene) -> None:
    """On the PoP's disk, before it started."""
    path = scene.files / LOADER
    scene.sign(path.read_bytes())
    path.write_bytes(path.read_bytes() + b"\n")

    assert ("unsigned", False) == said_of(get(scene.routes()))


def test_loader_of_an_older_release_is_unsigned_once_it_is_taken_off(scene: Scene) -> None:
    """As long as the publisher lists both, a PoP may have either."""
    own = (scene.files / LOADER).read_bytes()
    scene.sign(own)
    scene.sign(own + b"\n// newer")
    routes = scene.routes()
    with_both = said_of(get(routes))
    scene.sign(own + b"\n// newer", only=True)

    assert ("signed", True) == with_both
    assert ("unsigned", False) == said_of(get(routes))


def test_signature_that_has_expired_is_left_out(scene: Scene) -> None:
    """Else browsers would refuse the file, also on pages that pin its hash. A cached copy is replaced."""
    scene.sign((scene.files / LOADER).read_bytes())
    routes = scene.routes()
    signed = get(routes)
    scene.now += timedelta(days=91)
    expired = get(routes, cached=signed.headers["ETag"])

    assert ("unsigned", False) == said_of(expired)
    assert 200 == expired.status


def test_fast_path_has_the_signature_of_now(scene: Scene) -> None:
    """Its head is made again when the signature changes."""
    scene.sign((scene.files / LOADER).read_bytes())
    pages = WidgetPages(scene.routes())
    first, again = pages.find(b"/widget/skerry.js", {}), pages.find(b"/widget/skerry.js", {})
    scene.sign((scene.files / LOADER).read_bytes())
    renewed = pages.find(b"/widget/skerry.js", {})

    assert first is not None
    assert b"\r\nSkerry-Widget: signed\r\n" in first[0]
    assert first == again
    assert renewed is not None
    assert first[0] != renewed[0]
