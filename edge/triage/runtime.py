"""ONNX Runtime, which here tells nobody that it runs.

Its official builds report each process to Microsoft, since 1.29 also on Linux: they look a name up, write an identifier
of the machine to the home folder, and run a thread for it. Only this variable stops all of that, and only if it is set
before the library is loaded (https://github.com/microsoft/onnxruntime/pull/27379).
"""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime

__all__ = ["onnxruntime"]
