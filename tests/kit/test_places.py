"""Where the data and its socket may lie: elsewhere when they must, or told before it starts."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from kit.servers import ask, start

from triage.kit import embedded
from triage.kit.embedded import Server
from triage.kit.places import SHORT_TEMPORARY, PathUnusable, SocketDirectoryUnsafe, socket_directory


@pytest.mark.parametrize(
    "name", ["d" * 90, "with,comma", "with\\backslash"], ids=lambda name: name[:14]
)
def test_a_path_that_no_socket_can_have_gets_a_private_one_elsewhere(
    tmp_path: Path, name: str
) -> None:
    deep = tmp_path / name
    with started(deep) as server:
        assert deep not in server.socket_dir.parents
        assert server.socket_dir.stat().st_mode & 0o777 == 0o700
        assert ask(server, "SELECT 1") == 1

    assert not server.socket_dir.exists()


def test_a_temporary_directory_too_long_for_a_socket_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep, temporary = tmp_path / ("d" * 90), tmp_path / ("t" * 90)
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    with started(deep) as server:
        assert server.socket_dir.parent == SHORT_TEMPORARY
        assert ask(server, "SELECT 1") == 1
        monkeypatch.undo()  # who stops it may have another temporary directory

    assert not server.socket_dir.exists()
    assert list(temporary.iterdir()) == []


def test_without_a_place_for_the_socket_nothing_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere-at-all")
    deep = tmp_path / ("d" * 90)

    with pytest.raises(PathUnusable, match="/nowhere-at-all"):
        start(deep)

    assert [path.name for path in deep.iterdir()] == ["postgres.lock"]


def test_a_path_too_long_for_postgresql_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d" * 200] * 5)

    with pytest.raises(PathUnusable, match="longer than 900 bytes"):
        start(deep)

    assert list(tmp_path.iterdir()) == []


def test_a_socket_directory_that_others_can_enter_is_refused(tmp_path: Path) -> None:
    directory = socket_directory(tmp_path)
    directory.mkdir()
    directory.chmod(0o755)

    with pytest.raises(SocketDirectoryUnsafe), started(tmp_path):
        pass

    directory.rmdir()


@pytest.mark.parametrize("sign", ['"', "$", "`", "\n"])
def test_a_path_that_a_shell_would_read_otherwise_is_refused(tmp_path: Path, sign: str) -> None:
    with pytest.raises(PathUnusable):
        start(tmp_path / f"with{sign}sign")

    assert list(tmp_path.iterdir()) == []


@contextmanager
def started(data: Path) -> Iterator[Server]:
    server = start(data)
    try:
        yield server
    finally:
        embedded.stop(server)
