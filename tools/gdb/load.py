# Teaches gdb Brix: `gdb build/brix -x tools/gdb/load.py`, as make debug does.
# `help brix` lists what there is.

# A gdb that was built without Python takes this for a command, and complains.
this_gdb_has_no_Python__see_DEBUGGING_md__Without_Python = True

import importlib
import pathlib
import sys

# gdb itself is the module `gdb` here, so the package has another name.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

importlib.import_module("brix")
