"""An ONNX graph, run on ONNX Runtime: one thread a call, as many calls at a time as there are."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class Graph:
    """A graph with one input and one output; may be run by several threads at once."""

    def __init__(self, path: Path) -> None:
        """Open a graph.

        Raises:
            Exception: whatever ONNX Runtime raises for a file that is none.
        """
        # Here and not above: a process forked after this import hangs when it exits.
        import onnxruntime

        options = onnxruntime.SessionOptions()
        # Threads within a call wait for each other at every operator; calls side by side don't.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(path),
            options,
            providers=["CPUExecutionProvider"],
            # The fused operator is several times slower than the two it replaces (docs/encoder.md).
            disabled_optimizers=["SkipLayerNormFusion"],
        )
        self._input = self._session.get_inputs()[0].name

    def __call__(self, value: npt.NDArray[np.generic]) -> Vectors:
        """Run the graph."""
        return np.asarray(self._session.run(None, {self._input: value})[0], np.float32)


def unit(vectors: Vectors) -> Vectors:
    """Vectors (the last axis) scaled to length 1; a vector of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)
