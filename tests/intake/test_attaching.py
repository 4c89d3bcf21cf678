"""Which case a report belongs to, decided without a database."""

from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from triage.intake.arrival import Fingerprint
from triage.intake.attaching import Known, resolve
from triage.intake.submission import Prepared
from triage.kit.ids import uuid7


@dataclass(frozen=True)
class Incoming:
    """As much of a prepared report as attaching looks at."""

    report_id: UUID
    case_id: UUID
    fingerprints: tuple[Fingerprint, ...]


def incoming(*digests: str, claimed: str = "") -> Prepared:
    fingerprints = tuple(
        Fingerprint("url", digest.encode(), claimed=digest in claimed.split()) for digest in digests
    )
    return cast("Prepared", Incoming(uuid7(), uuid7(), fingerprints))


def key(digest: str) -> tuple[str, bytes]:
    return ("url", digest.encode())


def known(case_id: UUID, band: int = 2, *, attaches: bool = True) -> Known:
    return Known(case_id, band, attaches)


def test_a_report_without_a_known_fingerprint_opens_its_own_case() -> None:
    report = incoming("a")

    plan = resolve([report], {})

    assert plan.attachments[report.report_id].opens
    assert plan.attachments[report.report_id].case_id == report.case_id
    assert plan.fingerprints[key("a")] == (report.case_id, report.report_id, True)


def test_the_second_of_two_reports_of_one_post_joins_the_first_in_the_same_batch() -> None:
    first, second = incoming("a"), incoming("a", "b")

    plan = resolve([first, second], {})

    assert plan.attachments[second.report_id].case_id == first.case_id
    assert plan.fingerprints[key("b")][0] == first.case_id


def test_a_report_that_hits_two_cases_joins_the_worse_and_unites_nothing() -> None:
    mild, grave = uuid7(), uuid7()
    report = incoming("a", "b", "new")

    plan = resolve([report], {key("a"): known(mild, band=3), key("b"): known(grave, band=1)})

    attachment = plan.attachments[report.report_id]
    assert attachment.case_id == grave
    assert attachment.also_hit == (mild,)
    assert plan.fingerprints[key("new")] == (grave, report.report_id, False)


def test_of_two_cases_of_one_band_the_older_is_joined() -> None:
    older, younger = uuid7(), uuid7()
    report = incoming("a", "b")

    plan = resolve([report], {key("a"): known(younger), key("b"): known(older)})

    assert plan.attachments[report.report_id].case_id == older


def test_a_fingerprint_that_does_not_attach_bridges_nobody() -> None:
    report = incoming("a")

    plan = resolve([report], {key("a"): known(uuid7(), attaches=False)})

    assert plan.attachments[report.report_id].opens


def test_a_claimed_hash_beside_a_known_post_attaches_no_later_report() -> None:
    case_id = uuid7()
    report = incoming("post", "hash", claimed="hash")

    plan = resolve([report], {key("post"): known(case_id)})

    assert plan.fingerprints[key("hash")] == (case_id, report.report_id, False)


def test_a_claimed_hash_that_opened_its_case_attaches_the_next_report_of_it() -> None:
    first, second = incoming("hash", claimed="hash"), incoming("hash", claimed="hash")

    plan = resolve([first, second], {})

    assert plan.attachments[second.report_id].case_id == first.case_id


def test_attaching_in_one_batch_or_one_by_one_gives_the_same_cases() -> None:
    reports = [incoming("a"), incoming("b"), incoming("a", "b"), incoming("c", "b"), incoming("c")]

    together = resolve(reports, {}).attachments
    store: dict[Any, Known] = {}
    for report in reports:
        plan = resolve([report], store)
        assert plan.attachments[report.report_id] == together[report.report_id]
        store |= {
            k: Known(case_id, 3, attaches)
            for k, (case_id, _, attaches) in plan.fingerprints.items()
        }
