"""The two commands that make everything: complete locks, installed while newer releases are out.

The packages are toys that each test makes, in an index that is a folder: no network.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKS = [ROOT / f"requirements/{name}.txt" for name in ("build", "program", "dev")]
VERSION = ".".join(map(str, sys.version_info[:2]))
SCRIPT = "tools/environment.py"
# pip before 24 refuses in hash mode what a lock names without its extra; Python 3.12 cannot run it.
OLD_PIP = (
    sorted((ROOT / ".cache/wheels").glob("pip-23.0.1-*.whl")) if sys.version_info < (3, 12) else []
)

BACKEND = """\
import zipfile, pathlib
def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "newsletter-1.0-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as wheel:
        info = "newsletter-1.0.dist-info"
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: newsletter\\n"
                       "Version: 1.0\\nRequires-Dist: tester\\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n"
                       "Root-Is-Purelib: true\\n")
        wheel.writestr(f"{info}/RECORD", "")
    return name
"""


def names_in(lock: Path) -> set[str]:
    """Return the packages that a lock names for this machine."""
    lines = re.findall(r"^[a-z][^\\\n]*", lock.read_text(encoding="utf-8"), re.MULTILINE)
    required = [Requirement(line) for line in lines]
    return {
        canonicalize_name(each.name)
        for each in required
        if each.marker is None or each.marker.evaluate()
    }


def required_by(name: str, extras: set[str]) -> Iterator[Requirement]:
    """Yield what an installed package needs, and what those of its extras need."""
    for line in distribution(name).requires or []:
        requirement = Requirement(line)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in {"", *extras}):
            yield requirement


def test_what_a_locked_package_needs_is_locked_with_its_extras() -> None:
    locked = set().union(*map(names_in, LOCKS))
    todo = [Requirement(f"{name}") for name in sorted(locked - {"pip"})]
    seen: set[str] = set()
    missing = []
    while todo:
        requirement = todo.pop()
        if str(requirement) in seen:
            continue
        seen.add(str(requirement))
        if canonicalize_name(requirement.name) not in locked:
            missing.append(str(requirement))
            continue
        todo += required_by(requirement.name, requirement.extras)
    assert missing == []


def test_what_the_program_needs_is_in_its_own_lock() -> None:
    program = names_in(ROOT / "requirements/program.txt")
    extras = {"pdf", "xlsx", "preview", "screenshot", "dkim"}

    needed = {canonicalize_name(each.name) for each in required_by("newsletter", extras)}

    assert needed <= program


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_a_lock_names_no_address_and_a_hash_for_everything(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")

    packages = re.findall(r"^[a-z].*?(?=^[a-z]|\Z)", text, re.MULTILINE | re.DOTALL)

    assert "://" not in text
    assert packages
    assert [each for each in packages if "--hash=sha256:" not in each] == []


@pytest.fixture(name="checkout")
def make_checkout(tmp_path: Path) -> Path:
    """A checkout like this one, of a toy, with a lock one release behind its index."""
    index = tmp_path / "index"
    cover = make_wheel(
        index, "cover", "1.0", 'Provides-Extra: toml\nRequires-Dist: tomltoy; extra == "toml"'
    )
    toml = make_wheel(index, "tomltoy", "1.0", "")
    tester = make_wheel(index, "tester", "1.0", "Requires-Dist: cover[toml]")
    make_wheel(index, "cover", "2.0", "Requires-Dist: brandnew")
    make_wheel(index, "tomltoy", "2.0", "")
    checkout = tmp_path / "Ma lettre d'été"
    (checkout / "requirements").mkdir(parents=True)
    (checkout / "tools").mkdir()
    shutil.copy(ROOT / SCRIPT, checkout / SCRIPT)
    (checkout / "newsletter").mkdir()
    (checkout / "newsletter/__init__.py").write_text("")
    (checkout / "backend.py").write_text(BACKEND)
    (checkout / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    )
    (checkout / "requirements/build.txt").write_text("")
    (checkout / "requirements/program.txt").write_text(f"{cover}\n{toml}\n{tester}\n")
    (checkout / "requirements/dev.txt").write_text("")
    return checkout


def make_wheel(index: Path, name: str, version: str, needs: str) -> str:
    """Write a wheel with nothing in it; return its line of a lock."""
    path = index / f"{name}-{version}-py3-none-any.whl"
    path.parent.mkdir(exist_ok=True)
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}".strip()
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{info}/METADATA", f"{metadata}\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{name}=={version} --hash=sha256:{digest}"


def make_environment(
    checkout: Path, *, python: str = sys.executable, pip: Path | None = None
) -> str:
    """Run the script as make does, with the toys as the only index; return what it prints."""
    of_pip = ("PIP_", "PYTHONDONTWRITEBYTECODE")  # without byte code each pip takes a second more
    kept = {name: value for name, value in os.environ.items() if not name.startswith(of_pip)}
    toys = {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": (checkout.parent / "index").as_uri(),
        "PIP_CONFIG_FILE": os.devnull,
        **({"PYTHONPATH": str(pip)} if pip else {}),
    }
    done = subprocess.run(
        [python, SCRIPT, "--dev"],
        cwd=checkout, env=kept | toys, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def installed_in(checkout: Path) -> set[str]:
    return {
        path.stem for path in checkout.glob(".venv/lib/python*/site-packages/*toy*.dist-info")
    } | {path.stem for path in checkout.glob(".venv/lib/python*/site-packages/cover*.dist-info")}


@pytest.mark.parametrize("pip", OLD_PIP, ids=lambda pip: pip.stem)
def test_an_old_pip_installs_a_lock_while_newer_releases_are_out(
    checkout: Path, tmp_path: Path, pip: Path
) -> None:
    shutil.unpack_archive(pip, tmp_path / "pip", "zip")

    make_environment(checkout, pip=tmp_path / "pip")

    assert installed_in(checkout) == {"cover-1.0", "tomltoy-1.0"}


def test_an_environment_holds_until_its_lock_its_python_or_its_folder_changes_and_lacks_nothing(
    checkout: Path,
) -> None:
    make_environment(checkout)
    assert installed_in(checkout) == {"cover-1.0", "tomltoy-1.0"}
    assert list((checkout / "newsletter/__pycache__").glob("*.pyc"))
    mark = checkout / ".venv/mine"
    mark.touch()
    make_environment(checkout)
    assert mark.exists()

    use_newer(checkout, "tomltoy")
    make_environment(checkout)
    assert mark.exists()
    assert installed_in(checkout) == {"cover-1.0", "tomltoy-2.0"}

    lock = checkout / "requirements/program.txt"
    complete = lock.read_text()
    use_newer(checkout, "cover")
    with pytest.raises(AssertionError, match="cover 2\\.0 requires brandnew"):
        make_environment(checkout)
    lock.write_text(complete)

    made_for = json.loads((checkout / ".venv/made.json").read_text())["for"]
    assert made_for == [str(checkout), sys.base_prefix, VERSION]
    moved = checkout.rename(checkout.parent / "ailleurs")
    make_environment(moved)
    assert not (moved / ".venv/mine").exists()
    assert installed_in(moved) == {"cover-1.0", "tomltoy-2.0"}


def use_newer(checkout: Path, name: str) -> None:
    lock = checkout / "requirements/program.txt"
    newer = checkout.parent / f"index/{name}-2.0-py3-none-any.whl"
    digest = hashlib.sha256(newer.read_bytes()).hexdigest()
    line = f"{name}==2.0 --hash=sha256:{digest}"
    lock.write_text(re.sub(f"^{name}==.*", line, lock.read_text(), flags=re.MULTILINE))


def test_another_python_is_refused_by_name(tmp_path: Path) -> None:
    script = (ROOT / SCRIPT).read_text(encoding="utf-8")
    older = tmp_path / "environment.py"
    older.write_text(script.replace("((3, 11), (3, 14))", "((3, 97), (3, 98))"), encoding="utf-8")

    done = subprocess.run(
        [sys.executable, older], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr == (
        f"newsletter needs Python 3.97 to 3.98, and this is {VERSION}. "
        "Name another one: make PYTHON=python3.98 build\n"
    )
    assert not (tmp_path / ".venv").exists()
