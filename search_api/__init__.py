"""Online half of plainsearch: a question in, ranked excerpts out."""
