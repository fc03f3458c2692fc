"""Text → vectors: find a model, export it once, run it without torch."""
