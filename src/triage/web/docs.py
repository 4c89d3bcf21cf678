"""The API's documentation as a page: Swagger UI, served by ourselves and readable offline."""

import asyncio
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from litestar import Response, Router, get
from litestar.params import FromPath

from triage.kit.errors import NotFound

ASSETS: Mapping[str, str] = {
    "favicon-32x32.png": "image/png",
    "index.css": "text/css",
    "start.js": "text/javascript",
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Triage API</title>
<link rel="icon" type="image/png" href="/docs/assets/favicon-32x32.png">
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<link rel="stylesheet" href="/docs/assets/index.css">
</head>
<body>
<div id="docs"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/assets/start.js"></script>
</body>
</html>
"""
START = b"""SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  displayOperationId: true,
  persistAuthorization: false,
  validatorUrl: null,
});
"""


@get("/docs", operation_id="get_docs", media_type="text/html")
async def get_docs() -> Response[str]:
    """This documentation as a page."""
    return Response(PAGE, headers={"Content-Security-Policy": POLICY})


@get(
    "/docs/assets/{name:str}",
    operation_id="get_docs_asset",
    media_type="*/*",
)
async def get_docs_asset(name: FromPath[str]) -> Response[bytes]:
    """A script, style or picture of the page."""
    if name not in ASSETS:
        raise NotFound
    return Response(
        await asyncio.to_thread(_content, name),
        media_type=ASSETS[name],
        headers={"Cache-Control": "public, max-age=86400"},
    )


@cache
def _content(name: str) -> bytes:
    return START if name == "start.js" else (_folder() / name).read_bytes()


def _folder() -> Path:
    """The package is looked up, never imported: it would bring in a framework of its own."""
    package = find_spec("swagger_ui")
    if package is None or not package.submodule_search_locations:
        raise NotFound
    return Path(package.submodule_search_locations[0]) / "static"


router = Router(path="/", route_handlers=[get_docs, get_docs_asset], tags=["Operations"])
