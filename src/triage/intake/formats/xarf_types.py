"""The types of XARF reports: what each says in our words, and version 3's names for them."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from triage.reports.taxonomy import Allegation

_A = Allegation
TYPES: Mapping[tuple[str, str], tuple[Allegation, ...]] = MappingProxyType(
    {
        ("content", "csam"): (_A.MINOR, _A.INTIMATE_IMAGE),
        ("content", "csem"): (_A.MINOR,),
        ("content", "online_predation"): (_A.MINOR,),
        ("content", "ncii"): (_A.INTIMATE_IMAGE,),
        ("content", "exposed_data"): (_A.DOXXING,),
        ("content", "doxing"): (_A.DOXXING,),
        ("content", "identity_theft"): (_A.IMPERSONATION,),
        ("content", "threat_to_life"): (_A.THREAT,),
    }
)
"""Category and type; every other pair, known or yet to come, is `other`.

Version 4.0 named ncii, doxing and others that later versions do not."""

OF_CHILDREN = frozenset({"csam", "csem", "online_predation"})
"""Types, and namespaces of tags, that say that the victim is a child."""

EXPLOITATION: Mapping[str, tuple[Allegation, ...]] = MappingProxyType(
    {
        "sextortion": (_A.EXTORTION,),
        "distribution": (_A.INTIMATE_IMAGE,),
        "production": (_A.INTIMATE_IMAGE,),
        "possession": (_A.INTIMATE_IMAGE,),
    }
)
"""`exploitation_type` of csem: what it adds to a child's being the victim."""

WORDS: Mapping[str, Allegation] = MappingProxyType(
    {
        "blackmail": _A.EXTORTION,
        "deepfake": _A.DEEPFAKE,
        "doxing": _A.DOXXING,
        "doxxing": _A.DOXXING,
        "extortion": _A.EXTORTION,
        "impersonation": _A.IMPERSONATION,
        "intimate_image": _A.INTIMATE_IMAGE,
        "minor": _A.MINOR,
        "sextortion": _A.EXTORTION,
        "stalking": _A.STALKING,
        "synthetic": _A.DEEPFAKE,
        "threat": _A.THREAT,
        "threats": _A.THREAT,
    }
)
"""Values of tags `ncii:…`, and version 3's kinds of harassment."""

OF_VERSION_3: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "botnet": ("infrastructure", "botnet"),
        "childabuse": ("content", "csam"),
        "childsexualabusematerial": ("content", "csam"),
        "csam": ("content", "csam"),
        "copyright": ("copyright", "copyright"),
        "ddos": ("connection", "ddos"),
        "exploit": ("connection", "exploit"),
        "harassment": ("content", "harassment"),
        "identitytheft": ("content", "identity_theft"),
        "loginattack": ("connection", "login_attack"),
        "malware": ("content", "malware"),
        "openservice": ("vulnerability", "open_service"),
        "phishing": ("content", "phishing"),
        "portscan": ("connection", "port_scan"),
        "potentiallycompromisedaccount": ("infrastructure", "compromised_account"),
        "rpzrewrite": ("content", "malware"),
        "spam": ("messaging", "spam"),
        "trademark": ("content", "brand_infringement"),
        "violence": ("content", "violence"),
        "webcrawler": ("connection", "scraping"),
    }
)
"""Version 3's `ReportType`, in small letters without signs, as category and type of version 4."""


def allegations_of(
    category: str, kind: str, exploitation: object, tags: Iterable[str]
) -> tuple[Allegation, ...]:
    """What a report says, without repetition, in the order of its parts; `other` for nothing."""
    found = list(TYPES.get((category, kind), ()))
    if kind == "csem" and isinstance(exploitation, str):
        found += EXPLOITATION.get(exploitation, ())
    for tag in tags:
        namespace, _, value = tag.lower().partition(":")
        if namespace in OF_CHILDREN:
            found.append(Allegation.MINOR)
        elif namespace == "ncii":
            found.append(WORDS.get(value.replace("-", "_"), Allegation.INTIMATE_IMAGE))
    return tuple(dict.fromkeys(found)) or (Allegation.OTHER,)


def type_of_version_3(name: str, report_class: str) -> tuple[str, str]:
    """Category and type for a `ReportType`; one yet unknown keeps its name and its class."""
    plain = "".join(sign for sign in name.lower() if sign.isalnum())
    return OF_VERSION_3.get(plain, (report_class.lower() or "content", name.lower()))
