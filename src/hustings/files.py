"""The path of a user's file in, what it holds out, or what stops it in one line."""

import re
import tomllib
from pathlib import Path
from typing import Any

from hustings.errors import DataError


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file of the user's, or say what stops it."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(path, f"cannot be read ({error.strerror}); check the path") from None
    except UnicodeDecodeError:
        raise DataError(path, "is not text in UTF-8; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        raise DataError(path, f"is not TOML: {error}", int(at[1]) if at else None) from None
