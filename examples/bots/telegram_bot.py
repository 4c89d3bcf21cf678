"""Hands Updates of the Telegram Bot API, one JSON a line, to Triage and prints its answers.

    BOT=trg_… python examples/bots/telegram_bot.py [updates.jsonl] [--files DIR]

BOT is the token of a channel; API is where Triage listens. An Update may be sent again at any time:
Triage knows it by its update_id. DIR holds files under their file_unique_id: they are hashed in
memory, and only their fingerprints are added to the report. Needs httpx.
"""

import argparse
import hashlib
import json
import os
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx

NOT_NOW = {429, 502, 503, 504}
TRIES = 10
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0  # seconds
LARGEST_IMAGE = 16 * 1024 * 1024  # bytes, as POST /v1/media/fingerprint takes them
FINGERPRINTS = ("sha256", "md5", "pdq", "pdq_quality", "pdq_forms")
FILE_ID = re.compile(r"[A-Za-z0-9_-]+")


class Unsent(Exception):
    """Triage could not be reached in all tries; the same Update may be sent again later."""


class Bot:
    """`token` authenticates the channel; `pause` waits a number of seconds between two tries."""

    def __init__(
        self, client: httpx.Client, token: str, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._client, self._token, self._pause = client, token, pause

    def hand_over(self, update: dict[str, Any], files: Path | None = None) -> dict[str, Any]:
        """The status and the answer of Triage to one Update, and what was added of its files."""
        secret = {"X-Telegram-Bot-Api-Secret-Token": self._token}
        answer = self._post("/v1/doors/telegram", secret, json=update)
        told = {"update_id": update.get("update_id"), "status": answer.status_code}
        told["answer"] = body = _json(answer)
        media = [self.fingerprint(path) for path in files_of(update, files)] if files else []
        if media and isinstance(body, dict) and "id" in body:
            key = {"Idempotency-Key": f"telegram-{told['update_id']}"}
            path = f"/v1/reports/{body['id']}/supplements"
            told["files"] = self._post(
                path, self._bearer() | key, json={"media": media}
            ).status_code
        elif media:
            told["files"] = media
        return told

    def fingerprint(self, path: Path) -> dict[str, Any]:
        """One file as the native form's `media`: with a PDQ if Triage can compute it."""
        content = path.read_bytes()
        media = {
            "platform": "telegram",
            "platform_media_id": path.stem,
            "sha256": hashlib.sha256(content).hexdigest(),
            "md5": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        }
        if len(content) <= LARGEST_IMAGE:
            headers = self._bearer() | {"Content-Type": "application/octet-stream"}
            answer = self._post("/v1/media/fingerprint", headers, content=content)
            body = _json(answer) if answer.is_success else None
            if isinstance(body, dict):  # 4xx: a picture that it cannot read
                media |= {k: body[k] for k in FINGERPRINTS if body.get(k) not in (None, [])}
        return media

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    def _post(self, path: str, headers: dict[str, str], **body: Any) -> httpx.Response:
        """The first answer that is not `not now`."""
        for tried in range(TRIES):
            asked = 0.0
            try:
                answer = self._client.post(path, headers=headers, **body)
            except httpx.TransportError:  # nobody knows whether it arrived: again does no harm
                pass
            else:
                if answer.status_code not in NOT_NOW:
                    return answer
                asked = retry_after(answer.headers.get("Retry-After", ""))
            if tried < TRIES - 1:
                longest = min(FIRST_PAUSE * 2**tried, LONGEST_PAUSE)
                self._pause(asked + random.uniform(0, longest))  # noqa: S311 - no secret
        raise Unsent(path)


def retry_after(value: str) -> float:
    """Seconds that a Retry-After asks for, in seconds or as a date (RFC 9110 §10.2.3)."""
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def files_of(part: Any, files: Path) -> Iterator[Path]:
    """The files in `files` that are named by a file_unique_id anywhere in the Update."""
    if isinstance(part, list):
        for inner in part:
            yield from files_of(inner, files)
    elif isinstance(part, dict):
        name = part.get("file_unique_id")
        if isinstance(name, str) and FILE_ID.fullmatch(name):
            yield from sorted({*files.glob(name), *files.glob(f"{name}.*")})
        for inner in part.values():
            yield from files_of(inner, files)


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("updates", nargs="?", type=argparse.FileType(encoding="utf-8"), default="-")
    parser.add_argument("--files", type=Path, metavar="DIR")
    given = parser.parse_args()
    token = os.environ.get("BOT") or sys.exit("BOT: the token of a channel, trg_…")
    api, refused = os.environ.get("API", "http://127.0.0.1:8400"), False
    with httpx.Client(base_url=api, timeout=30) as client:
        bot = Bot(client, token)
        for line in filter(str.strip, given.updates):
            told = bot.hand_over(json.loads(line), given.files)
            refused |= told["status"] >= httpx.codes.BAD_REQUEST
            print(json.dumps(told, ensure_ascii=False), flush=True)
    return int(refused)


if __name__ == "__main__":
    sys.exit(main())
