"""Which server process a data directory has, and as whom its programs may run."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import structlog

# PostgreSQL refuses root. In a user namespace root appears as another user, without one existing.
NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
UNPRIVILEGED = ("postgres", "nobody")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Postmaster:
    pid: int
    socket_dir: Path
    ready: bool


def postmaster_of(cluster: Path) -> Postmaster | None:
    """The living server of a PostgreSQL data directory; a stale `postmaster.pid` is none."""
    lines = _pid_file(cluster)
    pid = _pid(lines)
    if pid is None or not _serves(pid, cluster):
        return None
    lines += [""] * (8 - len(lines))  # a server that has just begun has not written all yet
    return Postmaster(pid, Path(lines[4]), lines[7].strip() == "ready")


def forget_stranger(cluster: Path) -> None:
    """Remove a `postmaster.pid` whose process is another program by now, or waits to be reaped.

    PostgreSQL takes any such process for its predecessor and would refuse to start. The file of a
    process that is gone is left to it: it checks more than the pid.
    """
    pid = _pid(_pid_file(cluster))
    if pid is not None and _exists(pid) and not _serves(pid, cluster):
        (cluster / "postmaster.pid").unlink()
        log.warning("postgres.stale_pid_removed", pid=pid)


@dataclass(frozen=True, slots=True)
class Account:
    """As whom PostgreSQL's programs run."""

    prefix: tuple[str, ...] = ()
    user: int | None = None
    group: int | None = None

    def __str__(self) -> str:
        if self.prefix:
            return "another user than root"
        return f"user {os.geteuid() if self.user is None else self.user}"

    def run(self, command: Sequence[str], *, limit: float) -> subprocess.CompletedProcess[str]:
        """Run to its end or `limit` seconds; errors are in the output."""
        environment = {key: text for key, text in os.environ.items() if not key.startswith("PG")}
        return subprocess.run(  # noqa: S603 - our own commands, no shell
            [*self.prefix, *command],
            cwd="/",
            env={**environment, "LC_ALL": "C"},
            user=self.user,
            group=self.group,
            extra_groups=None if self.user is None else (),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=limit,
            check=False,
        )

    def give(self, path: Path) -> None:
        if self.user is not None and self.group is not None:
            os.chown(path, self.user, self.group)


def account_for(cluster: Path) -> Account | None:
    """Ourselves, unless root; then the owner of the data, a user namespace or another user."""
    if os.geteuid() != 0:
        return Account()
    if cluster.exists() and cluster.stat().st_uid != 0:
        return Account(user=cluster.stat().st_uid, group=cluster.stat().st_gid)
    if _namespaces_work():
        return Account(prefix=NAMESPACE)
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        log.warning("postgres.user_chosen", user=name, reason="user namespaces are forbidden")
        return Account(user=entry.pw_uid, group=entry.pw_gid)
    return None


def _pid_file(cluster: Path) -> list[str]:
    try:
        return (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _pid(lines: list[str]) -> int | None:
    return int(lines[0]) if lines and lines[0].strip().isdigit() else None


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _serves(pid: int, cluster: Path) -> bool:
    """Whether that process is a server of this directory: its command line names it."""
    words = _command_line(pid)
    return any(word.endswith("postgres") for word in words[:1]) and str(cluster) in words


def _command_line(pid: int) -> list[str]:
    """A process's words; empty for one that ended, or ended and was not yet waited for."""
    proc = Path("/proc")
    if (proc / "self" / "cmdline").exists():
        try:
            words = (proc / str(pid) / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            return []
        return [os.fsdecode(word) for word in words.split(b"\0") if word]
    command = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    listed = subprocess.run(  # noqa: S603 - a fixed command and a number
        command, capture_output=True, text=True, check=False
    )
    before, _, directory = listed.stdout.strip().partition(" -D ")
    return [before, "-D", directory] if directory else before.split()


@cache
def _namespaces_work() -> bool:
    try:
        return Account(prefix=NAMESPACE).run(["true"], limit=10).returncode == 0
    except FileNotFoundError:
        return False
