"""Invented reports for the demonstration, the same ones every time, written from `demo.toml`."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from random import Random
from typing import Any

import msgspec

from triage.access.principal import ChannelKind

WHO_REPEATS = ("witness", "friend", "anonymous")


@dataclass(frozen=True, slots=True)
class Posting:
    """One call of `POST /v1/reports`; `key` names it, so that a second run is a replay."""

    channel: str
    key: str
    body: dict[str, Any]


class People(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    names: list[str]
    handles: list[str]
    schools: list[str]
    phone: str


class Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    spellings: list[str]


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    language: str
    jurisdiction: str
    channel: str
    incidents: int
    repeats: list[int]
    allegations: list[str]
    relations: list[str]
    requests: list[str]
    texts: list[str]
    again: list[str] = []
    site: str | None = None
    locations: int = 1
    age: tuple[int, int] | None = None
    school: str | None = None
    names_victim: bool = False
    details: bool = False


class Sheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`demo.toml` as it is written."""

    seed: int
    channels: dict[str, ChannelKind]
    people: dict[str, People]
    sites: dict[str, Site]
    scenarios: list[Scenario]


def read_sheet() -> Sheet:
    text = (files("triage.cli") / "demo.toml").read_bytes()
    return msgspec.toml.decode(text, type=Sheet)


def write_postings(sheet: Sheet) -> list[Posting]:
    """All reports, mixed; repetitions of a post may come before the report of its victim."""
    chance = Random(sheet.seed)  # noqa: S311 - the same invented reports every time
    postings = [
        posting
        for index, scenario in enumerate(sheet.scenarios)
        for incident in range(scenario.incidents)
        for posting in _incident(sheet, scenario, (index, incident), chance)
    ]
    chance.shuffle(postings)
    return postings


def _incident(
    sheet: Sheet, scenario: Scenario, numbers: tuple[int, int], chance: Random
) -> Iterator[Posting]:
    """One harm: the first report of it, and others that spell its address otherwise."""
    index, incident = numbers
    person = _person(sheet.people[scenario.language], chance)
    places = [_place(index, incident, place) for place in range(scenario.locations)]
    spellings = sheet.sites[scenario.site].spellings if scenario.site else []
    for number in range(1 + chance.choice(scenario.repeats)):
        is_first = number == 0
        key = f"demo-{scenario.name}-{incident}-{number}"
        text = chance.choice(scenario.texts if is_first or not scenario.again else scenario.again)
        relation = chance.choice(scenario.relations if is_first else WHO_REPEATS)
        body = {
            "external_id": key,
            "allegations": scenario.allegations,
            "locations": [_location(spellings, number, place) for place in places if spellings],
            "text": text.format(**person),
            "language": scenario.language,
            "jurisdiction": scenario.jurisdiction,
            "reporter": {"relation": relation, "locale": scenario.language},
            "requests": scenario.requests,
        }
        if is_first:
            body["victim"] = _victim(scenario, person, chance)
            body["declarations"] = {"good_faith": True}
        yield Posting(scenario.channel if is_first else "bot", key, body)


def _person(people: People, chance: Random) -> dict[str, str]:
    return {
        "name": chance.choice(people.names),
        "handle": chance.choice(people.handles),
        "school": chance.choice(people.schools),
        "phone": people.phone.format(chance.randrange(100)),
    }


def _place(index: int, incident: int, place: int) -> dict[str, int]:
    """A post number that no other incident has, of four digits."""
    return {"room": incident, "number": 1000 + 300 * index + 10 * incident + place}


def _location(spellings: list[str], number: int, place: dict[str, int]) -> dict[str, str]:
    return {"url": spellings[number % len(spellings)].format(**place)}


def _victim(scenario: Scenario, person: dict[str, str], chance: Random) -> dict[str, Any]:
    victim: dict[str, Any] = {}
    if scenario.age:
        victim["age"] = chance.randint(*scenario.age)
    if scenario.names_victim:
        victim |= {"names": [person["name"]], "handles": [person["handle"]]}
    if scenario.details:
        victim["phones"] = [person["phone"]]
    if scenario.school:
        victim["school"] = {"level": scenario.school, "role": "student", "name": person["school"]}
    return victim
