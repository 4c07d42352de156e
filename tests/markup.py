"""Reads an HTML page as a browser would, and strictly: every tag that is opened is closed."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

__all__ = ["Element", "Page"]

VOID = {"meta", "br", "img", "input", "link"}
"""Elements that are never closed."""


@dataclass
class Element:
    """One element.

    Attributes:
        name, attributes: of its tag.
        inside: the elements around it, the outermost first.
        text: what stands in it and in those inside it.
    """

    name: str
    attributes: dict[str, str]
    inside: tuple["Element", ...]
    text: str = ""

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())


@dataclass
class Page(HTMLParser):
    """A page that has been read."""

    source: str
    elements: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[Element] = []
        self.feed(self.source)
        self.close()
        assert self._open == [], "left open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), f"an attribute twice in {tag}"
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"{tag} closed and never opened"
        assert self._open[-1].name == tag, f"{tag} closed in {self._open[-1].name}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, name: str, kind: str = "", *, within: str = "") -> list[Element]:
        """Return the elements of a name with all classes of `kind`, inside one of `within`."""
        wanted = set(kind.split())
        return [
            element
            for element in self.elements
            if element.name == name
            and wanted <= element.classes
            and (not within or any(within in outer.classes for outer in element.inside))
        ]

    def texts(self, name: str, kind: str = "", *, within: str = "") -> list[str]:
        return [element.text for element in self.all(name, kind, within=within)]

    def rows(self) -> list[str]:
        """Return the rows of all tables, cells joined by a bar."""
        lines: list[list[str]] = []
        for element in self.elements:
            if element.name == "tr":
                lines.append([])
            elif element.name in ("td", "th"):
                lines[-1].append(element.text)
        return [" | ".join(line) for line in lines]
