"""The network: ONNX Runtime behind one function, windows in, logits out, the same whatever shares the call.

The answer for a window must not depend on its company, so each window is a run of its own:

- Dynamic int8 quantisation scales activations by the range of the whole tensor, so windows that share a run change each
  other's logits, visibly.
- In fp32 ONNX Runtime picks kernels by shape, so that even windows of equal shape, without padding, may differ in
  the last bits from the same windows alone (seen with windows of one word of seven phonemes).

What sharing a run would save is small but for windows of a word or two. Runs go side by side instead, each
in one thread, so that the number of threads changes no sum either.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ipaner.errors import ModelFileError
from ipaner.runtime.checkpoint import Checkpoint

_MOST_THREADS = 4


@dataclass(frozen=True, slots=True, eq=False)
class NetworkInput:
    """One window as the network reads it.

    Attributes:
        phonemes: Symbol ids, int64 of shape (words, phones), 0 where a word has no more.
        shape: Word-shape features, float32 of shape (words, features), or None if the network reads none.
        memory: Features of the name memory, float32 of shape (words, features), or None if the network asks none.
    """

    phonemes: NDArray[np.int64]
    shape: NDArray[np.float32] | None = None
    memory: NDArray[np.float32] | None = None


def default_threads() -> int:
    """As many threads as this process has cores, four at most: tagging is for sharing a machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, _MOST_THREADS)


class Network:
    """A loaded network; safe to call from many threads.

    Args:
        checkpoint: The verified model.
        threads: How many windows are read side by side.

    Raises:
        ModelFileError: If ONNX Runtime cannot read it or its inputs and outputs are not those of its description.
    """

    def __init__(self, checkpoint: Checkpoint, threads: int) -> None:
        self._session = _session(checkpoint)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="ipaner") if threads > 1 else None

    def __call__(self, windows: Sequence[NetworkInput]) -> list[NDArray[np.float32]]:
        """Logits of shape (words, labels) for each window, in order."""
        return list(map(self._run, windows) if self._pool is None else self._pool.map(self._run, windows))

    def _run(self, window: NetworkInput) -> NDArray[np.float32]:
        feed: dict[str, NDArray[Any]] = {"phonemes": window.phonemes[None]}
        if window.shape is not None:
            feed["shape"] = window.shape[None]
        if window.memory is not None:
            feed["memory"] = window.memory[None]
        logits: NDArray[np.float32] = self._session.run(["logits"], feed)[0][0]
        return logits


def _session(checkpoint: Checkpoint) -> Any:
    # ONNX Runtime's own telemetry writes to the home folder and calls out; it is decided when it is first imported
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # a plan of memory per input shape: every window has another
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(checkpoint.network, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors have no common base of their own
        raise ModelFileError(
            f"The {checkpoint.precision} network of {checkpoint.path} is no ONNX model that ONNX Runtime "
            f"{onnxruntime.__version__} can run. Export it again with 'ipaner export'. It says: {error}"
        ) from error
    channels = {"shape": checkpoint.info.shape, "memory": checkpoint.info.memory is not None}
    expected = {"phonemes", *(name for name, there in channels.items() if there)}
    inputs, outputs = {i.name for i in session.get_inputs()}, {o.name: o.shape for o in session.get_outputs()}
    labels = len(checkpoint.info.labels)
    if inputs != expected or "logits" not in outputs or outputs["logits"][-1] not in (labels, None):
        raise ModelFileError(
            f"The {checkpoint.precision} network of {checkpoint.path} does not match its ipaner.json: it reads "
            f"{sorted(inputs)} and gives {outputs}, but {sorted(expected)} and 'logits' over {labels} labels were "
            "expected. Export it again with 'ipaner export'"
        )
    return session
