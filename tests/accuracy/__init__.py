"""How accurate FormCoach is: a bench over videos with known truth, and what it is worth."""
