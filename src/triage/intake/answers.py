"""What a submission came to."""

from dataclasses import dataclass
from typing import TypeAlias

from triage.intake.schemas import Receipt
from triage.kit.errors import Problem


@dataclass(frozen=True, slots=True)
class Kept:
    """A report that is stored, by this submission or (`replayed`) by an earlier one."""

    receipt: Receipt
    replayed: bool


Answer: TypeAlias = Kept | Problem
