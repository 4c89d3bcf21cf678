"""The words that reports are told in: what happened, who says so, to whom, where from."""

from enum import StrEnum


class Allegation(StrEnum):
    INTIMATE_IMAGE = "intimate_image"
    DEEPFAKE = "deepfake"
    MINOR = "minor"
    THREAT = "threat"
    EXTORTION = "extortion"
    DOXXING = "doxxing"
    STALKING = "stalking"
    IMPERSONATION = "impersonation"
    OTHER = "other"


class Relation(StrEnum):
    """Who reports, seen from the victim."""

    VICTIM = "victim"
    REPRESENTATIVE = "representative"
    GUARDIAN = "guardian"
    SCHOOL = "school"
    FRIEND = "friend"
    WITNESS = "witness"
    TRUSTED_FLAGGER = "trusted_flagger"
    AUTHORITY = "authority"
    PLATFORM = "platform"
    ANONYMOUS = "anonymous"


class Request(StrEnum):
    """What the reporter asks for."""

    REMOVAL = "removal"
    POLICE = "police"
    SUPPORT = "support"


class Harm(StrEnum):
    """What a list of known content is about."""

    INTIMATE = "intimate"
    MINOR = "minor"


class Sex(StrEnum):
    FEMALE = "f"
    MALE = "m"
    OTHER = "x"


class SchoolLevel(StrEnum):
    ELEMENTARY = "elementary"
    MIDDLE = "middle"
    HIGH = "high"
    UNIVERSITY = "university"
    OTHER = "other"


class SchoolRole(StrEnum):
    STUDENT = "student"
    TEACHER = "teacher"
    STAFF = "staff"


class Language(StrEnum):
    """Languages that reviewers are asked for; every other one is `other`."""

    KOREAN = "ko"
    ENGLISH = "en"
    OTHER = "other"
