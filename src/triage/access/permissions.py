"""Who may do what: one line for every operation of the API; without a line nobody may."""

from collections.abc import Mapping
from dataclasses import dataclass

from triage.access.principal import Grant, Principal, Role


@dataclass(frozen=True, slots=True)
class Rule:
    """Roles that may, each with the grant it needs (None: the role suffices)."""

    public: bool = False
    roles: tuple[tuple[Role, Grant | None], ...] = ()

    def __or__(self, other: "Rule") -> "Rule":
        return Rule(public=self.public or other.public, roles=self.roles + other.roles)

    def permits(self, principal: Principal) -> bool:
        return self.public or any(
            principal.role is role and (grant is None or principal.has(grant))
            for role, grant in self.roles
        )


def by(*roles: Role, grant: Grant | None = None) -> Rule:
    return Rule(roles=tuple((role, grant) for role in roles))


EVERYBODY = Rule(public=True)
KNOWN = by(*Role)
REVIEWERS = by(Role.REVIEWER, Role.LEAD)
LEADS = by(Role.LEAD)
ADMINS = by(Role.ADMIN)
DOORS = by(Role.INTAKE) | by(Role.REVIEWER, Role.LEAD, grant=Grant.DESK)
REMOVAL_DESK = by(Role.REVIEWER, Role.LEAD, grant=Grant.REMOVALS)
STATISTICS = by(Role.REGULATOR) | by(Role.REVIEWER, Role.LEAD, Role.ADMIN, grant=Grant.EXACT)

TELEGRAM_DOOR = "receive_telegram"
"""Its caller is known by the secret token that Telegram repeats, not by `Authorization`."""

COUNTED = frozenset(
    {
        "create_report",
        "create_reports",
        "create_supplement",
        "receive_xarf",
        "receive_arf",
        "receive_email",
    }
    | {"receive_activitypub", "receive_atproto", TELEGRAM_DOOR}
)
"""Operations of which each request is one of a channel's quota; of a batch, each line."""

PERMISSIONS: Mapping[str, Rule] = {
    # doors
    "create_report": DOORS,
    "create_reports": DOORS,
    "create_supplement": DOORS,
    "receive_xarf": DOORS,
    "receive_arf": DOORS,
    "receive_email": DOORS,
    "receive_activitypub": DOORS,
    "receive_telegram": by(Role.INTAKE),
    "receive_atproto": DOORS,
    "fingerprint_media": DOORS,
    "get_report": DOORS,
    "open_receipt": EVERYBODY,
    "create_receipt_message": EVERYBODY,
    # work
    "list_queues": REVIEWERS,
    "claim": REVIEWERS,
    "extend_lease": REVIEWERS,
    "release_lease": REVIEWERS,
    "list_my_work": REVIEWERS,
    "list_cases": LEADS,
    "get_case": REVIEWERS,
    "get_case_timeline": REVIEWERS,
    "get_case_score": REVIEWERS,
    "list_case_clocks": REVIEWERS,
    "list_case_removals": REVIEWERS,
    "list_case_referrals": REVIEWERS,
    "reveal": by(Role.REVIEWER, Role.LEAD, grant=Grant.REVEAL),
    "create_note": REVIEWERS,
    "list_case_links": REVIEWERS,
    "propose_link": REVIEWERS,
    "confirm_link": REVIEWERS,
    "reject_link": REVIEWERS,
    "confirm_links": REVIEWERS,
    "decide": REVIEWERS,
    "list_clocks": LEADS,
    "export_own_hashes": LEADS,
    "mute_fingerprints": LEADS,
    "unmute_fingerprints": LEADS,
    "merge_case": LEADS,
    "unmerge_case": LEADS,
    "split_case": LEADS,
    "list_campaigns": LEADS,
    "create_campaign": LEADS,
    "get_campaign": LEADS,
    "update_campaign": LEADS,
    "list_campaign_cases": LEADS,
    "list_weights": LEADS,
    "propose_weights": LEADS,
    "shadow_weights": LEADS,
    "list_approvals": LEADS,
    "answer_approval": LEADS,
    # the removal desk
    "list_removals": REMOVAL_DESK,
    "create_removal": REMOVAL_DESK,
    "update_removal": REMOVAL_DESK,
    "get_removal_request": REMOVAL_DESK,
    "answer_removals": by(Role.PLATFORM),
    "list_referrals": REMOVAL_DESK,
    "create_referral": REMOVAL_DESK,
    "update_referral": REMOVAL_DESK,
    # figures
    "get_removal_statistics": STATISTICS,
    "get_statistics_definitions": STATISTICS,
    # administration
    "list_channels": ADMINS,
    "create_channel": ADMINS,
    "get_channel": ADMINS,
    "update_channel": ADMINS,
    "rotate_channel": ADMINS,
    "list_hash_lists": ADMINS,
    "create_hash_list": ADMINS,
    "get_hash_list": ADMINS,
    "update_hash_list": ADMINS,
    "import_hash_list": ADMINS,
    "list_hash_list_imports": ADMINS,
    "get_hash_list_import": ADMINS,
    # the journal
    "list_journal_events": by(Role.AUDITOR),
    "get_journal_checkpoint": EVERYBODY,
    "get_journal_key": EVERYBODY,
    # everybody known
    "get_me": KNOWN,
    "get_taxonomy": KNOWN,
    # operations
    "get_health_live": EVERYBODY,
    "get_health_ready": EVERYBODY,
    "get_metrics": ADMINS,
    "get_openapi": EVERYBODY,
    "get_docs": EVERYBODY,
    "get_docs_asset": EVERYBODY,
}
