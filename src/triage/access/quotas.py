"""How much a caller may send in a minute, counted over all processes together.

Each process takes small portions of the quota from the database and spends them by itself, so that
most requests ask nobody. What a process has not spent when the minute ends is lost: with portions
of a fiftieth, four processes stay within a tenth of the quota and never go over it.
"""

import asyncio
import math
from collections import OrderedDict
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from triage.access.models import QuotaUseRow
from triage.access.principal import Principal
from triage.kit.clock import Clock
from triage.kit.errors import Problem

WINDOW = 60.0
PORTIONS = 50
MEMORY_SIZE = 10_000


class QuotaExceeded(Problem):
    """Of https://iana.org/assignments/http-problem-types."""

    status = 429
    title = "The quota is used up"

    def __init__(self, allowance: "Allowance") -> None:
        super().__init__("Retry-After tells when there is room again")
        self.allowance = allowance
        self.retry_after = max(1, allowance.seconds)
        self.members = {"violated-policies": [allowance.quota.policy]}

    @classmethod
    def type_uri(cls) -> str:
        return "https://iana.org/assignments/http-problem-types#quota-exceeded"


class BeyondQuota(Problem):
    status = 422
    title = "More reports in one request than the quota of a minute"


@dataclass(frozen=True, slots=True)
class Quota:
    """`limit` in a minute, of the policy that is named to the caller; `subject`: whose it is."""

    policy: str
    subject: bytes
    limit: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a quota as far as this process knows, and the seconds until there is more."""

    quota: Quota
    remaining: int
    seconds: int


@dataclass(slots=True)
class _Portion:
    minute: int = -1
    left: int = 0
    room: int = 0
    refused_count: float = math.inf
    refused_until: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


def quota_of(principal: Principal) -> Quota | None:
    """The quota of the caller's channel, if it has one."""
    channel = principal.channel
    if channel is None or channel.quota is None:
        return None
    return Quota("reports", channel.id.bytes, channel.quota)


def check_fits(quota: Quota | None, count: int) -> None:
    """Raises BeyondQuota for what no minute ever has room for: it must not be told to wait."""
    if quota is not None and count > quota.limit:
        raise BeyondQuota(f"at most {quota.limit}")


class Quotas:
    def __init__(self, sessions: async_sessionmaker[AsyncSession], clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock
        self._portions: OrderedDict[Quota, _Portion] = OrderedDict()

    async def take(self, quota: Quota, count: int = 1) -> Allowance:
        """Use up `count` of the quota, all or nothing; raises QuotaExceeded and BeyondQuota.

        A sliding minute: what was used in the last one weighs as much as it still overlaps.
        """
        check_fits(quota, count)
        # By the limit, too: when that is changed, nothing of the old one is remembered.
        portion = self._portions.setdefault(quota, _Portion())
        self._portions.move_to_end(quota)
        if len(self._portions) > MEMORY_SIZE:
            self._portions.popitem(last=False)
        async with portion.lock:
            now = self._clock().timestamp()
            minute = int(now // WINDOW)
            if portion.minute != minute:
                portion.minute, portion.left, portion.refused_count = minute, 0, math.inf
            if portion.left < count:
                if now < portion.refused_until and count - portion.left >= portion.refused_count:
                    raise QuotaExceeded(_refused(portion, quota, portion.refused_until - now))
                await self._fetch(portion, quota, count, now)
            portion.left -= count
            seconds = math.ceil((minute + 1) * WINDOW - now)
            return Allowance(quota, portion.left + portion.room, seconds)

    async def _fetch(self, portion: _Portion, quota: Quota, count: int, now: float) -> None:
        needed = count - portion.left
        wanted = max(needed, quota.limit // PORTIONS)
        passed = now / WINDOW - portion.minute
        async with self._sessions.begin() as session:
            taken, before = await _used(session, quota.subject, portion.minute)
            room = math.floor(quota.limit - taken - before * (1 - passed))
            granted = min(wanted, room) if room >= needed else 0
            if granted:
                await _add(session, quota.subject, portion.minute, granted)
        portion.room = max(0, room - granted)
        if not granted:
            wait = _wait(quota.limit - needed, taken, before, passed) * WINDOW
            portion.refused_count, portion.refused_until = needed, now + wait
            raise QuotaExceeded(_refused(portion, quota, wait))
        portion.left += granted


def _refused(portion: _Portion, quota: Quota, seconds: float) -> Allowance:
    return Allowance(quota, portion.left + portion.room, math.ceil(seconds))


def _wait(allowed: int, taken: int, before: int, passed: float) -> float:
    """In minutes, until no more than `allowed` is in the sliding minute; at most two."""
    if taken <= allowed and before:
        return max(0.0, 1 - (allowed - taken) / before - passed)
    if allowed < 0:
        return 1.0
    return 1 - passed + (max(0.0, 1 - allowed / taken) if taken else 0.0)


async def _used(session: AsyncSession, subject: bytes, minute: int) -> tuple[int, int]:
    """Of this minute, under the row's lock, and of the one before."""
    await session.execute(
        insert(QuotaUseRow).values(subject=subject, minute=minute, taken=0).on_conflict_do_nothing()
    )
    taken = await session.scalar(
        sa.select(QuotaUseRow.taken)
        .where(QuotaUseRow.subject == subject, QuotaUseRow.minute == minute)
        .with_for_update(key_share=True)
    )
    before = await session.scalar(
        sa.select(QuotaUseRow.taken).where(
            QuotaUseRow.subject == subject, QuotaUseRow.minute == minute - 1
        )
    )
    return taken or 0, before or 0


async def _add(session: AsyncSession, subject: bytes, minute: int, count: int) -> None:
    await session.execute(
        sa.update(QuotaUseRow)
        .where(QuotaUseRow.subject == subject, QuotaUseRow.minute == minute)
        .values(taken=QuotaUseRow.taken + count)
    )
