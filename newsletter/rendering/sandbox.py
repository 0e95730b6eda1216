"""Jinja for templates of somebody else: they lay an issue out, and reach nothing else."""

import hashlib
import marshal
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from datetime import time as clock_time
from functools import wraps
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jinja2
from jinja2 import BytecodeCache, Environment, FileSystemLoader, Undefined, nodes
from jinja2.bccache import Bucket
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, TemplateReference
from jinja2.sandbox import SandboxedEnvironment, modifies_known_mutable
from jinja2.utils import Cycler, Joiner, Namespace

from newsletter.i18n import _
from newsletter.packaged import packaged_files
from newsletter.problems.errors import NewsletterError
from newsletter.workspace import leads_inside, user_folder, write_whole

MAX_STEPS = 1_000_000  # an issue of 200 items takes some 20,000; as many empty ones, a second
MAX_SECONDS = 30  # the pictures of a large issue, made ready for the first time, take ten
MAX_BITS = 10_000  # of a number
MAX_LENGTH = 1_000_000  # of a text or list that is repeated: ten times what a mail may weigh
MAX_TEXT = 20_000_000  # characters of a whole: a hundred times the heaviest mail
_MAX_BYTES = 2 * 1024**3  # on top of what the process has: a large picture takes 500 MB
# Values, and what Jinja itself gives to a template. Anything else that is not ours has no
# attributes: a class makes objects, a path reads and writes files, a partial holds the settings.
_OPEN = (
    *(str, int, float, tuple, list, dict, set, frozenset, MappingProxyType),
    *(date, clock_time, timedelta, BlockReference, Cycler, Joiner, LoopContext, Macro, Namespace),
    *(TemplateModule, TemplateReference, Undefined),
)
# What is compiled knows how filters are called: another version of this code, other templates.
_CALLERS = hashlib.sha256(
    Path(__file__).read_bytes() + Path(__file__).with_name("templates.py").read_bytes()
).hexdigest()
_SIZED = {"batch", "center", "indent", "round", "slice", "tojson", "truncate", "wordwrap"}


class _Allowance(threading.local):
    """What a rendering has left; each thread renders on its own."""

    steps = MAX_STEPS
    until = float("inf")

    def spend(self) -> None:
        self.steps -= 1
        if self.steps < 0 or time.monotonic() > self.until or _interrupted.is_set():
            raise SecurityError(_("it takes too long: does a loop or a macro never end?"))


_allowance = _Allowance()
_interrupted = threading.Event()


@contextmanager
def interrupted() -> Iterator[None]:
    """Have every rendering, in any thread, end at its next step: somebody pressed Ctrl-C."""
    _interrupted.set()
    try:
        yield
    finally:
        _interrupted.clear()


@contextmanager
def allowance() -> Iterator[None]:
    """Give what is rendered inside some steps, time and memory: it is to fail, not the machine."""
    _allowance.steps, _allowance.until = MAX_STEPS, time.monotonic() + MAX_SECONDS
    if sys.platform != "linux":
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    has = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    limits = [each for each in (soft, has + _MAX_BYTES) if each != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(limits), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


class Sandbox(SandboxedEnvironment):
    """An environment whose templates reach what is public, and come to an end."""

    intercepted_binops = frozenset({"*", "**"})

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.filters |= {name: _sized(self.filters[name]) for name in _SIZED}
        self.filters["_steps"] = _steps  # what the values of every loop go through
        del self.globals["lipsum"]  # as many words as one asks for

    def is_safe_attribute(self, obj: Any, attr: str, _value: object) -> bool:
        """Tell whether a template may see the attribute of the object."""
        # A list to append to is the template's own.
        if attr.startswith("_") or (attr != "append" and modifies_known_mutable(obj, attr)):
            return False
        return type(obj).__module__.startswith("newsletter.") or isinstance(obj, _OPEN)

    def call(self, context: Context, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call what a template calls."""
        _allowance.spend()
        result = context.call(called, *args, **kwargs)
        if isinstance(result, str) and len(result) > MAX_TEXT:
            raise _too_large()
        return result

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Return the product or the power, unless it is huge."""
        if _is_huge(operator, left, right) or _is_huge(operator, right, left):
            raise _too_large()
        return super().call_binop(context, operator, left, right)

    def compile(self, source: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the code of a template, if Python can hold it."""
        try:
            return super().compile(source, *args, **kwargs)
        except (RecursionError, MemoryError, SyntaxError) as error:
            name, file = (*args, None, None)[:2]
            raise TemplateSyntaxError(_("it is nested too deeply"), 1, name, file) from error

    def _filter_test_common(self, *args: Any, **kwargs: Any) -> Any:
        _allowance.spend()  # `map` and `select` call filters and tests for each of many
        return super()._filter_test_common(*args, **kwargs)

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        for loop in source.find_all(nodes.For):
            line = loop.iter.lineno
            loop.iter = nodes.Filter(loop.iter, "_steps", [], [], None, None, lineno=line)
        return super()._generate(source, *args, **kwargs)


def _is_huge(operator: str, left: object, right: object) -> bool:
    if not isinstance(right, int):
        return False
    if isinstance(left, int):
        bits = left.bit_length()
        return (bits * right if operator == "**" else bits + right.bit_length()) > MAX_BITS
    return isinstance(left, str | list | tuple) and len(left) * right > MAX_LENGTH


def _sized(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter that refuses a huge size; the value that it is applied to may be one."""

    @wraps(function)  # with what tells Jinja whether it takes a context first
    def filtered(*given: Any, **named: Any) -> Any:
        value_at = 1 if hasattr(function, "jinja_pass_arg") else 0
        for each in (*given[value_at + 1 :], *named.values()):
            if isinstance(each, int) and each > MAX_LENGTH:
                raise _too_large()
        return function(*given, **named)

    return filtered


def _too_large() -> SecurityError:
    return SecurityError(_("the result would be too large"))


def _steps(values: Iterable[object]) -> Iterator[object]:
    for value in values:
        _allowance.spend()
        yield value


class OwnFirst(FileSystemLoader):
    """Finds templates in the first folder that has them: a workspace's own win, file by file."""

    # One that was read from the packaged folder is out of date once the workspace has it, which a
    # preview that runs for hours would not notice otherwise.

    def __init__(self, workspace: Path) -> None:
        super().__init__([each / "templates" for each in (workspace, packaged_files())])
        self.workspace = workspace

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Return a template, its file, what tells if it is that still; or raise NewsletterError."""
        folder = self.workspace / "templates"
        if not (leads_inside(folder / template, folder) and leads_inside(folder, self.workspace)):
            message = _("'{name}' is outside the workspace").format(name=f"templates/{template}")
            hint = _("copy the file into {folder}").format(folder="templates/")
            raise NewsletterError(message, hint=hint)
        try:
            source, file, is_unchanged = super().get_source(environment, template)
        except UnicodeDecodeError as error:
            message = _("the template {name} is not saved as UTF-8").format(name=template)
            raise NewsletterError(message, _("save it again with the encoding UTF-8")) from error
        own = Path(os.path.normpath(folder / template))
        is_own = Path(file) == own
        return source, file, lambda: own.is_file() == is_own and is_unchanged()


class CompiledTemplates(BytecodeCache):
    """Keeps what was compiled from one command to the next: it is a quarter of a cold build."""

    # In the user's own cache and never in a workspace, for what is compiled is run once it is read.
    # Its name is a digest of all that it depends on.

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give `bucket` its code, if it is kept."""
        # Where it is not there, or cut off by a full disk, it is compiled.
        with suppress(OSError, EOFError, ValueError, TypeError):
            if file := self._file(bucket):
                bucket.code = marshal.loads(file.read_bytes())  # noqa: S302

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of `bucket`; a cache that cannot be written is no fault."""
        with suppress(OSError):
            if file := self._file(bucket):
                write_whole((file, marshal.dumps(bucket.code)))

    def _file(self, bucket: Bucket) -> Path | None:
        said = (bucket.key, bucket.checksum, _CALLERS, jinja2.__version__, MAGIC_NUMBER.hex())
        facts, folder = "|".join(said), user_folder("templates")
        return folder and folder / hashlib.sha256(facts.encode()).hexdigest()
