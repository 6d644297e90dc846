"""How the pages are built: Markdown in, HTML out; notebooks and shown commands run on the way, and a page that fails stops the build."""

import logging
import os
import sys
import tempfile
from importlib.metadata import version as installed
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

# The notebooks run without anybody's own settings of IPython, and say nothing but what goes wrong.
ipython = tempfile.TemporaryDirectory()
os.environ["IPYTHONDIR"] = ipython.name
# Nor does a page see what whoever builds it has in their store.
os.environ["HUSTINGS_DATA"] = f"{ipython.name}/data"
profile = Path(ipython.name, "profile_default")
profile.mkdir()
(profile / "ipython_kernel_config.py").write_text("c = get_config()\nc.IPKernelApp.log_level = 40\nc.HistoryManager.enabled = False\n")
logging.getLogger("traitlets").setLevel(logging.WARNING)

import _catalogue  # noqa: E402 — found through the path above

project = "Hustings"
author = "The Hustings contributors"
version = release = installed("hustings")

extensions = ["myst_nb", "_pages"]
exclude_patterns = ["_build", "jupyter_execute", "**/.ipynb_checkpoints"]
nitpicky = True

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 600  # a busy machine is no mistake
nb_merge_streams = True
nb_render_markdown_format = "gfm"

# Nothing is fetched, neither while building nor while reading: no other project's index, no fonts, no scripts from elsewhere.
html_theme = "furo"
html_title = "Hustings"
html_static_path = ["_static"]
html_css_files = ["hustings.css"]
html_show_copyright = False
html_copy_source = False

_catalogue.write(HERE / "catalogue")
