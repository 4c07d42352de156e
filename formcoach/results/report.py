"""The report of a set: one page to watch, to read, to print and to hand out.

It is a single HTML file that fetches nothing: styles and script stand in it, under a content
security policy that names them by their hashes, and the film does too where it is not too large.
Its words are those of the user's language. It is made of ``summary.json``, ``signals.csv``,
``poses.jsonl.gz`` and ``annotated.mp4``, as far as there are any, so it can be made again later.
"""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from formcoach import __version__
from formcoach.results.report_pictures import Media
from formcoach.results.report_sheet import Sheet, sheet_of
from formcoach.results.report_words import Tree, Words
from formcoach.words.phrases import Phrases

if TYPE_CHECKING:  # slow to import, and most commands write no page
    from jinja2 import Environment

__all__ = ["PageSet", "render_report", "write_report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSet:
    """One set to be shown: its summary, and what there is beside it."""

    tree: Tree
    media: Media


def write_report(
    path: Path,
    tree: Tree,
    signals: Path,
    phrases: Phrases,
    *,
    poses: Path | None = None,
    video: Path | None = None,
) -> None:
    """Write the report of a set.

    Args:
        path: the HTML file.
        tree: the summary, as in ``summary.json``.
        signals: the ``signals.csv`` beside it; read row by row and thinned out on the way.
        phrases: the words of the user's language.
        poses: the recorded poses; without them nothing is drawn.
        video: the annotated video; without it the body is drawn.

    Raises:
        OSError: a file cannot be read, or the page not written.
        TraceError: the poses cannot be read.
    """
    media = Media(signals=signals, poses=poses, video=video)
    path.write_text(render_report([PageSet(tree=tree, media=media)], phrases), encoding="utf-8")


def render_report(
    sets: Sequence[PageSet], phrases: Phrases, *, session: int | None = None, privacy: str = ""
) -> str:
    """Return the report of one or more sets of an exercise as HTML.

    Args:
        sets: the sets, at least one, in order.
        phrases: the words of the user's language.
        session: the number that the history has for the session.
        privacy: the phrase of the table ``sheet`` that says what was done about faces.
    """
    words = [Words(one.tree, phrases) for one in sets]
    sheets = [sheet_of(one.tree, w, one.media) for one, w in zip(sets, words, strict=True)]
    template = _environment().get_template("report.html.j2")
    return template.render(
        lang=phrases.lang,
        policy=_policy(sheets),
        style=_asset("report.css"),
        script=_asset("report.js"),
        strings=_strings(words[0]),
        sheets=sheets,
        session=session,
        privacy=privacy,
        version=__version__,
        say=words[0].say,
        tell=words[0].tell,
        number=words[0].number,
        text=phrases.text,
    )


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("formcoach.results"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["seconds"] = _seconds
    return environment


def _seconds(value: float) -> str:
    return f"{value:.3f}"


@cache
def _asset(name: str) -> str:
    """Return a file that stands beside the templates, as it goes into the page."""
    path = resources.files("formcoach.results") / "templates" / name
    return "\n" + path.read_text(encoding="utf-8")


def _policy(sheets: Sequence[Sheet]) -> str:
    """Return what the browser is told to allow: this style, this script, pictures in the page."""
    beside = any(sheet.book.clip is not None and sheet.book.clip.name for sheet in sheets)
    media = "blob: file: 'self'" if beside else "blob:"
    return "; ".join(
        [
            "default-src 'none'",
            f"style-src {_hash(_asset('report.css'))}",
            f"script-src {_hash(_asset('report.js'))}",
            "img-src data:",
            f"media-src {media}",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode('ascii')}'"


def _strings(words: Words) -> str:
    """Return the words that the script needs, as JSON that can stand in a page."""
    strings: Mapping[str, Any] = {
        **{name: words.tell(name) for name in ("play", "pause")},
        "point": words.phrases.text("report.decimal_point"),
    }
    return json.dumps(strings).replace("<", "\\u003c")
