"""What many cases can have in common without being one: rooms, accounts, files and persons."""

from enum import StrEnum
from typing import Final, assert_never

from triage.fingerprints.keys import Key, Scope
from triage.fingerprints.media import BadDigest, media_keys
from triage.fingerprints.numbers import number_key
from triage.fingerprints.persons import DEFAULT_REGION, email_key, handle_key, phone_key
from triage.fingerprints.url import BadLink, Link, parse_link

MD5_LENGTH: Final = 32


class TraitKind(StrEnum):
    """`account`: of a known platform; `handle`: a name on a platform that was not said."""

    ROOM = "room"
    ACCOUNT = "account"
    FILE = "file"
    PHONE = "phone"
    EMAIL = "email"
    HANDLE = "handle"
    NUMBER = "number"


ACCOUNTS = frozenset(
    {
        "bluesky_profile",
        "facebook_profile",
        "instagram_profile",
        "kakaotalk_open_profile",
        "naver_blog",
        "reddit_user",
        "tiktok_profile",
        "x_profile",
        "youtube_channel",
    }
)


def trait_of_link(link: Link) -> Key | None:
    """The room or account that a link leads to, or the phone number that it calls.

    A known site as a whole is no place: half of all reports would have it in common.
    """
    room = link.room
    if room is None or (room == link.key and link.platform != "other" and _is_whole(link)):
        return None
    if room.kind == "telegram_phone":
        return phone_key("+" + room.value)
    is_page = link.platform == "other" and not _is_whole(link)
    kind = TraitKind.ACCOUNT if room.kind in ACCOUNTS or is_page else TraitKind.ROOM
    return Key(kind, f"{room.kind}:{room.value}")


def digested(trait: Key) -> tuple[str, str]:
    """The domain and value of its keyed digest; a file has the digest of its fingerprint."""
    if trait.kind == TraitKind.FILE:
        kind, _, value = trait.value.partition(":")
        return f"fingerprint:{kind}", value
    return f"trait:{trait.kind}", trait.value


def read_trait(kind: TraitKind, written: str, region: str = DEFAULT_REGION) -> Key | None:
    """What a person means who writes it down; None if it is nothing of the kind."""
    match kind:
        case TraitKind.ROOM | TraitKind.ACCOUNT:
            return _place(kind, written)
        case TraitKind.FILE:
            return _file(written)
        case TraitKind.PHONE:
            return phone_key(written, region)
        case TraitKind.EMAIL:
            return email_key(written)
        case TraitKind.HANDLE:
            return handle_key(written)
        case TraitKind.NUMBER:
            return number_key(written)
        case _:
            assert_never(kind)


def _place(kind: TraitKind, written: str) -> Key | None:
    try:
        trait = trait_of_link(parse_link(written))
    except BadLink:
        return None
    return trait if trait and trait.kind == kind else None


def _file(written: str) -> Key | None:
    is_md5 = len(written) == MD5_LENGTH
    try:
        keys = media_keys(None if is_md5 else written, written if is_md5 else None, None, None)
    except BadDigest:
        return None
    return Key(TraitKind.FILE, f"{keys[0].kind}:{keys[0].value}") if keys else None


def _is_whole(link: Link) -> bool:
    """Whether the link names nothing but a host."""
    _, _, rest = link.canonical.partition("://")
    return link.scope is Scope.CONTAINER and not rest.partition("/")[2]
