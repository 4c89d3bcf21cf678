"""Who acted and what was acted on, as the journal names them."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """The caller of an act: `id` is a principal's, none for those who have no account."""

    id: UUID | None
    role: str
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing that an event speaks of: `kind` is its noun (case, report, removal)."""

    kind: str
    id: UUID


SYSTEM = Actor(id=None, role="system")
COMMAND_LINE = Actor(id=None, role="command_line")
PUBLIC = Actor(id=None, role="public")
