"""Settings come from TRIAGE_* variables; what is unknown or unreadable stops the start."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from triage.settings import BadSetting, Settings, read_settings


def test_nothing_set_is_a_working_set_of_defaults() -> None:
    settings = read_settings({})

    assert settings == Settings()
    assert settings.embedded
    assert settings.key_path == Path(".triage/keys.json")


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("TRIAGE_PORT", "9000", "port", 9000),
        ("TRIAGE_DATA", "/srv/triage", "data", Path("/srv/triage")),
        ("TRIAGE_KEYS_FILE", "/run/keys", "key_path", Path("/run/keys")),
        ("TRIAGE_LEASE", "90", "lease", timedelta(seconds=90)),
        ("TRIAGE_DATABASE_POOLER", "True", "database_pooler", True),
        ("TRIAGE_DATABASE_POOLER", "0", "database_pooler", False),
        ("TRIAGE_LOG_LEVEL", "warning", "log_level", "warning"),
        ("TRIAGE_DATABASE_URL", "postgresql+asyncpg://x/y", "embedded", False),
    ],
)
def test_a_variable_is_read_as_its_field_s_type(
    variable: str, text: str, field: str, value: Any
) -> None:
    assert getattr(read_settings({variable: text}), field) == value


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("TRIAGE_PORT", "http"),
        ("TRIAGE_LEASE", "soon"),
        ("TRIAGE_DATABASE_POOLER", "perhaps"),
        ("TRIAGE_LOG_LEVEL", "loud"),
        ("TRIAGE_OPERATES_AS", "platform"),
        ("TRIAGE_LOG_FORMAT", "xml"),
        ("TRIAGE_DATABASE_URLL", "postgresql+asyncpg://secret"),
    ],
)
def test_a_bad_setting_names_its_variable_and_not_its_value(variable: str, text: str) -> None:
    with pytest.raises(BadSetting) as refused:
        read_settings({variable: text})

    assert variable in str(refused.value)
    assert text not in str(refused.value)


def test_what_a_command_was_given_wins_unless_it_was_given_nothing() -> None:
    environment = {"TRIAGE_HOST": "0.0.0.0", "TRIAGE_PORT": "9000"}  # noqa: S104 - not bound

    settings = read_settings(environment, port=9001, host=None)

    assert (settings.host, settings.port) == ("0.0.0.0", 9001)  # noqa: S104 - not bound


def test_variables_of_others_and_of_the_tests_are_left_alone() -> None:
    assert read_settings({"HOME": "/", "TRIAGE_TEST_POSTGRES_BIN": "/bin"}) == Settings()
