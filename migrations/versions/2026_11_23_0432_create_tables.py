"""create tables"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '5min'")
    op.create_table(
        "assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("principal_id", sa.Uuid(), nullable=False),
        sa.Column("band", sa.SmallInteger(), nullable=False),
        sa.Column("started_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ended_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "end_reason IN ('skip', 'conflict_of_interest', 'language', 'needs_lead', 'wellbeing', 'decided', 'expired', 'withdrawn')",
            name=op.f("ck_assignment_end_reason"),
        ),
        sa.CheckConstraint(
            "purpose IN ('review', 'second_look', 'appeal')", name=op.f("ck_assignment_purpose")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (end_reason IS NULL)", name=op.f("ck_assignment_ended")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    op.create_index(op.f("ix_assignment_case_id"), "assignment", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_assignment_principal_id"), "assignment", ["principal_id"], unique=False
    )
    op.create_index(
        "uq_assignment_live",
        "assignment",
        ["case_id", "purpose"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False, comment="short, for people"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("band", sa.SmallInteger(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("weights_version", sa.SmallInteger(), nullable=False),
        sa.Column(
            "rule_weights",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="per rule the highest weight over all reports: what the score is made of",
        ),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("allegations", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("categories", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("jurisdictions", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("needs_child_safety", sa.Boolean(), nullable=False),
        sa.Column("report_count", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True, comment="of the decision in force"),
        sa.Column("first_reported_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("last_reported_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("decided_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column(
            "decided_through",
            sa.Integer(),
            nullable=True,
            comment="the last report (its ordinal) that the decision in force has seen",
        ),
        sa.Column(
            "parent_id", sa.Uuid(), nullable=True, comment="the case this one was merged into"
        ),
        sa.Column(
            "root_id", sa.Uuid(), nullable=False, comment="the case that lives; itself if none"
        ),
        sa.CheckConstraint(
            "(state = 'merged') = (parent_id IS NOT NULL)", name=op.f("ck_case_merged_has_parent")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'waiting', 'awaiting_second_look', 'following', 'closed', 'merged')",
            name=op.f("ck_case_state"),
        ),
        sa.CheckConstraint("band BETWEEN 0 AND 3", name=op.f("ck_case_band")),
        sa.CheckConstraint("report_count >= 0 AND version >= 1", name=op.f("ck_case_counts")),
        sa.CheckConstraint("score BETWEEN 0 AND 1", name=op.f("ck_case_score")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("reference", name=op.f("uq_case_reference")),
    )
    op.create_index(op.f("ix_case_root_id"), "case", ["root_id"], unique=False)
    op.create_index("ix_case_state_band", "case", ["state", "band", "id"], unique=False)
    op.create_table(
        "channel",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "jurisdiction", sa.Text(), nullable=True, comment="ISO 3166 code when reports name none"
        ),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('bot', 'desk', 'partner', 'authority', 'platform')",
            name=op.f("ck_channel_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
        sa.UniqueConstraint("name", name=op.f("uq_channel_name")),
    )
    op.create_table(
        "fingerprint",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "digest", sa.LargeBinary(), nullable=False, comment="keyed digest of the typed id"
        ),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column(
            "report_id", sa.Uuid(), nullable=False, comment="the report that brought it first"
        ),
        sa.Column("attaches", sa.Boolean(), nullable=False),
        sa.Column("muted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("kind", "digest", name=op.f("pk_fingerprint")),
    )
    op.create_index(op.f("ix_fingerprint_case_id"), "fingerprint", ["case_id"], unique=False)
    op.create_table(
        "idempotency_key",
        sa.Column("principal_id", sa.Uuid(), nullable=False),
        sa.Column("key_digest", sa.LargeBinary(), nullable=False),
        sa.Column(
            "request_digest",
            sa.LargeBinary(),
            nullable=False,
            comment="keyed digest of operation and body",
        ),
        sa.Column("result_id", sa.Uuid(), nullable=False, comment="what the act created"),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("principal_id", "key_digest", name=op.f("pk_idempotency_key")),
    )
    op.create_index(
        op.f("ix_idempotency_key_created_at"), "idempotency_key", ["created_at"], unique=False
    )
    op.create_table(
        "journal_checkpoint",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False, comment="C2SP signed note"),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "octet_length(root) = 32", name=op.f("ck_journal_checkpoint_root_length")
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_journal_checkpoint_size")),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_journal_checkpoint")),
    )
    op.create_table(
        "journal_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind", sa.Text(), nullable=False, comment="dotted, in the past tense: case.claimed"
        ),
        sa.Column(
            "actor_id", sa.Uuid(), nullable=True, comment="the principal; none: system or public"
        ),
        sa.Column("actor_role", sa.Text(), nullable=False),
        sa.Column(
            "subject_id",
            sa.Uuid(),
            nullable=True,
            comment="id of the first subject, in whose timeline the event stands",
        ),
        sa.Column(
            "subjects",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="[[kind, id], …]",
        ),
        sa.Column(
            "body",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="for auditors; no personal data",
        ),
        sa.Column(
            "public",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="what streams and webhooks may carry",
        ),
        sa.Column(
            "nonce",
            sa.LargeBinary(),
            nullable=False,
            comment="random: a leaf does not let its event be guessed",
        ),
        sa.Column("occurred_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(subject_id IS NULL) = (subjects = '[]'::jsonb)",
            name=op.f("ck_journal_event_first_subject"),
        ),
        sa.CheckConstraint("actor_role <> ''", name=op.f("ck_journal_event_actor_role")),
        sa.CheckConstraint("jsonb_typeof(body) = 'object'", name=op.f("ck_journal_event_body")),
        sa.CheckConstraint("jsonb_typeof(public) = 'object'", name=op.f("ck_journal_event_public")),
        sa.CheckConstraint(
            "jsonb_typeof(subjects) = 'array'", name=op.f("ck_journal_event_subjects")
        ),
        sa.CheckConstraint("kind ~ '^[a-z_]+(\\.[a-z_]+)+$'", name=op.f("ck_journal_event_kind")),
        sa.CheckConstraint("octet_length(nonce) = 16", name=op.f("ck_journal_event_nonce_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_event")),
    )
    op.create_index("ix_journal_event_actor", "journal_event", ["actor_id", "id"], unique=False)
    op.create_index("ix_journal_event_subject", "journal_event", ["subject_id", "id"], unique=False)
    op.create_index(
        "ix_journal_event_time",
        "journal_event",
        ["occurred_at"],
        unique=False,
        postgresql_using="brin",
    )
    op.create_table(
        "journal_head",
        sa.Column(
            "id",
            sa.SmallInteger(),
            server_default=sa.text("1"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("size", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "origin",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="the journal's name; empty until the first event is numbered",
        ),
        sa.CheckConstraint("size = 0 OR origin <> ''", name=op.f("ck_journal_head_origin")),
        sa.CheckConstraint("id = 1", name=op.f("ck_journal_head_one_row")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_journal_head_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_head")),
    )
    op.create_table(
        "journal_leaf",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column(
            "hash", sa.LargeBinary(), nullable=False, comment="SHA-256(0x00 ‖ canonical event)"
        ),
        sa.CheckConstraint("octet_length(hash) = 32", name=op.f("ck_journal_leaf_hash_length")),
        sa.CheckConstraint("position >= 0", name=op.f("ck_journal_leaf_position")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_journal_leaf")),
        sa.UniqueConstraint("event_id", name=op.f("uq_journal_leaf_event_id")),
    )
    op.create_table(
        "journal_node",
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False, comment="SHA-256(0x01 ‖ left ‖ right)"),
        sa.CheckConstraint("index >= 0", name=op.f("ck_journal_node_index")),
        sa.CheckConstraint("level BETWEEN 1 AND 62", name=op.f("ck_journal_node_level")),
        sa.CheckConstraint("octet_length(hash) = 32", name=op.f("ck_journal_node_hash_length")),
        sa.PrimaryKeyConstraint("level", "index", name=op.f("pk_journal_node")),
    )
    op.create_table(
        "journal_pending",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "event_ids",
            postgresql.ARRAY(sa.Uuid()),
            nullable=False,
            comment="in the order appended",
        ),
        sa.CheckConstraint("cardinality(event_ids) > 0", name=op.f("ck_journal_pending_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_pending")),
        postgresql_with={
            "autovacuum_vacuum_scale_factor": 0.01,
            "autovacuum_vacuum_threshold": 500,
            "autovacuum_vacuum_cost_delay": 0,
        },
    )
    op.create_table(
        "queue",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "rank", sa.SmallInteger(), nullable=False, comment="routing asks lower ranks first"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue")),
    )
    op.create_table(
        "referral",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("sent_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("closed_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('drafted', 'sent', 'acknowledged', 'declined', 'closed')",
            name=op.f("ck_referral_state"),
        ),
        sa.CheckConstraint(
            "\"to\" IN ('police', 'regulator', 'ncmec', 'hotline', 'support')",
            name=op.f("ck_referral_to"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
    )
    op.create_index(op.f("ix_referral_case_id"), "referral", ["case_id"], unique=False)
    op.create_table(
        "removal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column(
            "location_digest",
            sa.LargeBinary(),
            nullable=False,
            comment="keyed: one removal for one address",
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column(
            "addressee", sa.Text(), nullable=False, comment="who is asked; the platform unless said"
        ),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("held_by", sa.Text(), nullable=True),
        sa.Column("held_until", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column(
            "reference", sa.Text(), nullable=True, comment="the addressee's number of the request"
        ),
        sa.Column(
            "evidence_waiver_item", sa.Uuid(), nullable=True, comment="vault item: why none is kept"
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reappearances", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("requested_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("closed_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("next_attempt_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column(
            "counted_at",
            sa.TIMESTAMP(timezone=True),
            nullable=True,
            comment="its period in the figures, set once: first requested, or found gone before",
        ),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("channel_kind", sa.Text(), nullable=False),
        sa.Column(
            "content_class", sa.Text(), nullable=False, comment="filmed, synthetic, child, other"
        ),
        sa.Column("requester", sa.Text(), nullable=False, comment="victim or organisation"),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (state NOT IN ('removed', 'refused', 'unreachable', 'withdrawn'))",
            name=op.f("ck_removal_closed"),
        ),
        sa.CheckConstraint(
            "(state = 'held') = (held_by IS NOT NULL)", name=op.f("ck_removal_held_by_someone")
        ),
        sa.CheckConstraint(
            "(state = 'removed') <= (result IS NOT NULL)",
            name=op.f("ck_removal_removed_has_result"),
        ),
        sa.CheckConstraint(
            "held_by IN ('police', 'victim', 'lead')", name=op.f("ck_removal_held_by")
        ),
        sa.CheckConstraint(
            "result IN ('deleted', 'account_removed', 'disabled_in', 'delisted', 'made_private', 'already_gone')",
            name=op.f("ck_removal_result"),
        ),
        sa.CheckConstraint(
            "state IN ('drafted', 'held', 'requested', 'acknowledged', 'removed', 'refused', 'unreachable', 'reappeared', 'withdrawn')",
            name=op.f("ck_removal_state"),
        ),
        sa.CheckConstraint(
            "counted_at IS NOT NULL OR (requested_at IS NULL AND result IS NULL AND reappearances = 0)",
            name=op.f("ck_removal_counted"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removal")),
    )
    op.create_index(op.f("ix_removal_case_id"), "removal", ["case_id"], unique=False)
    op.create_index(
        "ix_removal_open",
        "removal",
        ["state", "id"],
        unique=False,
        postgresql_where=sa.text(
            "state IN ('acknowledged', 'drafted', 'held', 'reappeared', 'requested')"
        ),
    )
    op.create_index("ix_removal_counted_at", "removal", ["counted_at"], unique=False)
    op.create_index(
        "uq_removal_case_id_location_digest",
        "removal",
        ["case_id", "location_digest"],
        unique=True,
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
    op.create_table(
        "report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "channel_id",
            sa.Uuid(),
            nullable=False,
            comment="the channel (or the desk) it came through",
        ),
        sa.Column("channel_kind", sa.Text(), nullable=False),
        sa.Column(
            "submitted_by", sa.Uuid(), nullable=False, comment="the principal that posted it"
        ),
        sa.Column("door", sa.Text(), nullable=False, comment="wire format it arrived in"),
        sa.Column("external_id_digest", sa.LargeBinary(), nullable=True, comment="keyed digest"),
        sa.Column(
            "content_digest",
            sa.LargeBinary(),
            nullable=False,
            comment="keyed digest of what was posted",
        ),
        sa.Column(
            "receipt_digest", sa.LargeBinary(), nullable=False, comment="of the receipt code"
        ),
        sa.Column("received_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("occurred_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("allegations", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("requests", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("jurisdiction", sa.Text(), nullable=True),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("victim_age", sa.SmallInteger(), nullable=True),
        sa.Column("victim_is_minor", sa.Boolean(), nullable=True),
        sa.Column("victim_sex", sa.Text(), nullable=True),
        sa.Column("school_level", sa.Text(), nullable=True),
        sa.Column("school_role", sa.Text(), nullable=True),
        sa.Column("school_region", sa.Text(), nullable=True),
        sa.Column(
            "declarations",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="booleans only",
        ),
        sa.Column(
            "notice_served_at",
            sa.TIMESTAMP(timezone=True),
            nullable=True,
            comment="when an authority served notice; its name and number are sealed",
        ),
        sa.Column(
            "contact_safety",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="may_contact, discreet, locale",
        ),
        sa.Column(
            "masks",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="[start, end, kind] in code points: what reviewers do not read unrevealed",
        ),
        sa.Column(
            "validity",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="per regime: complete or not, and what was missing, as first answered",
        ),
        sa.CheckConstraint(
            "channel_kind IN ('bot', 'desk', 'partner', 'authority', 'platform')",
            name=op.f("ck_report_channel_kind"),
        ),
        sa.CheckConstraint(
            "relation IN ('victim', 'representative', 'guardian', 'school', 'friend', 'witness', 'trusted_flagger', 'authority', 'platform', 'anonymous')",
            name=op.f("ck_report_relation"),
        ),
        sa.CheckConstraint(
            "school_level IN ('elementary', 'middle', 'high', 'university', 'other')",
            name=op.f("ck_report_school_level"),
        ),
        sa.CheckConstraint(
            "school_role IN ('student', 'teacher', 'staff')", name=op.f("ck_report_school_role")
        ),
        sa.CheckConstraint("victim_sex IN ('f', 'm', 'x')", name=op.f("ck_report_victim_sex")),
        sa.CheckConstraint("victim_age BETWEEN 0 AND 130", name=op.f("ck_report_victim_age")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("receipt_digest", name=op.f("uq_report_receipt_digest")),
    )
    op.create_index(op.f("ix_report_received_at"), "report", ["received_at"], unique=False)
    op.create_index(
        "uq_report_channel_id_external_id_digest",
        "report",
        ["channel_id", "external_id_digest"],
        unique=True,
        postgresql_where=sa.text("external_id_digest IS NOT NULL"),
    )
    op.create_table(
        "report_location",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("rules_version", sa.SmallInteger(), nullable=False),
        sa.Column(
            "url_item", sa.Uuid(), nullable=False, comment="vault item of all the report's urls"
        ),
        sa.Column("seen_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "scope IN ('content', 'container')", name=op.f("ck_report_location_scope")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_location")),
    )
    op.create_index(
        "ix_report_location_kind_digest", "report_location", ["kind", "digest"], unique=False
    )
    op.create_index(
        op.f("ix_report_location_report_id"), "report_location", ["report_id"], unique=False
    )
    op.create_table(
        "report_media",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.Column("sha256_digest", sa.LargeBinary(), nullable=True),
        sa.Column("md5_digest", sa.LargeBinary(), nullable=True),
        sa.Column("platform_media_digest", sa.LargeBinary(), nullable=True),
        sa.Column("pdq", sa.LargeBinary(), nullable=True),
        sa.Column("pdq_quality", sa.SmallInteger(), nullable=True),
        sa.Column("pdq_forms", postgresql.ARRAY(sa.LargeBinary()), nullable=False),
        sa.CheckConstraint("octet_length(pdq) = 32", name=op.f("ck_report_media_pdq_length")),
        sa.CheckConstraint(
            "pdq_quality BETWEEN 0 AND 100", name=op.f("ck_report_media_pdq_quality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_media")),
    )
    op.create_index(op.f("ix_report_media_report_id"), "report_media", ["report_id"], unique=False)
    op.create_table(
        "signal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column(
            "evidence_start",
            sa.Integer(),
            nullable=True,
            comment="code points into the report's text",
        ),
        sa.Column("evidence_end", sa.Integer(), nullable=True),
        sa.Column("evidence_view", sa.Text(), nullable=True),
        sa.Column("weights_version", sa.SmallInteger(), nullable=False),
        sa.Column("dismissed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("weight > 0 AND weight <= 1", name=op.f("ck_signal_weight")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
    )
    op.create_index(op.f("ix_signal_case_id"), "signal", ["case_id"], unique=False)
    op.create_table(
        "sla_clock",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("removal_id", sa.Uuid(), nullable=True),
        sa.Column("policy_id", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("bound", sa.Text(), nullable=False),
        sa.Column("statutory", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("warn_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("due_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("paused_since", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("warned_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("breached_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(breached_at IS NULL) = (state NOT IN ('breached', 'late'))",
            name=op.f("ck_sla_clock_breach"),
        ),
        sa.CheckConstraint(
            "NOT (statutory AND state = 'paused')", name=op.f("ck_sla_clock_statutory_runs")
        ),
        sa.CheckConstraint("bound IN ('us', 'addressee')", name=op.f("ck_sla_clock_bound")),
        sa.CheckConstraint(
            "kind IN ('acknowledge', 'first_look', 'decision', 'request_sent', 'police_referral', 'removal')",
            name=op.f("ck_sla_clock_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('running', 'paused', 'kept', 'breached', 'late', 'void')",
            name=op.f("ck_sla_clock_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sla_clock")),
    )
    op.create_index(op.f("ix_sla_clock_case_id"), "sla_clock", ["case_id"], unique=False)
    op.create_index(
        "ix_sla_clock_due",
        "sla_clock",
        ["due_at", "case_id"],
        unique=False,
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_index(op.f("ix_sla_clock_removal_id"), "sla_clock", ["removal_id"], unique=False)
    op.create_index(
        "ix_sla_clock_warn",
        "sla_clock",
        ["warn_at", "case_id"],
        unique=False,
        postgresql_where=sa.text("state = 'running' AND warned_at IS NULL"),
    )
    op.create_index(
        "uq_sla_clock_live",
        "sla_clock",
        ["case_id", "kind"],
        unique=True,
        postgresql_where=sa.text(
            "removal_id IS NULL AND kind = 'decision' AND state IN ('running', 'paused', 'breached')"
        ),
    )
    op.create_table(
        "sla_policy",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("bound", sa.Text(), nullable=False),
        sa.Column(
            "jurisdiction", sa.Text(), nullable=True, comment="ISO 3166 code; null: everywhere"
        ),
        sa.Column("band", sa.SmallInteger(), nullable=True, comment="null: every band"),
        sa.Column(
            "starts_with", sa.Text(), nullable=False, comment="the event that starts the clock"
        ),
        sa.Column(
            "limit_seconds",
            sa.Integer(),
            nullable=False,
            comment="the law's limit, or our internal target",
        ),
        sa.Column(
            "without_delay",
            sa.Boolean(),
            nullable=False,
            comment="the law names no hours; the limit is ours",
        ),
        sa.Column("statutory", sa.Boolean(), nullable=False),
        sa.Column(
            "warn_share",
            sa.Double(),
            nullable=False,
            comment="share of the limit after which to warn",
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("bound IN ('us', 'addressee')", name=op.f("ck_sla_policy_bound")),
        sa.CheckConstraint(
            "kind IN ('acknowledge', 'first_look', 'decision', 'request_sent', 'police_referral', 'removal')",
            name=op.f("ck_sla_policy_kind"),
        ),
        sa.CheckConstraint("band BETWEEN 0 AND 3", name=op.f("ck_sla_policy_band")),
        sa.CheckConstraint("limit_seconds > 0", name=op.f("ck_sla_policy_limit_seconds")),
        sa.CheckConstraint(
            "warn_share > 0 AND warn_share < 1", name=op.f("ck_sla_policy_warn_share")
        ),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_sla_policy")),
    )
    op.create_table(
        "vault_subject",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False, comment="the report; for notes the case"),
        sa.Column(
            "wrapped_key",
            sa.LargeBinary(),
            nullable=True,
            comment="envelope of the data key under a key-encryption key; null once erased",
        ),
        sa.Column(
            "kid",
            sa.Text(),
            nullable=False,
            comment="id of the key-encryption key, as in the envelope",
        ),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("erased_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('reporter', 'victim', 'content', 'notes')", name=op.f("ck_vault_subject_kind")
        ),
        sa.CheckConstraint(
            "(erased_at IS NULL) = (wrapped_key IS NOT NULL)",
            name=op.f("ck_vault_subject_erased_has_no_key"),
        ),
        sa.CheckConstraint("erased_at >= created_at", name=op.f("ck_vault_subject_erased_after")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vault_subject")),
    )
    op.create_index(
        "uq_vault_subject_live",
        "vault_subject",
        ["owner_id", "kind"],
        unique=True,
        postgresql_where=sa.text("erased_at IS NULL"),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("lease_token", sa.Uuid(), nullable=False, comment="a lease decides once"),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("duplicate_of", sa.Uuid(), nullable=True),
        sa.Column("categories", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("facts_item", sa.Uuid(), nullable=False, comment="vault item"),
        sa.Column(
            "reasoning_item",
            sa.Uuid(),
            nullable=False,
            comment="vault item: the statement of reasons",
        ),
        sa.Column("note_item", sa.Uuid(), nullable=True, comment="vault item, never shown outside"),
        sa.Column("held_for_second_look", sa.Boolean(), nullable=False),
        sa.Column("case_version", sa.Integer(), nullable=False),
        sa.Column(
            "seen_through",
            sa.Integer(),
            nullable=False,
            comment="ordinal of the last report it has seen",
        ),
        sa.Column(
            "decided_through",
            sa.Integer(),
            nullable=False,
            comment="ordinal of the last report there was",
        ),
        sa.Column("decided_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(outcome = 'duplicate') = (duplicate_of IS NOT NULL)",
            name=op.f("ck_decision_duplicate_of_what"),
        ),
        sa.CheckConstraint("grounds IN ('law', 'terms')", name=op.f("ck_decision_grounds")),
        sa.CheckConstraint(
            "outcome IN ('remove', 'refer', 'no_violation', 'insufficient', 'duplicate', 'out_of_scope')",
            name=op.f("ck_decision_outcome"),
        ),
        sa.CheckConstraint("duplicate_of <> case_id", name=op.f("ck_decision_not_of_itself")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_decision_case_id")),
        sa.ForeignKeyConstraint(
            ["duplicate_of"], ["case.id"], name=op.f("fk_decision_duplicate_of")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("lease_token", name=op.f("uq_decision_lease_token")),
    )
    op.create_index(op.f("ix_decision_case_id"), "decision", ["case_id"], unique=False)
    op.create_table(
        "note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("text_item", sa.Uuid(), nullable=False, comment="vault item"),
        sa.Column("written_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("audience IN ('internal', 'reporter')", name=op.f("ck_note_audience")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_note_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index(op.f("ix_note_case_id"), "note", ["case_id"], unique=False)
    op.create_table(
        "principal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column(
            "left_at",
            sa.TIMESTAMP(timezone=True),
            nullable=True,
            comment="no token of theirs works any more",
        ),
        sa.CheckConstraint(
            "(role = 'intake') = (channel_id IS NOT NULL)",
            name=op.f("ck_principal_channel_of_intake"),
        ),
        sa.CheckConstraint(
            "role IN ('intake', 'reviewer', 'lead', 'admin', 'auditor', 'regulator', 'platform')",
            name=op.f("ck_principal_role"),
        ),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_principal_channel_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_principal")),
        sa.UniqueConstraint("role", "name", name=op.f("uq_principal_role_name")),
    )
    op.create_table(
        "queue_entry",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("band", sa.SmallInteger(), nullable=False),
        sa.Column("lane", sa.SmallInteger(), nullable=False),
        sa.Column("due_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("jurisdictions", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("needs_child_safety", sa.Boolean(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=True),
        sa.Column("lease_token", sa.Uuid(), nullable=True),
        sa.Column("lease_until", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("entered_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('review', 'second_look', 'appeal')", name=op.f("ck_queue_entry_purpose")
        ),
        sa.CheckConstraint(
            "(holder_id IS NULL) = (lease_token IS NULL) AND (holder_id IS NULL) = (lease_until IS NULL)",
            name=op.f("ck_queue_entry_whole_lease"),
        ),
        sa.CheckConstraint(
            "band BETWEEN 0 AND 3 AND lane BETWEEN 0 AND 3", name=op.f("ck_queue_entry_lane")
        ),
        sa.ForeignKeyConstraint(["queue"], ["queue.id"], name=op.f("fk_queue_entry_queue")),
        sa.PrimaryKeyConstraint("case_id", "purpose", name=op.f("pk_queue_entry")),
        postgresql_with={
            "fillfactor": 70,
            "autovacuum_vacuum_scale_factor": 0.01,
            "autovacuum_vacuum_threshold": 500,
            "autovacuum_vacuum_cost_delay": 0,
        },
    )
    op.create_index(
        "ix_queue_entry_claim",
        "queue_entry",
        ["queue", "purpose", "lane", "due_at", "case_id"],
        unique=False,
        postgresql_where=sa.text("holder_id IS NULL"),
    )
    op.create_index(
        "ix_queue_entry_holder",
        "queue_entry",
        ["holder_id"],
        unique=False,
        postgresql_where=sa.text("holder_id IS NOT NULL"),
    )
    op.create_table(
        "report_case",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("disposition", sa.Text(), nullable=False),
        sa.Column(
            "band", sa.SmallInteger(), nullable=False, comment="of the case, after attaching"
        ),
        sa.Column("attached_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "disposition IN ('opened', 'attached', 'reopened')",
            name=op.f("ck_report_case_disposition"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_report_case_case_id")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_report_case")),
        sa.UniqueConstraint("case_id", "ordinal", name=op.f("uq_report_case_case_id_ordinal")),
    )
    op.create_table(
        "reveal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("principal_id", sa.Uuid(), nullable=False),
        sa.Column("items", postgresql.ARRAY(sa.Text()), nullable=False, comment="<vault item>:<n>"),
        sa.Column("reason_item", sa.Uuid(), nullable=False, comment="vault item"),
        sa.Column("revealed_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("expires_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_reveal_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reveal")),
    )
    op.create_index(op.f("ix_reveal_case_id"), "reveal", ["case_id"], unique=False)
    op.create_table(
        "vault_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False, comment="what it is, such as content.text"),
        sa.Column(
            "ciphertext",
            sa.LargeBinary(),
            nullable=False,
            comment="envelope of JSON under the subject's key",
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["vault_subject.id"], name=op.f("fk_vault_item_subject_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vault_item")),
    )
    op.create_index(op.f("ix_vault_item_subject_id"), "vault_item", ["subject_id"], unique=False)
    op.create_table(
        "credential",
        sa.Column("id", sa.Uuid(), nullable=False, comment="the middle part of the token"),
        sa.Column("principal_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("expires_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint("octet_length(digest) = 32", name=op.f("ck_credential_digest_length")),
        sa.ForeignKeyConstraint(
            ["principal_id"], ["principal.id"], name=op.f("fk_credential_principal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
    )
    op.create_index(
        op.f("ix_credential_principal_id"), "credential", ["principal_id"], unique=False
    )
    op.create_table(
        "principal_scope",
        sa.Column("principal_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('grant', 'queue', 'jurisdiction', 'platform')",
            name=op.f("ck_principal_scope_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["principal_id"], ["principal.id"], name=op.f("fk_principal_scope_principal_id")
        ),
        sa.PrimaryKeyConstraint("principal_id", "kind", "value", name=op.f("pk_principal_scope")),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '5min'")
    op.drop_table("principal_scope")
    op.drop_index(op.f("ix_credential_principal_id"), table_name="credential")
    op.drop_table("credential")
    op.drop_index(op.f("ix_vault_item_subject_id"), table_name="vault_item")
    op.drop_table("vault_item")
    op.drop_index(op.f("ix_reveal_case_id"), table_name="reveal")
    op.drop_table("reveal")
    op.drop_table("report_case")
    op.drop_index(
        "ix_queue_entry_holder",
        table_name="queue_entry",
        postgresql_where=sa.text("holder_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_queue_entry_claim",
        table_name="queue_entry",
        postgresql_where=sa.text("holder_id IS NULL"),
    )
    op.drop_table("queue_entry")
    op.drop_table("principal")
    op.drop_index(op.f("ix_note_case_id"), table_name="note")
    op.drop_table("note")
    op.drop_index(op.f("ix_decision_case_id"), table_name="decision")
    op.drop_table("decision")
    op.drop_index(
        "uq_vault_subject_live",
        table_name="vault_subject",
        postgresql_where=sa.text("erased_at IS NULL"),
    )
    op.drop_table("vault_subject")
    op.drop_table("sla_policy")
    op.drop_index(
        "ix_sla_clock_warn",
        table_name="sla_clock",
        postgresql_where=sa.text("state = 'running' AND warned_at IS NULL"),
    )
    op.drop_index(
        "uq_sla_clock_live",
        table_name="sla_clock",
        postgresql_where=sa.text(
            "removal_id IS NULL AND kind = 'decision' AND state IN ('running', 'paused', 'breached')"
        ),
    )
    op.drop_index(op.f("ix_sla_clock_removal_id"), table_name="sla_clock")
    op.drop_index(
        "ix_sla_clock_due", table_name="sla_clock", postgresql_where=sa.text("state = 'running'")
    )
    op.drop_index(op.f("ix_sla_clock_case_id"), table_name="sla_clock")
    op.drop_table("sla_clock")
    op.drop_index(op.f("ix_signal_case_id"), table_name="signal")
    op.drop_table("signal")
    op.drop_index(op.f("ix_report_media_report_id"), table_name="report_media")
    op.drop_table("report_media")
    op.drop_index(op.f("ix_report_location_report_id"), table_name="report_location")
    op.drop_index("ix_report_location_kind_digest", table_name="report_location")
    op.drop_table("report_location")
    op.drop_index(
        "uq_report_channel_id_external_id_digest",
        table_name="report",
        postgresql_where=sa.text("external_id_digest IS NOT NULL"),
    )
    op.drop_index(op.f("ix_report_received_at"), table_name="report")
    op.drop_table("report")
    op.drop_index(
        "uq_removal_case_id_location_digest",
        table_name="removal",
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
    op.drop_index("ix_removal_counted_at", table_name="removal")
    op.drop_index(
        "ix_removal_open",
        table_name="removal",
        postgresql_where=sa.text(
            "state IN ('acknowledged', 'drafted', 'held', 'reappeared', 'requested')"
        ),
    )
    op.drop_index(op.f("ix_removal_case_id"), table_name="removal")
    op.drop_table("removal")
    op.drop_index(op.f("ix_referral_case_id"), table_name="referral")
    op.drop_table("referral")
    op.drop_table("queue")
    op.drop_table("journal_pending")
    op.drop_table("journal_node")
    op.drop_table("journal_leaf")
    op.drop_table("journal_head")
    op.drop_index("ix_journal_event_time", table_name="journal_event", postgresql_using="brin")
    op.drop_index("ix_journal_event_subject", table_name="journal_event")
    op.drop_index("ix_journal_event_actor", table_name="journal_event")
    op.drop_table("journal_event")
    op.drop_table("journal_checkpoint")
    op.drop_index(op.f("ix_idempotency_key_created_at"), table_name="idempotency_key")
    op.drop_table("idempotency_key")
    op.drop_index(op.f("ix_fingerprint_case_id"), table_name="fingerprint")
    op.drop_table("fingerprint")
    op.drop_table("channel")
    op.drop_index("ix_case_state_band", table_name="case")
    op.drop_index(op.f("ix_case_root_id"), table_name="case")
    op.drop_table("case")
    op.drop_index(
        "uq_assignment_live", table_name="assignment", postgresql_where=sa.text("ended_at IS NULL")
    )
    op.drop_index(op.f("ix_assignment_principal_id"), table_name="assignment")
    op.drop_index(op.f("ix_assignment_case_id"), table_name="assignment")
    op.drop_table("assignment")
