"""Directories of test runs and the PostgreSQL in them: cleared away, also those of killed runs."""

import fcntl
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from structlog.testing import capture_logs

from triage.kit import embedded

RUN_PREFIX = "triage-tests-"
ABANDONED_AFTER = 60  # seconds: a run that begins takes its lock long before


def sweep_abandoned_runs() -> None:
    """Stop the servers of runs that were killed: their locks are free."""
    for lock_file in Path(tempfile.gettempdir()).glob(f"{RUN_PREFIX}*/run.lock"):
        with suppress(FileNotFoundError):  # another run sweeps, too
            found = lock_file.stat()
            old = time.time() - found.st_mtime > ABANDONED_AFTER
            if found.st_uid == os.geteuid() and old:
                sweep_if_abandoned(lock_file)


def sweep_if_abandoned(lock_file: Path) -> None:
    with lock_file.open("a") as lock, suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        clear_away(lock_file.parent)


def clear_away(directory: Path) -> None:
    with capture_logs():
        server = embedded.running(directory)
        if server:
            embedded.stop(server)
    shutil.rmtree(directory)
