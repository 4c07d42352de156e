"""Writes the public interface as HTML pages, from its docstrings; it needs no network.

python docs/make_api.py [FOLDER]        build/api/index.html, unless a folder is named
"""

import sys
from importlib import import_module
from pathlib import Path

import pdoc

import formcoach

PUBLIC = (
    "formcoach",
    "formcoach.errors",
    "formcoach.coaching.events",
    "formcoach.pose.doubts",
    "formcoach.pose.estimator",
    "formcoach.pose.landmarks",
    "formcoach.pose.profile",
    "formcoach.pose.signals",
    "formcoach.exercises.spec",
    "formcoach.history.queries",
    "formcoach.history.store",
    "formcoach.history.stored",
    "formcoach.words.phrases",
    "formcoach.words.reasons",
)
"""What programs may build on: each name in `__all__` of these modules."""


def make(folder: Path) -> None:
    """Write the pages of all public modules into a folder."""
    for name in formcoach.__all__:  # names that are loaded when first used must be there to be read
        setattr(formcoach, name, getattr(formcoach, name))
    for module in PUBLIC:
        import_module(module)
    pdoc.render.configure(docformat="google", footer_text=f"FormCoach {formcoach.__version__}")
    pdoc.pdoc(*PUBLIC, output_directory=folder)


if __name__ == "__main__":
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("build/api")
    make(out)
    sys.stdout.write(f"{out / 'index.html'}\n")
