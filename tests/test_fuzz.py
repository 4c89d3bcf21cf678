"""Whatever the contract allows, and what it does not: no failure, and every answer as documented.

`TRIAGE_FUZZ_EXAMPLES` sets how many requests are made of each operation.
"""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from schemathesis.config import GenerationConfig
from schemathesis.openapi import from_dict
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from races.processes import serving
from races.service import a_report, a_token, running
from triage.access.permissions import PERMISSIONS
from triage.access.principal import Role
from triage.app import create_app
from triage.kit.roles import APP
from triage.settings import Settings
from triage.vault.keys import generate
from triage.web.openapi import openapi_document

EXAMPLES = int(os.environ.get("TRIAGE_FUZZ_EXAMPLES", "6"))

schema = from_dict(
    openapi_document(create_app(Settings(database_url="postgresql+asyncpg://"), generate()))
)
