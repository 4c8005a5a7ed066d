"""Connects the parts that speak with Skerry's own desk, for each origin that is one."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import Executor
from datetime import datetime
from functools import partial

from edge.config import PopConfig
from edge.daemon.desk.fetcher import DeskFetcher
from edge.daemon.desk.figures import FiguresReporter
from edge.daemon.desk.inbox import DeskInbox
from edge.daemon.desk.place import DeskPlace
from edge.daemon.handoff import OpenDesk
from edge.daemon.people import LoadReports, Remembered
from edge.daemon.telemetry import Metrics
from edge.store.feeds import PlacesFile


class OwnDesks:
    """What a PoP does with its own desks: `tasks` must run. `thread` is the only one to use the state's file."""

    def __init__(
        self,
        desks: Mapping[str, OpenDesk],
        *,
        config: PopConfig,
        thread: Executor,
        inbox: DeskInbox,
        loads: LoadReports,
        remembered: Remembered,
        metrics: Metrics,
        now: Callable[[], datetime],
    ) -> None:
        """`desks`: by the origin's name."""
        others, file = config.origin.tenants, PlacesFile(config.state_dir)

        def gets_tickets_of(tenant: str, *, origin: str) -> bool:
            return tenant == origin if origin else tenant not in others

        self._fetchers, self._reporters = list[DeskFetcher](), list[FiguresReporter]()
        for origin, open_desk in desks.items():
            is_theirs = partial(gets_tickets_of, origin=origin)
            place = DeskPlace(file, thread, origin=origin)
            self._fetchers.append(
                DeskFetcher(
                    origin,
                    open_desk=open_desk,
                    place=place,
                    is_theirs=is_theirs,
                    inbox=inbox,
                    loads=loads,
                    metrics=metrics,
                )
            )
            self._reporters.append(
                FiguresReporter(
                    open_desk=open_desk,
                    place=place,
                    is_theirs=is_theirs,
                    remembered=remembered,
                    metrics=metrics,
                    now=now,
                )
            )
        metrics.desks_followed.set_function(lambda: sum(fetcher.is_followed for fetcher in self._fetchers))

    def tasks(self) -> Iterator[tuple[str, Callable[[], Awaitable[None]]]]:
        """What must run until the PoP stops, by name."""
        for fetcher in self._fetchers:
            yield "follow desk", fetcher.follow
        for reporter in self._reporters:
            yield "post figures", reporter.keep_posting
