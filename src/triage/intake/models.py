"""What the doors keep of their own: conversations, whose messages make one report."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from triage.cases.links import LinkKind
from triage.kit.db import Base, one_of


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


class MatcherRow(Base):
    """One row, made by the migration: whoever has locked it is the matcher."""

    __tablename__ = "matcher"
    __table_args__ = (
        sa.CheckConstraint("id = 1", "one_row"),
        sa.CheckConstraint("position >= 0", "position"),
    )

    id: Mapped[int] = mapped_column(
        sa.SmallInteger, primary_key=True, autoincrement=False, server_default=sa.text("1")
    )
    position: Mapped[int] = mapped_column(
        sa.BigInteger, server_default=sa.text("0"), comment="of the first event it has not read"
    )


class SearchedItemRow(Base):
    """A picture or a text that the matcher has searched for, and that is found from then on."""

    __tablename__ = "searched_item"
    __table_args__ = (
        one_of("kind", (LinkKind.PDQ, LinkKind.TEXT)),
        sa.Index("ix_searched_item_position", "kind", "position"),
    )

    kind: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(
        primary_key=True, comment="of the media; of the report or the supplement with the text"
    )
    position: Mapped[int] = mapped_column(
        sa.BigInteger, comment="of the event in the journal that brought it"
    )
