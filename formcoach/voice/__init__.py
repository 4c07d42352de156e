"""The parts of a voice: sound in memory, synthesisers, players, and the policy of who speaks."""
