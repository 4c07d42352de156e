"""The colours of the picture: told apart by who cannot tell red from green, and in grey too.

Good, unsure and faulty differ in lightness first and in hue second; a test simulates protanopia,
deuteranopia and grey.
"""

from formcoach.picture.canvas import Colour

__all__ = ["AMBER", "CORAL", "EDGE", "GREY", "LIGHT", "NIGHT", "RED", "TEAL"]

NIGHT: Colour = (38, 28, 20)
"""Panels under words."""
EDGE: Colour = (74, 62, 52)
"""Around the lines of the body, so that they show on any background."""
LIGHT: Colour = (246, 244, 242)
"""Words, and limbs at rest."""
GREY: Colour = (170, 166, 162)
"""What is not sure."""
TEAL: Colour = (230, 220, 70)
"""What works well."""
AMBER: Colour = (84, 190, 250)
"""What the coach needs to see better."""
CORAL: Colour = (32, 96, 240)
"""What could be better."""
RED: Colour = (52, 44, 214)
"""What must change at once."""
