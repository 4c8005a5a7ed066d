"""Settings for the ledger: what happened, provably, and how long its tenant can read it."""

from enum import StrEnum
from typing import Annotated

import msgspec

from edge.records import Count, Positive

Days = Annotated[int, msgspec.Meta(ge=1, le=36_500)]


class ArchivePlace(StrEnum):
    """Where closed logs go. The value is the word in `ledger.archive`, but for a folder, whose path stands there."""

    NOWHERE = ""
    PUBLISHER = "publisher"
    DESK = "desk"
    FOLDER = "folder"


class LedgerSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much of what happened this PoP keeps as leaves of hash trees, and where they go after an event."""

    max_bytes: Count = 1_073_741_824
    """Bytes of leaves on this PoP's disk. The default (1 GiB) has room for about four million. From 80 % on a warning
    is logged. Beyond it answers are given without a leaf, and one leaf says later how many are missing. Leaves of
    hand-overs and replies may use 256 MiB more. Those of consents, erasures and holds are written in any case.
    """
    flush_s: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.5
    """Time between two writes of leaves to disk, each with a signed checkpoint. A process that is killed loses the
    leaves of answers of this time, and counts them at its next start.
    """
    archive: str = ""
    """Where the log of an event is moved after its end, with what a witness cosigned of it: `"publisher"`, `"desk"`
    (the desk of the log's tenant, which must be of kind `desk`), or the path of a folder, such as `"/mnt/logs"`. It is
    verified there before it is deleted here. With a witness, a log waits up to a day for the signature of its last
    state. Empty: logs stay here.
    """
    close_after_s: Positive = 604_800.0
    """The log of an event is closed when none of its islands is served any more, and this long nothing was added. The
    default is a week: replies of people come until then.
    """

    @property
    def archive_place(self) -> ArchivePlace:
        """Where closed logs go."""
        words = {place.value: place for place in ArchivePlace if place is not ArchivePlace.FOLDER}
        return words.get(self.archive, ArchivePlace.FOLDER)


class RetentionSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long payloads of the ledger are kept, in days, by what they are about. Their leaves stay.

    When its time is over, the sealed key of a payload is overwritten, unless `skerry ledger hold` names it. That is an
    hour after the PoP's start, or after its clock was set, at the earliest. Tenants without a sealing key have no
    payloads.
    """

    answer_days: Days = 30
    """Questions that the machine answered, offered choices for, or ignored."""
    ticket_days: Days = 180
    """Questions that people took, and their replies."""
    consent_days: Days = 1_095
    """Consents and their withdrawals: three years, the usual time within which somebody may ask for the proof."""
    quiet_s: Annotated[float, msgspec.Meta(gt=0)] = 900.0
    """A key is in memory until its session was quiet for so long. Then the PoP itself cannot use it any more."""
    max_bytes: Annotated[int, msgspec.Meta(ge=1_048_576)] = 1_073_741_824
    """Bytes of payloads on this PoP's disk. Beyond it, payloads are left out, and leaves are written all the same."""

    @property
    def kept_s(self) -> dict[str, float]:
        """Seconds by class."""
        days = {"answer": self.answer_days, "ticket": self.ticket_days, "consent": self.consent_days}
        return {name: number * 86_400.0 for name, number in days.items()}


class WitnessSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who else signs the states of this PoP's logs, after a proof that they only grew. It needs `fleet.enabled`."""

    key: str = ""
    """The witness's verifier key, as `skerry publisher witness` prints it. Empty: no witness is asked."""
    url: str = ""
    """Address of a witness (C2SP tlog-witness), below which `add-checkpoint` is. Empty: the publisher."""
    interval_s: Positive = 30.0
    """Longest time between two looks at the logs. Each wait is drawn at random up to this. A log that has not changed
    is not shown again.
    """
    timeout_s: Positive = 10.0
    """Time for one request, from connecting to the witness's answer."""
