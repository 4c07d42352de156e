"""Events become words: phrases by id, in each language."""
