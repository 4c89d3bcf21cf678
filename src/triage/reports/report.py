"""One shape for all that comes in: the native form, which every door's format is turned into."""

from typing import Annotated

import msgspec

from triage.kit.types import (
    CountryCode,
    Instant,
    LanguageTag,
    Line,
    Md5Hex,
    PdqHex,
    Sha256Hex,
    Slug,
    Text,
    Url,
)
from triage.reports.taxonomy import (
    Allegation,
    Relation,
    Request,
    SchoolLevel,
    SchoolRole,
    Sex,
)

Few = msgspec.Meta(max_length=20)
Many = msgspec.Meta(max_length=100)


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of the native form: unknown fields are refused."""


class Location(Form, frozen=True):
    url: Url
    seen_at: Instant | None = None


class Media(Form, frozen=True):
    """One file by its hashes, all in hexadecimal; PDQ of quality below 50 is not compared.

    `platform` gave the `platform_media_id`; without it, the platform of the first location did.
    """

    sha256: Sha256Hex | None = None
    md5: Md5Hex | None = None
    pdq: PdqHex | None = None
    pdq_quality: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None
    pdq_forms: Annotated[list[PdqHex], msgspec.Meta(max_length=8)] = []
    platform: Slug | None = None
    platform_media_id: Line | None = None


class ContactSafety(Form, frozen=True):
    may_contact: bool = True
    discreet: bool = False


class Reporter(Form, frozen=True):
    relation: Relation = Relation.ANONYMOUS
    name: Line | None = None
    contact: Line | None = None
    locale: LanguageTag | None = None
    contact_safety: ContactSafety = ContactSafety()


class School(Form, frozen=True):
    level: SchoolLevel | None = None
    role: SchoolRole | None = None
    region: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}(-[A-Z0-9]{1,3})?$")] | None = None
    name: Line | None = None


class Victim(Form, frozen=True):
    age: Annotated[int, msgspec.Meta(ge=0, le=130)] | None = None
    is_minor: bool | None = None
    sex: Sex | None = None
    names: Annotated[list[Line], Few] = []
    handles: Annotated[list[Line], Few] = []
    phones: Annotated[list[Line], Few] = []
    school: School | None = None
    details: Text | None = None


class Declarations(Form, frozen=True):
    good_faith: bool = False
    signature: Line | None = None
    authorised: bool = False


class Notice(Form, frozen=True):
    """An authority's own number of its notice, and when it was served."""

    authority: Line
    reference: Line
    served_at: Instant


class Evidence(Form, frozen=True):
    kind: Line
    sha256: Sha256Hex | None = None
    captured_at: Instant | None = None
    kept_at: Line | None = None


class Report(Form, frozen=True):
    """The native form of `POST /v1/reports`; at least one of locations, media and text."""

    external_id: Line | None = None
    allegations: Annotated[list[Allegation], Few] = []
    locations: Annotated[list[Location], Many] = []
    media: Annotated[list[Media], Many] = []
    text: Text | None = None
    language: LanguageTag | None = None
    jurisdiction: CountryCode | None = None
    reporter: Reporter = Reporter()
    victim: Victim = Victim()
    declarations: Declarations = Declarations()
    notice: Notice | None = None
    evidence: Annotated[list[Evidence], Many] = []
    requests: Annotated[list[Request], msgspec.Meta(max_length=3)] = []
    occurred_at: Instant | None = None


class ReporterDetails(Form, frozen=True):
    name: Line | None = None
    contact: Line | None = None


class Supplement(Form, frozen=True):
    """What is added to a report later; at least one field besides `external_id`."""

    external_id: Line | None = None
    allegations: Annotated[list[Allegation], Few] = []
    locations: Annotated[list[Location], Many] = []
    media: Annotated[list[Media], Many] = []
    text: Text | None = None
    reporter: ReporterDetails = ReporterDetails()
    victim: Victim = Victim()
    declarations: Declarations = Declarations()
    evidence: Annotated[list[Evidence], Many] = []
    requests: Annotated[list[Request], msgspec.Meta(max_length=3)] = []

    def as_report(self, relation: Relation, jurisdiction: str | None) -> Report:
        """The same content as a report of that relation, to be read by the same rules."""
        return Report(
            external_id=self.external_id,
            allegations=self.allegations,
            locations=self.locations,
            media=self.media,
            text=self.text,
            jurisdiction=jurisdiction,
            reporter=Reporter(
                relation=relation, name=self.reporter.name, contact=self.reporter.contact
            ),
            victim=self.victim,
            declarations=self.declarations,
            evidence=self.evidence,
            requests=self.requests,
        )
