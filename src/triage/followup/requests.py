"""The text of a removal request: what the addressee needs to act, and nothing else of the case."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal
from triage.cases.models import CaseRow
from triage.cases.queries import root_of
from triage.cases.visibility import known_to
from triage.followup.models import RemovalRow
from triage.followup.schemas import RemovalRequestText
from triage.followup.service import RemovalNotFound
from triage.journal.actor import Subject
from triage.journal.service import append
from triage.kit.errors import NotFound
from triage.reports.models import ReportLocationRow
from triage.vault.service import Vault

SUBJECTS = {
    "en": "Removal request {number}",
    "ko": "삭제 요청 {number}",
}
BODIES = {
    "en": (
        "We ask you to remove the content at this address:\n\n{url}\n\n"
        "It was reported to us as {content}, shown without the consent of the person concerned."
        " Please also remove identical copies, tell us the result and your reference,"
        " and do not pass details of this request on to the account that posted it.\n\n"
        "Our number: {number}"
    ),
    "ko": (
        "다음 주소의 게시물 삭제를 요청합니다.\n\n{url}\n\n"
        "당사자의 동의 없이 게시된 {content}(으)로 신고되었습니다. 동일한 복제물도 함께 삭제하고"
        " 처리 결과와 접수 번호를 알려 주십시오. 이 요청의 내용은 게시자에게 전달하지 마십시오.\n\n"
        "요청 번호: {number}"
    ),
}
CONTENT = {
    "filmed": {"en": "intimate imagery", "ko": "성적 불법촬영물"},
    "synthetic": {"en": "a sexual deepfake", "ko": "성적 허위영상물"},
    "child": {"en": "sexual material of a child", "ko": "아동·청소년 성착취물"},
    "other": {"en": "unlawful content", "ko": "불법 게시물"},
}


class UrlErased(NotFound):
    title = "The address of this removal was erased"


async def request_text(
    session: AsyncSession,
    vault: Vault,
    principal: Principal,
    removal_id: UUID,
    language: Literal["ko", "en"],
    now: datetime,
) -> RemovalRequestText:
    """The request for one removal, with its url opened; journaled. Raises RemovalNotFound."""
    removal = await session.scalar(
        sa.select(RemovalRow)
        .join(CaseRow, CaseRow.id == root_of(RemovalRow.case_id))
        .where(RemovalRow.id == removal_id, *known_to(principal))
    )
    if removal is None:
        raise RemovalNotFound
    location = (
        await session.scalars(
            sa.select(ReportLocationRow).where(ReportLocationRow.id == removal.location_id)
        )
    ).one()
    opened = await vault.open(session, [location.url_item])
    if location.url_item not in opened:
        raise UrlErased
    posted, _ = opened[location.url_item][location.url_place]
    append(
        session,
        "removal.request_read",
        principal.actor,
        [Subject("case", removal.case_id), Subject("removal", removal_id)],
        at=now,
    )
    values = {
        "number": str(removal.id),
        "url": posted,
        "content": CONTENT[removal.content_class][language],
    }
    return RemovalRequestText(
        language=language,
        subject=SUBJECTS[language].format(**values),
        body=BODIES[language].format(**values),
    )
