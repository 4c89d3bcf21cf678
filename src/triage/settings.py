"""Everything that can be set, read once from TRIAGE_* variables and handed down."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One field per variable: `database_url` is `TRIAGE_DATABASE_URL`."""

    database_url: str = ""
    """postgresql+asyncpg://… as the application's role; empty: embedded PostgreSQL in `data`."""
    database_direct_url: str = ""
    """Past any pooler and as the owner of the tables: migrations and LISTEN."""
    database_pooler: bool = False
    """The database is reached through PgBouncer in transaction mode."""
    database_pool_size: int = 10
    data: Path = Path(".triage")
    """Embedded PostgreSQL, keys, and nothing else."""
    keys_file: Path | None = None
    """The key file of the vault (JSON, mode 600); by default `keys.json` in `data`."""
    host: str = "127.0.0.1"
    port: int = 8400
    operates_as: Literal["hotline"] = "hotline"
    """Whose deadlines are kept; a platform's own need policies that are not there yet."""
    origin: str = "triage.localhost/journal"
    """The journal's name in its checkpoints; never reuse one for another journal."""
    lease: timedelta = timedelta(minutes=15)
    metrics_token: str = ""
    """Bearer token of `/metrics`; empty: admins' tokens only."""
    log_level: Literal["debug", "info", "warning", "error", "critical"] = "info"
    log_format: Literal["json", "console"] = "json"

    @property
    def embedded(self) -> bool:
        return not self.database_url

    @property
    def key_path(self) -> Path:
        return self.keys_file or self.data / "keys.json"


class BadSetting(ValueError):
    """A TRIAGE_* variable that is unknown or cannot be read; names the variable, not its value."""


def read_settings(environment: Mapping[str, str], **given: Any) -> Settings:
    """Settings from `TRIAGE_*`; keyword arguments that are not None win."""
    known = {f"TRIAGE_{f.name.upper()}": f for f in fields(Settings)}
    values: dict[str, Any] = {}
    for variable, text in environment.items():
        if not variable.startswith("TRIAGE_") or variable.startswith("TRIAGE_TEST_"):
            continue
        if variable not in known:
            message = f"{variable} is not a setting of Triage"
            raise BadSetting(message)
        field = known[variable]
        values[field.name] = _read(variable, text, field.type)
    values |= {name: value for name, value in given.items() if value is not None}
    for name in ("database_url", "database_direct_url"):
        values[name] = _with_driver(values.get(name, ""))
    return Settings(**values)


def _with_driver(url: str) -> str:
    """The url as SQLAlchemy wants it, also when it was written for other clients."""
    scheme, separator, rest = url.partition("://")
    known = {"postgres", "postgresql"}
    return f"postgresql+asyncpg://{rest}" if separator and scheme in known else url


def _read(variable: str, text: str, kind: Any) -> Any:
    try:
        if kind is bool:
            return {"1": True, "true": True, "0": False, "false": False, "": False}[text.lower()]
        if kind is int:
            return int(text)
        if kind is timedelta:
            return timedelta(seconds=float(text))
        if kind in (Path, Path | None):
            return Path(text)
        choices = getattr(kind, "__args__", ())
        if choices and text not in choices:
            raise ValueError
    except (KeyError, ValueError):
        message = f"{variable} has a value that cannot be used: expected {_expected(kind)}"
        raise BadSetting(message) from None
    return text


def _expected(kind: Any) -> str:
    if kind is bool:
        return "1, true, 0 or false"
    if kind is int:
        return "a whole number"
    if kind is timedelta:
        return "seconds"
    return " or ".join(kind.__args__)
