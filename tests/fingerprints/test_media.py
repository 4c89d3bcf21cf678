"""The keys of pictures and videos."""

import pytest

from triage.fingerprints.keys import Key
from triage.fingerprints.media import BadDigest, media_keys

SHA256 = "0123456789abcdef" * 4
MD5 = "0123456789abcdef" * 2


def test_every_digest_and_platform_id_gives_a_key() -> None:
    assert media_keys(SHA256, MD5, "telegram", "AQADx1") == (
        Key("sha256", SHA256),
        Key("md5", MD5),
        Key("platform_media", "telegram/AQADx1"),
    )


def test_the_case_of_a_digest_means_nothing() -> None:
    assert media_keys(SHA256.upper(), None, None, None) == media_keys(SHA256, None, None, None)


def test_the_case_of_a_platforms_id_counts() -> None:
    one = media_keys(None, None, "telegram", "AQADx1")

    assert one != media_keys(None, None, "telegram", "aqadx1")


def test_one_id_of_two_platforms_gives_two_keys() -> None:
    one = media_keys(None, None, "telegram", "1234")

    assert one != media_keys(None, None, "discord", "1234")


def test_an_id_without_its_platform_gives_no_key() -> None:
    assert media_keys(None, None, None, "AQADx1") == ()


def test_nothing_known_gives_no_key() -> None:
    assert media_keys(None, None, "telegram", None) == ()


@pytest.mark.parametrize("text", [MD5, SHA256 + "0", "g" * 64, "０" * 64])
def test_what_is_no_sha256_is_refused(text: str) -> None:
    with pytest.raises(BadDigest):
        media_keys(text, None, None, None)
