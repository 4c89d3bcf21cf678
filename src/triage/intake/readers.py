"""The children that read what strangers send: their documents, and their pictures."""

from dataclasses import dataclass, field

from triage.intake.parsers import confined_parsers
from triage.intake.pictures import confined_pictures
from triage.kit.confined import Confined


@dataclass(frozen=True, slots=True)
class Readers:
    parsers: Confined = field(default_factory=confined_parsers)
    pictures: Confined = field(default_factory=confined_pictures)

    async def close(self) -> None:
        await self.parsers.close()
        await self.pictures.close()
