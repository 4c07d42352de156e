"""Events become pictures: the body and the panels on frames, the window, the annotated video."""
