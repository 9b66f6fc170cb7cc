"""How all tests find the tools' interpreter.

Tools begin with `#!/usr/bin/env python3`. Let that be the Python that runs the
tests: PATH may have a wrapper first that takes longer to start than a machine.
"""

import os
import pathlib
import sys

FOLDER = str(pathlib.Path(sys.executable).parent)
os.environ["PATH"] = os.pathsep.join([FOLDER, os.environ["PATH"]])
