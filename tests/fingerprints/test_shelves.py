"""A folder, a board or a search of a site that nobody knows is a place, not a post."""

import pytest

from triage.fingerprints.keys import Scope
from triage.fingerprints.url import parse_link


@pytest.mark.parametrize(
    "raw",
    [
        "https://leaks.example/",
        "https://leaks.example/?s=kim",
        "https://leaks.example/?page=2",
        "https://leaks.example/search?q=kim",
        "https://leaks.example/tag/ana",
        "https://leaks.example/category/korea/",
        "https://leaks.example/forum/",
        "https://leaks.example/board/free?page=3",
        "https://leaks.example/folder/abc123",
        "https://leaks.example/a/abc123",
        "https://mega.nz/folder/aB3cD4eF#key",
    ],
)
def test_what_lists_many_joins_no_cases(raw: str) -> None:
    assert parse_link(raw).scope is Scope.CONTAINER


@pytest.mark.parametrize(
    "raw",
    [
        "https://leaks.example/?p=1204",
        "https://leaks.example/index.php?id=5",
        "https://leaks.example/board/1204",
        "https://leaks.example/board/free/1204",
        "https://leaks.example/forum/thread-77/",
        "https://leaks.example/video/kim-77",
        "https://mega.nz/file/gH5iJ6kL#key",
    ],
)
def test_one_post_is_content(raw: str) -> None:
    assert parse_link(raw).scope is Scope.CONTENT


def test_two_files_of_one_folder_are_two() -> None:
    folder = "https://mega.nz/folder/aB3cD4eF#key"
    links = [parse_link(f"{folder}{rest}") for rest in ("", "/file/gH5iJ6kL", "/file/mN7oP8qR")]

    assert len({link.key for link in links}) == 3


@pytest.mark.parametrize(
    "written",
    [
        "https://t.me/dark_room/55)",
        "(https://t.me/dark_room/55)",
        "https://t.me/dark_room/55.",
        "https://t.me/dark_room/55,",
        "<https://t.me/dark_room/55>",
        '"https://t.me/dark_room/55"',
        "「https://t.me/dark_room/55」",
        "https://t.me/dark_room/55 (please delete)",
        "https://t.me/dark_room/55 삭제해 주세요",
    ],
)
def test_the_marks_of_a_sentence_are_no_part_of_a_link(written: str) -> None:
    assert parse_link(written).key == parse_link("https://t.me/dark_room/55").key


def test_a_bracket_that_was_opened_in_the_link_stays() -> None:
    assert parse_link("https://wiki.example/Ana_(film)").canonical.endswith("Ana_(film)")
