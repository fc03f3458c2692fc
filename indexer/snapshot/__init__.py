"""The index on disk: what a snapshot holds, writing, reading, publishing, rolling back."""
