"""The example bot against a real HTTP server that is not always there."""

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import anyio
import httpx
import pytest
from intake.picture_builders import a_picture, written
from races.processes import serving
from races.service import a_token, running

from triage.access.principal import Role

SCRIPT = Path(__file__).parents[2] / "examples/bots/telegram_bot.py"
TOKEN = "trg_example_channel"
UPDATE = {"update_id": 7, "message": {"photo": [{"file_unique_id": "AQADexample"}]}}
RECEIPT = {"id": "0198c7a0-0000-7000-8000-000000000001", "receipt_code": "7G4K-22QM-9XTA-P"}
SEEN = {"pdq": "f8" * 32, "pdq_quality": 0, "pdq_forms": ["f8" * 32, "8f" * 32]}

A_MESSAGE = {
    "update_id": 7,
    "message": {
        "message_id": 1,
        "date": 1_763_600_000,
        "chat": {"id": 77, "type": "private", "first_name": "Ada"},
        "from": {"id": 77, "is_bot": False, "first_name": "Ada"},
        "photo": [{"file_id": "x", "file_unique_id": "AQADexample", "width": 1, "height": 1}],
    },
}

Answer = tuple[int, dict[str, str], Any]


@dataclass
class Door:
    """What the server was asked, and what it is to answer, by path; the last answer stays."""

    url: str = ""
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: dict[str, list[Answer]] = field(default_factory=dict)

    def paths(self) -> list[str]:
        return [path for path, _, _ in self.asked]


@pytest.fixture
def door() -> Iterator[Door]:
    door = Door()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            door.asked.append((self.path, dict(self.headers), body))
            answers = door.answers.get(self.path, [(404, {}, None)])
            status, headers, content = answers.pop(0) if len(answers) > 1 else answers[0]
            told = json.dumps(content).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(told))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: object) -> None:
            """Nothing is written to the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        door.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield door
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("telegram_bot", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_update_that_was_not_kept_is_sent_again_until_it_is(
    door: Door, example: ModuleType
) -> None:
    busy: Answer = (503, {"Retry-After": "2"}, None)
    door.answers["/v1/doors/telegram"] = [busy, (429, {}, None), (200, {}, RECEIPT)]
    pauses: list[float] = []
    with httpx.Client(base_url=door.url) as client:
        told = example.Bot(client, TOKEN, pauses.append).hand_over(UPDATE)

    assert told == {"update_id": 7, "status": 200, "answer": RECEIPT}
    assert len(door.asked) == 3
    for _, headers, body in door.asked:
        assert headers["X-Telegram-Bot-Api-Secret-Token"] == TOKEN
        assert json.loads(body) == UPDATE
    assert 2 <= pauses[0] <= 3
    assert 0 <= pauses[1] <= 2


def test_a_server_that_is_gone_is_tried_ever_more_rarely_and_then_given_up(
    door: Door, example: ModuleType
) -> None:
    pauses: list[float] = []
    with httpx.Client(base_url="http://127.0.0.1:1") as client, pytest.raises(example.Unsent):
        example.Bot(client, TOKEN, pauses.append).hand_over(UPDATE)

    assert len(pauses) == example.TRIES - 1
    for tried, pause in enumerate(pauses):
        assert 0 <= pause <= min(example.FIRST_PAUSE * 2**tried, example.LONGEST_PAUSE)
    assert door.asked == []


@pytest.mark.parametrize("status", [400, 401, 500])
def test_a_refusal_is_told_and_not_repeated(door: Door, example: ModuleType, status: int) -> None:
    door.answers["/v1/doors/telegram"] = [(status, {}, {"status": status})]
    with httpx.Client(base_url=door.url) as client:
        told = example.Bot(client, TOKEN).hand_over(UPDATE)

    assert told["status"] == status
    assert len(door.asked) == 1


def test_a_file_is_hashed_and_only_its_fingerprints_are_added(
    door: Door, example: ModuleType, tmp_path: Path
) -> None:
    picture = b"invented picture"
    (tmp_path / "AQADexample.jpg").write_bytes(picture)
    (tmp_path / "AQADother.jpg").write_bytes(b"of another message")
    supplements = f"/v1/reports/{RECEIPT['id']}/supplements"
    door.answers = {
        "/v1/doors/telegram": [(200, {}, RECEIPT)],
        "/v1/media/fingerprint": [(200, {}, SEEN | {"more": 1})],
        supplements: [(201, {}, {})],
    }
    with httpx.Client(base_url=door.url) as client:
        told = example.Bot(client, TOKEN).hand_over(UPDATE, tmp_path)

    assert told["files"] == 201
    assert door.paths() == ["/v1/doors/telegram", "/v1/media/fingerprint", supplements]
    assert door.asked[1][2] == picture
    headers, body = door.asked[2][1], json.loads(door.asked[2][2])
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert headers["Idempotency-Key"] == "telegram-7"
    assert body == {
        "media": [
            {
                "platform": "telegram",
                "platform_media_id": "AQADexample",
                "sha256": hashlib.sha256(picture).hexdigest(),
                "md5": hashlib.md5(picture, usedforsecurity=False).hexdigest(),
            }
            | SEEN
        ]
    }


@pytest.mark.parametrize(
    "answer", [(422, {}, None), (200, {}, {"pdq": None, "pdq_quality": None, "pdq_forms": []})]
)
def test_what_is_no_picture_is_added_by_its_digests(
    door: Door, example: ModuleType, tmp_path: Path, answer: Answer
) -> None:
    (tmp_path / "AQADexample.mp4").write_bytes(b"invented film")
    door.answers["/v1/media/fingerprint"] = [answer]
    with httpx.Client(base_url=door.url) as client:
        media = example.Bot(client, TOKEN).fingerprint(tmp_path / "AQADexample.mp4")

    assert media.keys() == {"platform", "platform_media_id", "sha256", "md5"}


def test_without_the_servers_fingerprints_the_digests_are_there(
    door: Door, example: ModuleType, tmp_path: Path
) -> None:
    (tmp_path / "AQADexample").write_bytes(b"invented picture")
    door.answers["/v1/doors/telegram"] = [(200, {}, {"method": "sendMessage"})]
    with httpx.Client(base_url=door.url) as client:
        told = example.Bot(client, TOKEN).hand_over(UPDATE, tmp_path)

    assert [set(media) for media in told["files"]] == [
        {"platform", "platform_media_id", "sha256", "md5"}
    ]


def test_a_name_of_a_file_leads_nowhere_else(example: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"")
    (tmp_path / "files").mkdir()

    for name in ("../secret", "*", "", 5):
        assert list(example.files_of({"file_unique_id": name}, tmp_path / "files")) == []


def test_retry_after_is_read_in_seconds_and_as_a_date(example: ModuleType) -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)

    assert example.retry_after("3") == 3
    assert 60 < example.retry_after(soon) <= 90
    for unknown in ("", "soon", "-1", "²", "Mon, 23 Nov 2020 05:31:57 GMT"):
        assert example.retry_after(unknown) == 0


@pytest.mark.parametrize(("status", "code"), [(200, 0), (400, 1)])
def test_the_command_reads_lines_and_prints_the_answers(door: Door, status: int, code: int) -> None:
    door.answers["/v1/doors/telegram"] = [(status, {}, RECEIPT)]
    lines = f"{json.dumps(UPDATE)}\n\n{json.dumps(UPDATE | {'update_id': 8})}\n"
    run = subprocess.run(
        [sys.executable, SCRIPT],
        input=lines,
        env=os.environ | {"BOT": TOKEN, "API": door.url},
        capture_output=True,
        text=True,
        check=False,
    )

    told = [json.loads(line) for line in run.stdout.splitlines()]
    assert run.returncode == code, run.stderr
    assert [(one["update_id"], one["status"]) for one in told] == [(7, status), (8, status)]
    assert told[0]["answer"] == RECEIPT
    assert TOKEN not in run.stdout + run.stderr


async def test_what_it_hands_over_is_kept_by_triage(fresh_database: Any, tmp_path: Path) -> None:
    (tmp_path / "AQADexample.jpg").write_bytes(written(a_picture()))
    lines = "\n".join(json.dumps(one) for one in (A_MESSAGE, A_MESSAGE))
    async with running(fresh_database.app_url) as store:
        async with store.sessions.begin() as session:
            token = await a_token(session, Role.INTAKE, "bot")
        with serving(fresh_database.app_url, tmp_path) as (_, url):
            run = await anyio.run_process(
                [sys.executable, str(SCRIPT), "--files", str(tmp_path)],
                input=lines.encode(),
                env=os.environ | {"BOT": token, "API": url},
                check=False,
            )
        told = [json.loads(line) for line in run.stdout.splitlines()]
        digests = await store.rows("SELECT sha256_digest, pdq, pdq_forms FROM report_media")

        assert run.returncode == 0, run.stderr
        assert [(one["status"], one["files"]) for one in told] == [(200, 201), (200, 200)]
        assert told[0]["answer"] == told[1]["answer"]
        [row] = [row for row in digests if row["sha256_digest"] is not None]
        assert row["pdq"] == row["pdq_forms"][0]
        assert len(row["pdq_forms"]) == 8
        assert await store.count("report") == 1
        assert await store.count("report_supplement") == 1
