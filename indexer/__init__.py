"""Offline half of plainsearch: articles in, a published snapshot out."""
