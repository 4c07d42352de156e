"""FormCoach in the browser: a server on this machine, its pages, and the live session in them."""
