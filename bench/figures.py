"""A regulator's table over many removals."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bench.load import Sample, closed_loop, request
from bench.system import System

ALL_AT_ONCE = "month,platform,category,result"
YEAR = timedelta(days=365)

FILL = """
INSERT INTO removal
    (id, case_id, location_id, location_digest, state, result, addressee, attempts, reappearances,
     created_at, requested_at, counted_at, closed_at, platform, category, jurisdiction,
     channel_kind, content_class, requester)
SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),
       sha256(int8send(n)), state, result, platform, 1, 0, requested_at, requested_at, requested_at,
       CASE WHEN state <> 'requested' THEN requested_at + random() * interval '72 hours' END,
       platform, category, jurisdiction, 'bot', 'synthetic', 'victim'
FROM (
    SELECT n,
           (ARRAY['removed', 'removed', 'removed', 'refused', 'requested'])[1 + n % 5] AS state,
           (ARRAY['deleted', 'deleted', 'account_removed', NULL, NULL])[1 + n % 5] AS result,
           (ARRAY['telegram', 'x', 'discord', 'instagram', 'other'])[1 + n / 5 % 5] AS platform,
           (ARRAY['deepfake', 'intimate_image', 'doxxing'])[1 + n / 25 % 3] AS category,
           (ARRAY['KR', 'US', 'GB', 'DE'])[1 + n / 75 % 4] AS jurisdiction,
           now() - random() * interval '360 days' AS requested_at
    FROM generate_series(1, $1::bigint) AS n
) AS made
"""


async def measure_figures(system: System, removals: int, seconds: float) -> dict[str, Sample]:
    """The same year by platform and by all dimensions, one request after another."""
    connection = await system.connect()
    try:
        await connection.execute("TRUNCATE removal")
        await connection.execute(FILL, removals, timeout=300)
        await connection.execute("VACUUM (ANALYZE) removal")
    finally:
        await connection.close()
    return {
        by: await closed_loop(system.port, _tables(system, by), in_flight=1, seconds=seconds)
        for by in ("platform", ALL_AT_ONCE)
    }


def _tables(system: System, by: str) -> Iterator[bytes]:
    today = datetime.now(UTC).date()
    period = f"from={today - YEAR}&to={today + timedelta(days=1)}"
    while True:
        yield request("GET", f"/v1/statistics/removals?{period}&by={by}", system.lead_token)
