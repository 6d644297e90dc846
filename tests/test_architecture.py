"""Layers hold, no sideways imports, every module placed; the table of ARCHITECTURE.md is what is tested."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "hustings"
ROWS = re.findall(r"^\| (\d+) \| `([\w/*]+)` \|", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"), re.MULTILINE)
MODULES = sorted(str(path.relative_to(SOURCE).with_suffix("")) for path in SOURCE.rglob("*.py"))


def place(module: str) -> tuple[int, int] | None:
    """(layer, row of the table) of a module; a package's own `__init__` stands with its first row."""
    for row, (layer, name) in enumerate(ROWS):
        folder = name.removesuffix("/*")
        inside = module.rpartition("/")[0] == folder and name.endswith("/*")
        if module == name or inside or (module.endswith("/__init__") and name.startswith(module.removesuffix("__init__"))):
            return int(layer), row
    return None


def imports(module: str) -> set[str]:
    tree = ast.parse((SOURCE / f"{module}.py").read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        found = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        found += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for name in found:
            if name == "hustings" or name.startswith("hustings."):
                path = name.removeprefix("hustings").removeprefix(".").replace(".", "/")
                names.add(path if path in MODULES else f"{path}/__init__" if path else "__init__")
    return names


def test_table_is_read() -> None:
    assert len(ROWS) > 15


@pytest.mark.parametrize("module", MODULES)
def test_every_module_stands_in_the_table(module: str) -> None:
    assert place(module) is not None, f"{module} is not in the table of ARCHITECTURE.md"


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_down(module: str) -> None:
    here = place(module)
    assert here is not None
    for name in imports(module):
        there = place(name)
        assert there is not None, f"{module} imports {name}, which does not exist"
        own_registry = name == f"{module.rpartition('/')[0]}/__init__"
        same_folder = name.split("/")[0] == module.split("/", maxsplit=1)[0]
        before = there[0] == here[0] and there[1] < here[1] and same_folder
        assert there[0] < here[0] or own_registry or before, f"{module} (layer {here[0]}) imports {name} (layer {there[0]})"


@pytest.mark.parametrize("module", MODULES)
def test_a_module_says_what_goes_in_and_what_comes_out(module: str) -> None:
    assert ast.get_docstring(ast.parse((SOURCE / f"{module}.py").read_text(encoding="utf-8")))
