"""Vaora: offline-first check-in and exposure warnings, for Python.

The same verbs and words as in Kotlin and Swift, without the phone: for servers, tools and tests. Every
call blocks until what it did is durable. Times are aware ``datetime`` objects; where a verb wants the
time, the diary's clock tells it.

    import vaora

    keys = vaora.Keys.make()                     # a phone keeps these in its key store
    with vaora.Diary.create(folder, keys.matching, keys.diary) as diary:
        town = diary.follow(root)                # the root file that the app embeds
        scan = diary.inspect(vaora.Code.from_text(text))
        visit = diary.check_in(scan)
        diary.check_out(visit.id)
        diary.sync(town, "https://lists.example/")
        for alert in diary.alerts():
            print(diary.advice(alert.deployment, alert.advice, "en").title)
"""

from __future__ import annotations

import datetime
import os
import secrets
import time
from collections.abc import Callable, Iterable

from . import vaora_ffi as _core
from .vaora_ffi import (
    AdviceText,
    Alert,
    AlertState,
    AreaPolicy,
    AreaState,
    Category,
    ClockMark,
    Code,
    Companion,
    Consent,
    Drained,
    Due,
    Explanation,
    Export,
    ForeignInfo,
    Freshness,
    InternalError,
    KeyState,
    Kind,
    Notice,
    NoticeKind,
    Now,
    OpenVisit,
    Origin,
    Out,
    PendingShare,
    PlaceInfo,
    Receipt,
    Rescan,
    Ring,
    Scan,
    ScanInfo,
    Scanner,
    Secret,
    SharedVisit,
    SharePreview,
    SyncOptions,
    SyncReport,
    Trust,
    Upload,
    VaoraError,
    VenueInfo,
    VenueKind,
    Visit,
    Visits,
    categories,
    erase,
    inspect,
    next_cover,
    wrappings,
)

Clock = Callable[[], Now]
"""Tells the time as a phone does: wall clock, offset, running time, and which start of the machine."""


def machine_clock() -> Now:
    """The clock of this machine; where it does not say which start it is, of this process."""
    wall = datetime.datetime.now(datetime.timezone.utc)
    offset = datetime.datetime.now().astimezone().utcoffset() or datetime.timedelta()
    if _BOOT is None:
        running, boot = time.monotonic() - _STARTED, _PROCESS
    else:
        running, boot = time.clock_gettime(time.CLOCK_BOOTTIME), _BOOT
    return Now(
        wall=wall,
        offset_minutes=int(offset.total_seconds() // 60),
        running_seconds=int(running),
        boot=boot,
    )


def _boot() -> int | None:
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return int(file.read().strip().replace("-", "")[:8], 16)
    except (OSError, ValueError):
        return None


_BOOT = _boot() if hasattr(time, "CLOCK_BOOTTIME") else None
_STARTED = time.monotonic()
_PROCESS = secrets.randbits(31)


def _text(error: VaoraError) -> str:
    return _core.error_text(error)


VaoraError.__str__ = _text  # type: ignore[method-assign]

# `from` is a word of Python's own: what begins there has a `start` here.
for _record in (Explanation, ForeignInfo, SharedVisit, Visit):
    _record.start = property(lambda record: record._from, doc="When it began.")


class Keys:
    """The two secrets of a diary. A phone keeps them in its key store; here they are yours to keep."""

    def __init__(self, matching: Secret, diary: Secret) -> None:
        self.matching = matching
        self.diary = diary

    @classmethod
    def make(cls) -> Keys:
        """Two new ones, which live as long as this object."""
        return cls(Secret(secrets.token_bytes(32), b""), Secret(secrets.token_bytes(32), b""))


class Diary:
    """The diary of one phone. Make one with ``create`` or ``open``; creating is not opening."""

    def __init__(self, core: _core.Diary, clock: Clock) -> None:
        self._core = core
        self._clock = clock

    @classmethod
    def create(
        cls,
        folder: str | os.PathLike[str],
        matching: Secret,
        diary: Secret,
        clock: Clock = machine_clock,
    ) -> Diary:
        """A new diary in a folder, unlocked. Raises ``VaoraError.AlreadyExists`` if there is one."""
        return cls(_core.Diary.create(os.fspath(folder), matching, diary, clock()), clock)

    @classmethod
    def open(
        cls,
        folder: str | os.PathLike[str],
        matching: Secret | KeyState,
        diary: Secret | KeyState,
        clock: Clock = machine_clock,
    ) -> Diary:
        """Opens a diary. With ``KeyState.LOCKED`` for its own secret it takes check-ins and shows
        nothing. No error of this call changes anything on disk."""
        return cls(_core.Diary.open(os.fspath(folder), _state(matching), _state(diary)), clock)

    def close(self) -> None:
        """Closes the diary and wipes its keys; every later verb raises ``VaoraError.Closed``."""
        self._core.close_now()

    def __enter__(self) -> Diary:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Keys

    def lock(self) -> None:
        """Lets go of what opens the readable parts."""
        self._core.lock()

    def unlock(self, diary: Secret | KeyState) -> None:
        """Opens the readable parts. Call ``drain`` afterwards."""
        self._core.unlock(_state(diary))

    def drain(self) -> Drained:
        """Seals under the diary's own key what was noted while it was locked."""
        return self._core.drain()

    def rotate(self, matching: Secret | None, diary: Secret | None) -> None:
        """Writes the rings under new secrets. Only then delete the old ones."""
        self._core.rotate(matching, diary)

    # At the door

    def inspect(self, code: Code) -> Scan:
        """Says what was scanned. Nothing is opened, sent or kept."""
        return self._core.inspect(code, self._clock())

    def rescan(self, scan: Scan) -> Rescan:
        """What a scanned place meets in the diary: ask before every check-in."""
        return self._core.rescan(scan, self._clock())

    def check_in(self, scan: Scan, companions: Iterable[int] = ()) -> Visit:
        """Checks in; the person has seen what this place is and confirmed it."""
        return self._core.check_in(scan, list(companions), self._clock())

    def check_out(self, visit: int) -> None:
        """Checks out. A second time changes nothing."""
        self._core.check_out(visit, self._clock())

    def stay(self, visit: int) -> None:
        """Still here: the end is assumed another usual stay from now."""
        self._core.stay(visit, self._clock())

    def badge(self, visit: int) -> list[int]:
        """Three of eight shapes that every phone in this venue shows in this minute."""
        return self._core.badge(visit, self._clock())

    # The diary

    def visits(
        self,
        start: datetime.datetime | None = None,
        end: datetime.datetime | None = None,
    ) -> Visits:
        """The visits that touch a span, by default all, with the days that could not be read."""
        return self._core.visits(start or _FIRST, end or _LAST, self._clock())

    def add_past(
        self,
        scan: Scan,
        start: datetime.datetime,
        end: datetime.datetime,
        companions: Iterable[int] = (),
    ) -> Visit:
        """Adds a visit of the past from a code."""
        return self._core.add_past(scan, start, end, list(companions), self._clock())

    def add_manual(
        self,
        name: str,
        start: datetime.datetime,
        end: datetime.datetime,
        category: int = 0,
        companions: Iterable[int] = (),
    ) -> Visit:
        """Adds a visit by hand, which no published list can ever name."""
        return self._core.add_manual(name, category, start, end, list(companions), self._clock())

    def edit(self, visit: int, start: datetime.datetime, end: datetime.datetime) -> None:
        """Corrects the times of a visit."""
        self._core.edit(visit, start, end, self._clock())

    def confirm(self, visit: int) -> None:
        """The person confirms an end that was assumed."""
        self._core.confirm(visit)

    def set_companions(self, visit: int, companions: Iterable[int]) -> None:
        """Says who came along."""
        self._core.set_companions(visit, list(companions))

    def note(self, visit: int, note: str) -> None:
        """Writes the person's own words."""
        self._core.note(visit, note)

    def hide(self, visit: int) -> None:
        """Hides a visit: its readable part is gone for good; it still warns, by day and advice."""
        self._core.hide(visit, self._clock())

    def forget(self, visit: int) -> None:
        """Forgets a visit: nothing of it is left, its alerts included."""
        self._core.forget(visit, self._clock())

    def forget_before(self, day: datetime.date) -> None:
        """Forgets everything before a day."""
        self._core.forget_before(day, self._clock())

    def drop_day(self, day: datetime.date) -> None:
        """Drops a day whole, also a damaged one."""
        self._core.drop_day(day, self._clock())

    def add_companion(self, name: str) -> int:
        """Adds a companion, and says their id."""
        return self._core.add_companion(name)

    def companions(self) -> list[Companion]:
        """The companions."""
        return self._core.companions()

    def remove_companion(self, companion: int) -> None:
        """Removes a companion, in every visit too."""
        self._core.remove_companion(companion)

    def set_retention(self, days: int | None) -> None:
        """How many days visits are kept, 1 to 30; ``None`` is the usual 21."""
        self._core.set_retention(days)

    def export(self, passphrase: str) -> Export:
        """Everything that can be read, sealed under a passphrase of at least 8 characters."""
        return self._core.export(passphrase)

    def import_from(self, file: bytes, passphrase: str) -> int:
        """Adds the visits of an export that are not here yet, and says how many."""
        return self._core.import_from(file, passphrase, self._clock())

    def due(self) -> Due:
        """Does everything whose time has come. Call it at the start, at ``next``, and once a day."""
        return self._core.due(self._clock())

    # The clock

    def witness(self, signed: datetime.datetime) -> None:
        """A time that the authority signed: the true one is not before it."""
        self._core.witness(signed, self._clock())

    def clock_seems_wrong(self) -> bool:
        """Whether the clock speaks against the running time or a signed time."""
        return self._core.clock_seems_wrong(self._clock())

    # Lists and warnings

    def follow(self, root: bytes) -> str:
        """Follows an authority from its root file, and says its name."""
        return self._core.follow(root)

    def unfollow(self, deployment: str) -> None:
        """Follows an authority no longer."""
        self._core.unfollow(deployment)

    def sync(
        self, deployment: str, base: str, options: SyncOptions = SyncOptions()
    ) -> SyncReport:
        """Takes the newest list of an authority from an address."""
        return self._core.sync_builtin(deployment, base, options, self._clock())

    def share_preview(
        self, deployment: str, visits: Iterable[int], named: Iterable[int] = ()
    ) -> SharePreview:
        """What sharing these visits would send, every field of it. Nothing is sent or kept."""
        return self._core.share_preview(deployment, list(visits), list(named), self._clock())

    def share(self, consent: Consent, code: str) -> Upload:
        """Prepares the upload that the person agreed to, with the authority's one-time code."""
        return self._core.share(consent, code, self._clock())

    def send(
        self, upload: Upload, base: str, options: SyncOptions = SyncOptions()
    ) -> Receipt | None:
        """Brings an upload to an authority. The receipt; ``None`` for a cover."""
        return self._core.send_builtin(upload, base, options, self._clock())

    def share_again(self) -> Upload:
        """The same share once more: the authority takes it once."""
        return self._core.share_again(self._clock())

    def share_pending(self) -> PendingShare | None:
        """The share whose answer is still out."""
        return self._core.share_pending(self._clock())

    def share_abandon(self) -> None:
        """Gives up on the share whose answer is out."""
        self._core.share_abandon()

    def share_cover(self, deployment: str) -> Upload:
        """An upload of nothing. Send it when ``next_cover`` says."""
        return self._core.share_cover(deployment, self._clock())

    def receipts(self) -> list[Receipt]:
        """The receipts of everything that was shared, the latest first."""
        return self._core.receipts()

    def next_sync(self, last: datetime.datetime, every_minutes: int) -> datetime.datetime:
        """When to sync next: a grid with a phase of this installation's own."""
        return self._core.next_sync(last, every_minutes)

    def freshness(self) -> list[Freshness]:
        """How old the information of each authority is."""
        return self._core.freshness(self._clock())

    def policy(self, area: str) -> list[AreaPolicy]:
        """What the authorities ask of an area today; it is written ``2025/04/01273``."""
        return self._core.policy(area, self._clock())

    def alerts(self) -> list[Alert]:
        """Every alert of the days that are kept, the strongest first."""
        return self._core.alerts(self._clock())

    def explain(self, alert: int) -> list[Explanation]:
        """Why there is an alert, visit by visit and window by window."""
        return self._core.explain(alert, self._clock())

    def seen(self, alert: int) -> None:
        """The person opened the alert."""
        self._core.seen(alert, self._clock())

    def acknowledge(self, alert: int) -> None:
        """The person has read it: no more reminders."""
        self._core.acknowledge(alert, self._clock())

    def advice(self, deployment: str, advice: int, language: str = "vi") -> AdviceText | None:
        """What an authority advises, in a language or in Vietnamese."""
        return self._core.advice(deployment, advice, language)


def _state(key: Secret | KeyState) -> KeyState:
    return KeyState.READY([key]) if isinstance(key, Secret) else key


_FIRST = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_LAST = datetime.datetime(3000, 1, 1, tzinfo=datetime.timezone.utc)

__all__ = [
    name
    for name, value in sorted(globals().items())
    if not name.startswith("_") and name not in ("annotations", "datetime", "os", "secrets", "time")
]
