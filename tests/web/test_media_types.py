"""A body is taken only under the media type that the operation declares."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import pytest
from litestar import post
from litestar.params import BodyKwarg, JSONBody


@post("/notes", status_code=200)
async def note(data: JSONBody[dict[str, str]]) -> int:
    return len(data)


@post("/mails", status_code=200)
async def mail(data: Annotated[bytes, BodyKwarg(media_type="message/rfc822")]) -> str:
    return data.decode()


@post("/lines", status_code=200, opt={"media_types": ["application/x-ndjson", "application/json"]})
async def lines(data: Annotated[bytes, BodyKwarg(media_type="application/x-ndjson")]) -> int:
    return data.count(b"\n")


@post("/pings", status_code=200)
async def ping() -> str:
    return "pong"


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"'],
)
async def test_json_is_taken_as_json(serve: Any, content_type: str) -> None:
    response = await post_notes(serve, content_type)

    assert response.json() == 1


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/msgpack",
        "application/json; charset=latin-1",
        "application/jsonp",
        "\xff",
    ],
)
async def test_another_media_type_is_415(serve: Any, content_type: str) -> None:
    response = await post_notes(serve, content_type)

    assert response.status_code == 415
    assert response.json()["detail"] == "expected application/json"


async def test_a_body_without_content_type_is_415(serve: Any) -> None:
    assert (await serve(note).post("/notes", content=b"{}")).status_code == 415


async def test_a_streamed_body_without_content_type_is_415(serve: Any) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"{}"

    assert (await serve(note).post("/notes", content=chunks())).status_code == 415


async def test_an_operation_without_a_body_ignores_the_content_type(serve: Any) -> None:
    response = await serve(ping).post("/pings", headers={"Content-Type": "text/plain"})

    assert response.text == "pong"


async def test_bytes_of_another_media_type_arrive_as_they_are(serve: Any) -> None:
    client = serve(mail)
    content = b"Subject: help\r\n\r\n{"
    taken = await client.post("/mails", content=content, headers={"Content-Type": "message/rfc822"})
    refused = await client.post("/mails", json={})

    assert taken.text == content.decode()
    assert refused.status_code == 415


@pytest.mark.parametrize("content_type", ["application/x-ndjson", "application/json"])
async def test_an_operation_may_take_several_media_types(serve: Any, content_type: str) -> None:
    response = await serve(lines).post(
        "/lines", content=b"1\n2\n", headers={"Content-Type": content_type}
    )

    assert response.json() == 2


async def post_notes(serve: Any, content_type: str) -> Any:
    return await serve(note).post(
        "/notes",
        content=b'{"text": "a"}',
        headers={"Content-Type": content_type.encode("latin-1")},
    )
