"""Where the data of the embedded server and its socket may lie."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from triage.kit.postmaster import Account

SOCKET_PATH_LIMIT = 103  # bytes of a Unix socket's path: 107 on Linux, 103 on macOS
SOCKET_FILE = ".s.PGSQL.5432"
NOT_IN_SOCKET_PATHS = frozenset(',"\\')  # signs of PostgreSQL's settings and of lists of hosts
SHORT_TEMPORARY = Path("/tmp")  # noqa: S108 - what is made there is private and checked
DATA_PATH_LIMIT = 900  # bytes: PostgreSQL cuts off paths of files in it at 1023
NOT_IN_DATA_PATHS = frozenset('"$`\n')  # pg_ctl hands the path to a shell within quotes


class EmbeddedPostgresFailed(RuntimeError):
    """A step failed; says which, with the end of what PostgreSQL said about it."""


class PathUnusable(EmbeddedPostgresFailed):
    """The data or the socket cannot lie there; nothing was started."""


class SocketDirectoryUnsafe(EmbeddedPostgresFailed):
    """Somebody else could reach or replace the socket: anyone there would be the superuser."""


def require_usable(data: Path) -> None:
    """Raise PathUnusable where PostgreSQL's own programs could not work."""
    if len(os.fsencode(data)) > DATA_PATH_LIMIT:
        raise PathUnusable(f"the path of the data is longer than {DATA_PATH_LIMIT} bytes: {data}")
    if not NOT_IN_DATA_PATHS.isdisjoint(str(data)):
        raise PathUnusable(f'the path of the data has one of " $ ` or a line break: {data}')


def socket_directory(data: Path) -> Path:
    """In the data's, or else a private one in the first temporary directory that suits."""
    return next(place for place in _socket_directories(data) if _suits_a_socket(place))


def make_socket_directory(directory: Path, account: Account) -> None:
    """Make it for nobody but the account; one that is there must be so already."""
    owner = os.geteuid() if account.user is None else account.user
    try:
        directory.mkdir(mode=0o700)
    except FileExistsError:
        found = directory.lstat()
        if directory.is_symlink() or found.st_uid != owner or found.st_mode & 0o077:
            raise SocketDirectoryUnsafe(f"{directory} is not a private directory of ours") from None
    except OSError as error:
        raise PathUnusable(
            f"no directory for the socket: {directory}: {error.strerror}; "
            "take a shorter path for the data, or a short TMPDIR"
        ) from None
    else:
        account.give(directory)


def is_elsewhere(directory: Path, data: Path) -> bool:
    """Whether it is the data's socket directory in some temporary one, whichever that was."""
    return directory.name == _name_elsewhere(data)


def _socket_directories(data: Path) -> Iterator[Path]:
    yield data / "socket"
    for temporary in (Path(tempfile.gettempdir()), SHORT_TEMPORARY):
        yield temporary / _name_elsewhere(data)


def _suits_a_socket(directory: Path) -> bool:
    path = os.fspath(directory / SOCKET_FILE)
    return len(os.fsencode(path)) <= SOCKET_PATH_LIMIT and NOT_IN_SOCKET_PATHS.isdisjoint(path)


def _name_elsewhere(data: Path) -> str:
    return f"triage-{hashlib.sha256(os.fsencode(data)).hexdigest()[:24]}"
