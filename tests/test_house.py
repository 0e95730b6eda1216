"""The house: nothing loose at its root, one class for one name, and rooms that one can see."""

import ast
import re
from collections import defaultdict
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "newsletter"
MAX_MODULE_LINES, MAX_FUNCTION_LINES = 300, 40
# Modules that are one thing, and longer.
LONG = {
    "rendering/typography.py": "one list of steps, each a rule of printers",
    "settings/settings.py": "one file of the workspace, one model",
}
AT_THE_ROOT = {"__init__", "__main__", "i18n", "packaged", "workspace"}


def public_classes() -> dict[str, list[str]]:
    """Return the modules that define each public class of the package, by its name."""
    modules = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                modules[node.name].append(path.relative_to(PACKAGE).as_posix())
    return modules


def test_no_two_public_classes_share_a_name() -> None:
    shared = {name: modules for name, modules in public_classes().items() if len(modules) > 1}

    assert shared == {}


def test_no_module_is_loose_at_the_root() -> None:
    assert {path.stem for path in PACKAGE.glob("*.py")} == AT_THE_ROOT


def test_a_module_is_short_or_says_why_not() -> None:
    lengths = {
        path.relative_to(PACKAGE).as_posix(): len(path.read_text("utf-8").splitlines())
        for suffix in ("py", "js")
        for path in PACKAGE.rglob(f"*.{suffix}")
    }

    assert {name for name, lines in lengths.items() if lines > MAX_MODULE_LINES} == LONG.keys()


def test_a_function_is_short() -> None:
    """Its docstring apart, and the options of a command, which are a line each or three."""
    long = [
        f"{path.relative_to(PACKAGE)}: {node.name}"
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not (path.parent.name == "cli" and node.name.startswith("add_"))
        and lines_of(node) > MAX_FUNCTION_LINES
    ]

    assert long == []


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    has_docstring = ast.get_docstring(node) is not None
    docstring = node.body[0].end_lineno - node.body[0].lineno + 1 if has_docstring else 0
    return node.end_lineno - node.lineno + 1 - docstring


def test_a_function_of_a_page_s_script_is_short() -> None:
    """Arrows too: as Deno formats them, each ends where a line begins with a brace of its depth."""
    pattern = re.compile(r"^( *)(\S[^\n]*(?:\)|=>) \{)$.*?^\1\}", re.M | re.S)
    long = [
        f"{path.name}: {found[2]}"
        for path in PACKAGE.rglob("*.js")
        for found in pattern.finditer(path.read_text(encoding="utf-8"))
        if found[0].count("\n") + 1 > MAX_FUNCTION_LINES
    ]

    assert long == []
