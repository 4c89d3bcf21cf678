"""The page's part about look-alikes."""

from collections.abc import Iterator

from bench.intake import AT_ONCE
from bench.likeness import DIFFERENT_VALUES, EVERY, FLOOD, FORMS, REPORTS_A_SECOND, Likeness
from bench.tables import Target, heads, measured, milliseconds, ratio_of, within
from triage.fingerprints.texts import VALUES

LINK_MILLISECONDS = 1_000
SHARE_WITH_PICTURES = 0.9
TEXTS_FOUND = 0.99
CREATED = 201


def checked_likeness(found: Likeness) -> Iterator[Target]:
    missed = sum(index.missed for index in found.pictures)
    queries = sum(len(index.queries.latencies) for index in found.pictures)
    largest = max(index.size for index in found.pictures)
    what = f"recall at 31 of 256 bits, among up to {largest:,} pictures"
    recall = ratio_of(queries - missed, queries)
    yield Target(what, "1.0", f"{recall:.4f}", missed == 0)
    missed = sum(index.missed for index in found.texts)
    queries = sum(len(index.queries.latencies) for index in found.texts)
    what = f"texts of which {DIFFERENT_VALUES} of {VALUES} values differ, found"
    recall = ratio_of(queries - missed, queries)
    yield Target(what, f">= {TEXTS_FOUND}", f"{recall:.4f}", recall >= TEXTS_FOUND)
    what = f"links of {found.pairs:,} pairs at {REPORTS_A_SECOND} reports/s, found"
    linked = len(found.links.latencies)
    yield Target(what, f"{found.pairs:,}", f"{linked:,}", linked == found.pairs)
    what = f"the same, {found.stored:,} pictures stored, after the commit, p99"
    yield within(what, LINK_MILLISECONDS, found.links.percentile(0.99))
    share = ratio_of(found.with_pictures.rate, found.plain.rate)
    what = f"intake with pictures in one report of {EVERY}, of without"
    must = f">= {SHARE_WITH_PICTURES:.0%}"
    yield Target(what, must, f"{share:.0%}", share >= SHARE_WITH_PICTURES)


def likeness_section(found: Likeness) -> Iterator[str]:
    yield "## Look-alikes\n"
    yield heads("index by itself", "built in", "memory", "a query, p50", "p99")
    for kind, indexes in (("pictures", found.pictures), ("texts", found.texts)):
        for index in indexes:
            built = f"{index.seconds:,.1f} s | {index.mebibytes:,.0f} MiB"
            p50, p99 = (milliseconds(index.queries.percentile(share)) for share in (0.5, 0.99))
            yield f"| {index.size:,} {kind} | {built} | {p50} | {p99} |"
            flooded = f"the same, in a flood of {FLOOD:,} more that are alike"
            for name, sample in ((f"the same, {FORMS} forms", index.forms), (flooded, index.flood)):
                if sample:
                    p50, p99 = (milliseconds(sample.percentile(share)) for share in (0.5, 0.99))
                    yield f"| {name} | | | {p50} | {p99} |"
    yield f"\n{heads('intake', 'in flight', 'requests/s', 'p50', 'p99')}"
    for name, sample in (("without pictures", found.plain), ("in turn", found.with_pictures)):
        what = name if name != "in turn" else f"a picture in one of {EVERY}, in turn with it"
        yield f"| {what} | {AT_ONCE} | {measured(sample)} |"
    p50, p99 = (milliseconds(found.links.percentile(share)) for share in (0.5, 0.99))
    yield (
        f"\nA worker that starts with {found.stored:,} pictures has read all after "
        f"{found.start_seconds:,.1f} s and holds {found.worker_mebibytes:,.0f} MiB. The link of "
        f"two\npictures stands {p50} (p50) and {p99} (p99) after the later report was received, "
        f"at {REPORTS_A_SECOND} reports/s\nof which each has a picture. Pictures and sketches of "
        "the stored ones are random.\n"
    )
