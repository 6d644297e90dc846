"""What tests and doctests share: none of them sees or touches the data folder of whoever runs them."""

import os
import tempfile

# Before anything is collected: commands that tests start inherit it.
_data = tempfile.TemporaryDirectory(prefix="hustings-tests-")
os.environ["HUSTINGS_DATA"] = _data.name
