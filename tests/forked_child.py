"""What a child of the fixture ``forked`` does: becomes the process it was asked to be, then runs its program.

Run by ``runpy`` in a fork of a process in which idwatch is loaded; ``order`` is handed over as a global.
"""

import gc
import os
import runpy
import sys
from pathlib import Path

order = globals()["order"]
if order["new_session"]:
    os.setsid()
os.chdir(order["folder"])
os.environ.clear()
os.environ.update(order["environment"])
for name, target in (("output", 1), ("errors", 2)):
    file = os.open(order[name], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(file, target)
    os.close(file)
sys.argv = list(order["words"])
Path(order["began"]).touch()
try:
    if order["words"][0] == "idwatch":
        runpy.run_module("idwatch", run_name="__main__")
    else:
        runpy.run_path(order["words"][0], run_name="__main__")
finally:
    gc.collect()  # a fork ends without Python's own tidying, which closes what nobody has closed: databases
