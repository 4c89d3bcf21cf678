"""The invented reports: the same every time, addressed to nobody, repeated in other spellings."""

import re
from collections import defaultdict
from typing import Any

import msgspec

from triage.cli.demo_reports import Posting, read_sheet, write_postings
from triage.fingerprints.url import parse_link
from triage.reports.report import Report


def postings() -> list[Posting]:
    return write_postings(read_sheet())


def incident(posting: Posting) -> str:
    return posting.key.rpartition("-")[0]


def test_they_are_about_two_hundred_in_two_languages() -> None:
    written = postings()

    assert 180 <= len(written) <= 220
    assert {posting.body["language"] for posting in written} == {"ko", "en"}


def test_they_are_the_same_every_time() -> None:
    assert postings() == postings()


def test_each_has_a_key_of_its_own_and_the_native_form() -> None:
    written = postings()

    assert len({posting.key for posting in written}) == len(written)
    for posting in written:
        msgspec.convert(posting.body, Report)


def test_repetitions_name_the_same_place_in_another_spelling() -> None:
    addresses: dict[str, list[Any]] = defaultdict(list)
    for posting in postings():
        addresses[incident(posting)] += [place["url"] for place in posting.body["locations"]]
    repeated = [urls for urls in addresses.values() if len(set(urls)) > 1]
    single = [urls for urls in repeated if len({parse_link(url).canonical for url in urls}) == 1]

    assert len(single) > 30


def test_no_two_incidents_share_a_post() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for posting in postings():
        for place in posting.body["locations"]:
            link = parse_link(place["url"])
            if link.scope == "content":
                owners[link.canonical].add(incident(posting))

    assert {len(incidents) for incidents in owners.values()} == {1}


def test_phone_numbers_are_of_ranges_that_nobody_is_given() -> None:
    reserved = re.compile(r"010-0000-\d{4}|\+1 202 555 01\d\d")
    texts = [posting.body["text"] for posting in postings()]
    numbers = [number for text in texts for number in re.findall(r"\+?\d[\d -]{7,}\d", text)]

    assert numbers
    assert all(reserved.fullmatch(number) for number in numbers)
