"""What all tests share: on a build server, generated cases are the same every time; elsewhere they go on searching."""

import os

from hypothesis import settings

settings.register_profile("server", derandomize=True, print_blob=False)
if os.environ.get("CI"):
    settings.load_profile("server")
