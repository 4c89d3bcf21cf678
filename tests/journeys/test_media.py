"""A file's fingerprints over HTTP: a picture's PDQ, digests of anything, and nothing is kept."""

import hashlib

import httpx
import pytest
from intake.picture_builders import a_gif, a_picture, a_png, a_slow_jpeg, distance, written
from races.service import Service, a_report

from triage.intake.uploads import MAX_BYTES

PATH = "/v1/media/fingerprint"
FILM = b"\0\0\0\x18ftypmp42\0\0\0\0isommp42" + bytes(range(256)) * 5_000 + b"\r\n--x\r\n\r\n"


def digests(content: bytes) -> dict[str, str]:
    return {
        "sha256": hashlib.sha256(content).hexdigest(),
        "md5": hashlib.md5(content, usedforsecurity=False).hexdigest(),
    }


async def sent(bot: httpx.AsyncClient, content: bytes, media_type: str) -> httpx.Response:
    return await bot.post(PATH, content=content, headers={"Content-Type": media_type})


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
async def test_a_picture_is_told_as_a_report_takes_it(bot: httpx.AsyncClient, form: str) -> None:
    content = written(a_picture(), form)
    answer = await sent(bot, content, f"image/{form.lower()}")
    reported = await bot.post("/v1/reports", json=a_report(media=[answer.json()]))

    media = answer.json()
    assert answer.status_code == 200, answer.text
    assert media.keys() == {"sha256", "md5", "pdq", "pdq_quality", "pdq_forms"}
    assert media | digests(content) == media
    assert media["pdq_forms"][0] == media["pdq"]
    assert len(media["pdq_forms"]) == 8
    assert media["pdq_quality"] >= 50
    assert reported.status_code == 201, reported.text


@pytest.mark.parametrize("media_type", ["application/octet-stream", "image/png", "image/gif"])
async def test_a_picture_is_known_by_its_bytes(bot: httpx.AsyncClient, media_type: str) -> None:
    content = written(a_picture())
    plain, other = await sent(bot, content, "image/jpeg"), await sent(bot, content, media_type)

    assert plain.status_code == 200
    assert plain.json() == other.json()


async def test_a_copy_is_near_and_a_turned_one_among_the_forms(bot: httpx.AsyncClient) -> None:
    pictures = [a_picture(), a_picture().rotate(90, expand=True), a_picture(2)]
    first, turned, other = [
        (await sent(bot, written(picture, quality=60), "image/jpeg")).json() for picture in pictures
    ]
    copy = (await sent(bot, written(a_picture(), "WEBP"), "image/webp")).json()

    assert distance(first["pdq"], copy["pdq"]) <= 10
    assert min(distance(turned["pdq"], form) for form in first["pdq_forms"]) <= 10
    assert min(distance(other["pdq"], form) for form in first["pdq_forms"]) > 60


@pytest.mark.parametrize("as_form", [False, True])
async def test_a_film_has_digests_alone(
    service: Service, bot: httpx.AsyncClient, *, as_form: bool
) -> None:
    before = await service.rows("SELECT count(*) AS rows FROM vault_item")
    if as_form:
        files = {"file": ("a.mp4", FILM, "video/mp4")}
        answer = await bot.post(PATH, data={"note": "of the film"}, files=files)
    else:
        answer = await sent(bot, FILM, "application/octet-stream")
    after = await service.rows("SELECT count(*) AS rows FROM vault_item")
    reported = await bot.post("/v1/reports", json=a_report(media=[answer.json()]))

    assert answer.status_code == 200, answer.text
    assert answer.json() == digests(FILM) | {"pdq": None, "pdq_quality": None, "pdq_forms": []}
    assert after == before
    assert reported.status_code == 201, reported.text


PICTURE = written(a_picture())
TOO_MANY = "the picture has too many pixels"
CUT_OFF = "the picture is cut off"
UNREADABLE = {
    "no picture": (b"x" * 1_000, "not a JPEG, PNG, WEBP or GIF"),
    "cut off": (PICTURE[: len(PICTURE) // 2], CUT_OFF),
    "cut off PNG": (written(a_picture(), "PNG")[:-20], CUT_OFF),
    "a bomb": (a_png(50_000, 50_000, rows=9), TOO_MANY),
    "100 million pixels": (a_png(10_000, 10_000, rows=10_000, bits=1), TOO_MANY),
    "a page": (PICTURE + b"<html><script>alert(1)</script>", "the picture is another kind"),
    "another picture": (PICTURE + written(a_picture(2), "PNG"), "another file follows"),
    "slow": (a_slow_jpeg(), "takes too long to read"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
async def test_a_picture_that_cannot_be_read_is_refused_with_its_digests(
    bot: httpx.AsyncClient, kind: str
) -> None:
    content, reason = UNREADABLE[kind]
    answer = await sent(bot, content, "image/png")
    next_one = await sent(bot, PICTURE, "image/jpeg")

    problem = answer.json()
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == "urn:triage:problem:undecodable"
    assert problem["errors"][0]["detail"].startswith(reason)
    assert problem | digests(content) == problem
    assert next_one.status_code == 200


@pytest.mark.parametrize("as_form", [False, True])
async def test_what_begins_as_a_picture_has_to_be_one(
    bot: httpx.AsyncClient, *, as_form: bool
) -> None:
    content = PICTURE[:5_000]
    if as_form:
        answer = await bot.post(PATH, files={"file": ("a.bin", content)})
    else:
        answer = await sent(bot, content, "application/octet-stream")

    assert answer.status_code == 422, answer.text


async def test_a_million_frames_are_read_or_refused(bot: httpx.AsyncClient) -> None:
    answer = await sent(bot, a_gif(1_000_000), "image/gif")

    assert answer.status_code in {200, 413, 422}, answer.text
    assert (await sent(bot, PICTURE, "image/jpeg")).status_code == 200


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"", "image/png", 400),
        (b"x", "text/plain", 415),
        (b"no form", "multipart/form-data; boundary=x", 400),
        (b"x", "multipart/form-data", 400),
        (
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
            400,
        ),
        (b"x" * (MAX_BYTES + 1), "image/png", 413),
    ],
)
async def test_what_is_no_file_is_refused(
    bot: httpx.AsyncClient, content: bytes, content_type: str, status: int
) -> None:
    answer = await sent(bot, content, content_type)

    assert answer.status_code == status, answer.text
