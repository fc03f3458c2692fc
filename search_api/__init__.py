"""Online half of plainsearch: a question in, ranked excerpts out."""

import os

# Read when numpy is first imported. Threads within one question wait for each other longer than
# they work, and twice as long on a busy machine; questions side by side keep the cores busy.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
