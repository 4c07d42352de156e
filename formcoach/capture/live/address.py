"""The address of a stream, fit to be shown: it may hold a password."""

from urllib.parse import urlsplit

__all__ = ["shown_source", "without_secrets"]


def without_secrets(url: str) -> str:
    """Return an address fit to be shown: no user, password or query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "the address"
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


def shown_source(source: str) -> str:
    """Return what to look through as it is, but for the secrets of an address."""
    return without_secrets(source) if "://" in source else source
