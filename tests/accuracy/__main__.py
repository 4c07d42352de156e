"""How accurate FormCoach is, measured.

Usage, from the top of the project:

    python tests/accuracy [--models lite full heavy] [--traces FOLDER] [--sweeps]
    python tests/accuracy --check [--models full] [--traces FOLDER]

Watches `sample_videos/` and the folders that FORMCOACH_CLIPS names with each model (once: poses are
kept in the folder of --traces), coaches them, and writes `docs/accuracy.json` and the tables of
`docs/accuracy.md`. The sweeps make the samples worse in many ways and take half an hour more; left
out, those of the last time stay. The heavy model is built by `python models/build.py heavy`; a
model that is not there is left out. With --check nothing is written: it fails when a target that
`docs/accuracy.json` reaches is missed now.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
DOCS = TESTS.parent / "docs"
FIGURES, PAGE, CURVES = (DOCS / f"accuracy.{kind}" for kind in ("json", "md", "svg"))


def main() -> None:
    """Run the bench."""
    sys.path[0] = str(TESTS)
    from accuracy.clips import samples
    from accuracy.gather import gather, plain
    from accuracy.sweeps import MODEL, sweep
    from accuracy.tried import tried
    from accuracy.watching import watch

    options = parse()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.traces or Path(scratch)
        figures = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.is_file() else {}
        if options.check:
            sys.exit(check(figures, gather(present(options.models), folder, say, jobs=2)))
        if not options.only_sweeps:
            figures |= gather(present(options.models), folder, say)
            cases = [(clip.truth or {}, watch(clip, MODEL, folder).poses) for clip in samples()]
            figures["tried"] = plain(tried(cases))
        if options.sweeps or options.only_sweeps:
            figures["sweeps"] = plain(sweep(folder / "sweeps", say))
    FIGURES.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    write_page(figures)


def check(known: dict[str, Any], now: dict[str, Any]) -> int:
    """Say what was reached and is missed now; return the exit status."""
    from accuracy.report import overview
    from accuracy.totals import lost

    sys.stdout.write(overview(now))
    missed = lost(known["models"], now["models"])
    for line in missed:
        say(f"worse than docs/accuracy.json: {line}")
    return 1 if missed else 0


def write_page(figures: dict[str, Any]) -> None:
    """Write the tables of these figures, and the curves where the sweeps are among them."""
    from accuracy.curves import curves
    from accuracy.report import all_tables, fill

    PAGE.write_text(fill(PAGE.read_text(encoding="utf-8"), all_tables(figures)), encoding="utf-8")
    if "sweeps" in figures:
        CURVES.write_text(curves(figures["sweeps"]), encoding="utf-8")


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--models", nargs="+", default=["lite", "full", "heavy"])
    parser.add_argument("--traces", type=Path, help="where poses are kept from run to run")
    parser.add_argument("--sweeps", action="store_true", help="run the sweeps as well")
    parser.add_argument("--only-sweeps", action="store_true", help="run nothing else")
    parser.add_argument("--check", action="store_true", help="compare and write nothing")
    return parser.parse_args()


def present(models: list[str]) -> list[str]:
    """Return the models that are there; say which are not."""
    from formcoach.errors import ModelError
    from formcoach.pose.mediapipe.model_files import find_model

    found = []
    for name in models:
        try:
            find_model(name)
            found.append(name)
        except ModelError as error:
            say(f"left out: {error}")
    return found


def say(line: str) -> None:
    """Tell what is done."""
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main()
