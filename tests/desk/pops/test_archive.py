"""A desk keeps the logs of PoPs that have a token, by their key if it was told one."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from edge.archive import BODY_S
from edge.desk.access import set_pop_keys, tokens_path
from edge.errors import Reason, RefusedError, UnreachableError
from edge.host.door import Door
from edge.records.archive import ArchiveState
from edge.trust import PopSigner
from edge.wire.archive import ArchiveClient
from tests.archive.closed_logs import LOG, ORIGIN, POP, POP_KEYS, POP_PEN, ClosedOne, files_in
from tests.desk.desk import Caller, RunningDesk, running

SIGNER = PopSigner(bytes(POP_PEN))


async def put_all(client: ArchiveClient, one: ClosedOne) -> ArchiveState:
    """Put a log."""
    for number in range((await client.put_log(LOG, one.closed())).bundles, one.bundles):
        await client.put_bundle(LOG, number, one.bundle(number))
    return (await client.put_log(LOG, one.closed())).state


async def test_who_may_put_a_log(served: RunningDesk, pop: Caller, anna: Caller) -> None:
    """The PoP of the token; nobody else's token, and no person's. With a key that is known, signed by it."""
    one = ClosedOne(300)

    def client(caller: Caller, sign: object = None, name: str = POP) -> ArchiveClient:
        return ArchiveClient(served.session, served.url, pop=name, sign=sign, headers=caller.headers)  # type: ignore[arg-type]

    for wrong in (client(pop, name="fra-2"), client(anna)):
        with pytest.raises(RefusedError) as caught:
            await wrong.put_log(LOG, one.closed())
        assert Reason.UNAUTHORISED is caught.value.reason
    await asyncio.to_thread(set_pop_keys, tokens_path(served.home), POP, POP_KEYS)
    await served.reload()
    with pytest.raises(RefusedError) as caught:
        await client(pop).put_log(LOG, one.closed())
    assert Reason.SIGNATURE_INVALID is caught.value.reason

    assert ArchiveState.KEPT is await put_all(client(pop, SIGNER.sign_as), one)
    assert one.files.keys() < (await asyncio.to_thread(files_in, served.home / "desk-archive" / ORIGIN)).keys()


async def test_token_is_enough_where_no_key_is_known(served: RunningDesk, pop: Caller) -> None:
    """The log's own key must have signed it."""
    one = ClosedOne(3)
    client = ArchiveClient(served.session, served.url, pop=POP, sign=None, headers=pop.headers)

    assert ArchiveState.KEPT is await put_all(client, one)
    nobody = ArchiveClient(served.session, served.url, pop=POP, sign=None, headers={"Authorization": "Bearer x"})
    with pytest.raises((RefusedError, UnreachableError)):
        await nobody.put_log(LOG, one.closed())


async def test_bundle_over_a_slow_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The door of the desk ends no body for which the archive would wait."""
    opened = list[Any]()

    def noted(*arguments: Any, **more: Any) -> Door:
        opened.append(more["limits"])
        return Door(*arguments, **more)

    monkeypatch.setattr("edge.desk.server.server.Door", noted)
    async with running(tmp_path):
        pass

    assert [BODY_S] == [limits.body_timeout_s for limits in opened]
