"""The rules of urgency as versioned data: what each weighs, how far it raises, and why."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

import msgspec

from triage.assessment.signals import Label
from triage.reports.taxonomy import Relation

SHIPPED_VERSION = 3
FIRST_OWN_VERSION = 1001
"""The weights that a hotline makes for itself are numbered from here on, those shipped below."""

SPREAD_RULE = "spread.reports"

Strength = Annotated[float, msgspec.Meta(gt=0, le=1)]
Sentence = Annotated[str, msgspec.Meta(min_length=1)]
Raised = Literal["P0", "P1", "P2"]

MAY_BE_P0 = frozenset({Label.DANGER, Label.THREAT})


class BadWeights(ValueError):
    """Weights that cannot be used, or a version that does not exist; says what is wrong."""


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    ko: Sentence
    en: Sentence


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`floor`: the case is at least this urgent; `example`: facts that make the rule apply."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z_]+\.[a-z_]+$")]
    label: Label
    weight: Strength
    reason: Wording
    example: Annotated[dict[str, Any], msgspec.Meta(min_length=1)]
    floor: Raised | None = None


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`cap`: what all rules of a label reach together; `raises`: the strength a band needs."""

    cap: Strength
    raises: dict[Raised, Strength] = {}


class Weights(msgspec.Struct, frozen=True):
    version: int
    rules: dict[str, Rule]
    labels: dict[Label, Limits]
    credibility: dict[Relation, Strength]
    retired: dict[str, Rule] = {}

    def find(self, rule_id: str) -> Rule | None:
        """The rule as these weights have it, or the last ones before: a retired rule counts."""
        return self.rules.get(rule_id) or self.retired.get(rule_id)

    def reason(self, rule_id: str) -> dict[str, str]:
        """The reason in Korean and English; a rule of newer weights is told by its id."""
        rule = self.find(rule_id)
        if rule is None:
            return {"ko": rule_id, "en": rule_id}
        return {"ko": rule.reason.ko, "en": rule.reason.en}

    def revalued(self, rule_id: str, weight: float, before: "Weights") -> float:
        """A weight given by other weights as these would give it, to whom was as credible."""
        old, new = before.find(rule_id), self.find(rule_id)
        if old is None or new is None or self.version == before.version:
            return weight
        return min(1.0, round(weight * new.weight / old.weight, 4))


_own: dict[int, Weights] = {}


def weights(version: int | None = None) -> Weights:
    """Those of a version: of this release, or kept; without one the newest of them."""
    if version is None:
        version = max(_own, default=SHIPPED_VERSION)
    return _own.get(version) or _shipped(version)


def keep(own: Weights) -> Weights:
    """Have a hotline's own weights, once they are in force, at hand in this process."""
    return _own.setdefault(own.version, own)


def forget_own() -> None:
    """Have those of this release alone, as a process that has just begun."""
    _own.clear()


@cache
def _shipped(version: int) -> Weights:
    source = files("triage.assessment") / "data" / f"weights-{version}.toml"
    if not source.is_file():
        raise BadWeights(f"there are no weights of version {version}")
    before = _shipped(version - 1) if version > 1 else None
    read = read_weights(source.read_text(encoding="utf-8"), before)
    if read.version != version:
        raise BadWeights(f"weights-{version}.toml says that it is version {read.version}")
    return read


def read_weights(toml: str, before: Weights | None = None) -> Weights:
    """Weights from their TOML text; every rule is complete, or none is used.

    What only `before` has is retired: it still counts for the reports that it was found in.
    """
    try:
        sheet = msgspec.convert(tomllib.loads(toml), _Sheet)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadWeights(str(error)) from error
    _check(sheet)
    rules = {rule.id: rule for rule in sheet.rules}
    earlier = before.retired | before.rules if before else {}
    return Weights(
        version=sheet.version,
        rules=rules,
        labels=sheet.labels,
        credibility=sheet.credibility,
        retired={name: rule for name, rule in earlier.items() if name not in rules},
    )


class _Sheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A weights file as it is written."""

    version: Annotated[int, msgspec.Meta(ge=1)]
    credibility: dict[Relation, Strength]
    labels: dict[Label, Limits]
    rules: list[Rule]


def read_own(toml: str) -> Weights:
    """Weights that a hotline makes for itself: they say something of every shipped rule."""
    shipped = _shipped(SHIPPED_VERSION)
    own = read_weights(toml, shipped)
    if own.version < FIRST_OWN_VERSION:
        raise BadWeights(f"a hotline's own versions are numbered from {FIRST_OWN_VERSION} on")
    if missing := shipped.rules.keys() - own.rules.keys():
        raise BadWeights(f"rules are missing: {', '.join(sorted(missing))}")
    for name, rule in own.rules.items():
        known = shipped.rules.get(name)
        if known is None:
            raise BadWeights(f"nothing finds {name}")
        if rule.label is not known.label:
            raise BadWeights(f"{name} is of the label {known.label}")
    return own


def _check(sheet: _Sheet) -> None:
    ids = [rule.id for rule in sheet.rules]
    if len(set(ids)) < len(ids):
        raise BadWeights("two rules have the same id")
    if SPREAD_RULE not in ids:
        raise BadWeights(f"the rule {SPREAD_RULE} is missing")
    if sheet.labels.keys() != set(Label):
        raise BadWeights("every label needs its cap")
    if sheet.credibility.keys() != set(Relation):
        raise BadWeights("every relation needs its credibility")
    if sheet.credibility[Relation.VICTIM] < max(sheet.credibility.values()):
        raise BadWeights("nobody is more credible than the victim")
    for label, raised in _raised(sheet):
        if raised == "P0" and label not in MAY_BE_P0:
            raise BadWeights(f"{label} cannot be P0: only danger and threats can")
        if label is Label.SPREAD and raised in {"P0", "P1"}:
            raise BadWeights("spread alone can never reach P1")


def _raised(sheet: _Sheet) -> list[tuple[Label, Raised]]:
    """Every way in which a label can raise a case."""
    by_floor = [(rule.label, rule.floor) for rule in sheet.rules if rule.floor is not None]
    by_strength = [
        (label, band) for label, limits in sheet.labels.items() for band in limits.raises
    ]
    return by_floor + by_strength
