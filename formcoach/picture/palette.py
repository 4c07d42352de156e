"""The colours of the picture: calm ones, told apart by who cannot tell red from green too."""

from formcoach.picture.canvas import Colour

__all__ = ["AMBER", "CORAL", "EDGE", "GREY", "LIGHT", "NIGHT", "RED", "TEAL"]

NIGHT: Colour = (38, 28, 20)
"""Panels under words."""
EDGE: Colour = (74, 62, 52)
"""Around the lines of the body, so that they show on any background."""
LIGHT: Colour = (242, 240, 236)
"""Words, and limbs at rest."""
GREY: Colour = (178, 172, 164)
"""What is not sure."""
TEAL: Colour = (176, 202, 52)
"""What works well."""
AMBER: Colour = (84, 190, 250)
"""What the coach needs to see better."""
CORAL: Colour = (66, 118, 255)
"""What could be better."""
RED: Colour = (62, 56, 226)
"""What must change at once."""
