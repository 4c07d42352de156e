"""How both doors are served: quietly, with bounded messages, and with an end that does not wait."""

from typing import Any

import uvicorn
from starlette.types import ASGIApp

__all__ = ["config_of"]

ENDING_S = 3
MAX_MESSAGE_BYTES = 4_000_000


def config_of(app: ASGIApp, *, lifespan: Any = "on", **more: Any) -> uvicorn.Config:
    """Return how an application is served.

    Args:
        app: the application.
        lifespan: on where it is to be told of its beginning and end, else off.
        more: what else uvicorn is to know.
    """
    return uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        ws="websockets-sansio",
        ws_max_size=MAX_MESSAGE_BYTES,
        lifespan=lifespan,
        server_header=False,
        timeout_graceful_shutdown=ENDING_S,
        **more,
    )
