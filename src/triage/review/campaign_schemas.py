"""Campaigns, as the API shows and takes them."""

from datetime import datetime
from typing import Annotated

import msgspec

from triage.fingerprints.traits import TraitKind
from triage.kit.types import NO_NUL, CountryCode, Label
from triage.review.schemas import BandName, CaseCampaign


class Campaign(CaseCampaign, frozen=True):
    """`bands`: cases by band. All counts are of the cases that the caller may know.

    `muted`: here, or the file that it is of.

    `active_at` is when a report last came with the trait, until then when a lead made it.
    """

    muted: bool
    report_count: int
    bands: dict[BandName, int]
    first_reported_at: datetime | None
    last_reported_at: datetime | None
    active_at: datetime
    by_hand: bool


class CampaignForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A room's or account's address, a file's sha256 or md5, a phone, e-mail, handle or number.

    Only a keyed digest of `value` is kept. `jurisdiction`: where a phone number is dialled.
    """

    kind: TraitKind
    value: Annotated[str, msgspec.Meta(min_length=1, max_length=2_048, pattern=NO_NUL)]
    jurisdiction: CountryCode | None = None


class CampaignChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out stays as it is; `name` null takes the name away."""

    name: Label | msgspec.UnsetType | None = msgspec.UNSET
    muted: bool | msgspec.UnsetType = msgspec.UNSET
