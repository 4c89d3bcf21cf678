"""The words of the taxonomy as the API shows them."""

import msgspec

from triage.reports.taxonomy import (
    Allegation,
    Relation,
    Request,
    SchoolLevel,
    SchoolRole,
    Sex,
)


class Taxonomy(msgspec.Struct, frozen=True):
    allegations: list[Allegation]
    relations: list[Relation]
    requests: list[Request]
    sexes: list[Sex]
    school_levels: list[SchoolLevel]
    school_roles: list[SchoolRole]
    categories: list[Allegation]
