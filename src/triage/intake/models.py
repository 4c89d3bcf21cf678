"""What the doors keep of their own: conversations, whose messages make one report."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from triage.kit.db import Base


class ConversationRow(Base):
    """The report that the messages of one chat add to, until the chat is silent for a while."""

    __tablename__ = "conversation"

    channel_id: Mapped[UUID] = mapped_column(sa.ForeignKey("channel.id"), primary_key=True)
    chat_digest: Mapped[bytes] = mapped_column(primary_key=True, comment="keyed; who wrote, where")
    report_id: Mapped[UUID | None] = mapped_column(comment="null while the first is being kept")
    last_message_at: Mapped[datetime] = mapped_column(index=True)


class AtprotoReportRow(Base):
    """The whole number by which atproto's createReport knows a report."""

    __tablename__ = "atproto_report"

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    report_id: Mapped[UUID] = mapped_column(unique=True)
