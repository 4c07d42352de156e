"""Tells an installation that is broken from a mistake of ours, so that it can be put right."""

from importlib.metadata import distributions

__all__ = ["ONE_OPENCV", "broken_installation"]

ONE_OPENCV = (
    "only one OpenCV may be installed: pip uninstall opencv-python opencv-python-headless "
    "opencv-contrib-python, then install FormCoach again"
)


def broken_installation(error: ImportError | AttributeError) -> str | None:
    """Return what is broken and the way out, on one line; None where it is something else.

    Of an OpenCV that was installed twice, or half removed, a folder without contents is left: it
    can be imported, and nothing is in it.
    """
    if isinstance(error, AttributeError):
        if getattr(error.obj, "__name__", "").partition(".")[0] != "cv2":
            return None
        return f"OpenCV is broken ({error.name} is missing{_several()}); {ONE_OPENCV}"
    name = (error.name or "").partition(".")[0]
    if name == "formcoach":
        return None
    if name == "cv2":
        return f"OpenCV cannot be loaded ({_line(error)}{_several()}); {ONE_OPENCV}"
    return (
        f"a library cannot be loaded ({_line(error)}); install FormCoach again, in an environment "
        "of its own"
    )


def _several() -> str:
    """Name the builds of OpenCV, where there are several."""
    names = {str(one.metadata["Name"]).lower() for one in distributions()}
    found = sorted(name for name in names if name.startswith("opencv-"))
    return f"; installed are {', '.join(found)}" if len(found) > 1 else ""


def _line(error: ImportError) -> str:
    return " ".join(str(error).split())
