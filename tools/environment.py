"""Make `.venv` as the locks in `requirements/` say, or leave it when it already is.

Run by make, before anything is installed: the standard library alone, and words that an old Python
still reads, so that it can say which Python is needed.

A lock names every package, also those that only an extra brings, and is installed with `--no-deps`:
pip before 24 refuses `coverage[toml]` in hash mode, and any pip would take a newer release of what
a lock forgot. `pip check` then says whether something is missing.
"""

import compileall
import hashlib
import json
import subprocess
import sys
import venv
from pathlib import Path

PYTHONS = ((3, 11), (3, 14))  # the first and the last that the locks were resolved for
ENVIRONMENT = Path(".venv")
MADE = ENVIRONMENT / "made.json"  # what each step was made from, written once all hold together

# Build backends first: what has no wheel is built with these, not with whatever is newest.
LOCKED = ["install", "--quiet", "--no-deps", "--require-hashes", "--no-build-isolation"]
STEPS = {
    "build": [*LOCKED, "-r", "requirements/build.txt"],
    "program": [*LOCKED, "--use-pep517", "-r", "requirements/program.txt"],
    "newsletter": ["install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", "."],
    "dev": [*LOCKED, "-r", "requirements/dev.txt"],
}


def main(arguments):
    """Bring the environment up to date; with `--dev`, with what the tests need."""
    first, last = PYTHONS
    if not first <= sys.version_info[:2] <= last:
        sys.exit(
            "newsletter needs Python %d.%d to %d.%d, and this is %d.%d. "
            "Name another one: make PYTHON=python%d.%d build"
            % (*first, *last, *sys.version_info[:2], *last)
        )
    made = made_before()
    if made.get("for") != made_for():
        make_anew()
        made = {"for": made_for()}
    wanted = {step: source_of(step) for step in [*STEPS][: 4 if "--dev" in arguments else 3]}
    changed = [step for step in wanted if made.get(step) != wanted[step]]
    for step in changed:
        pip(*STEPS[step])
    if changed:
        pip("check", quiet=True)
        MADE.write_text(json.dumps({**made, **wanted}), encoding="utf-8")
    # Where Python may not write beside our modules, each command would compile them: 105 ms.
    compileall.compile_dir("newsletter", quiet=1)


def made_for():
    """Return what an environment cannot outlive: its folder (scripts name it) and its Python."""
    return [str(Path.cwd()), sys.base_prefix, "%d.%d" % sys.version_info[:2]]


def made_before():
    """Return what the environment was made from; nothing where it cannot be used."""
    try:
        made = json.loads(MADE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return made if (ENVIRONMENT / "bin/python").exists() else {}


def make_anew():
    """Make an empty environment."""
    try:
        venv.create(ENVIRONMENT, clear=True, symlinks=True, with_pip=True)
    except subprocess.CalledProcessError:
        sys.exit("Python's venv module is not complete here. On Debian: apt install python3-venv")


def source_of(step):
    """Return a digest of what `step` installs from; of ourselves, what is made by installing."""
    names = [Path(f"requirements/{step}.txt")]
    if step == "newsletter":
        names = [Path("pyproject.toml"), *sorted(Path("newsletter").rglob("*.po"))]
    return hashlib.sha256(b"".join(name.read_bytes() for name in names)).hexdigest()


def pip(*arguments, quiet=False):
    """Run the environment's pip; end where it fails, with its own words."""
    done = subprocess.run(
        [ENVIRONMENT / "bin/python", "-m", "pip", "--disable-pip-version-check", *arguments],
        stdout=subprocess.PIPE if quiet else None,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stdout or done.returncode)


if __name__ == "__main__":
    main(sys.argv[1:])
