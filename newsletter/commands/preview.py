"""`newsletter preview`: the issues in the browser, as readers will see them, while you write."""

import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

from newsletter.commands.opening import issue_files, look_for_members, open_workspace
from newsletter.i18n import _
from newsletter.packaged import how_to_add
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Problem


class PreviewUnavailable(NewsletterError):  # noqa: N818 - a sentence, not a fault
    """What the live page needs is not installed."""


def preview(
    file: Path | None,
    *,
    port: int,
    shown_as: Sequence[str] = (),
    members: Path | None = None,
    opening: bool = False,
    start: Path,
    tell: Callable[[str], None],
    show: Callable[[Sequence[Problem]], None],
) -> int:
    """Serve the pages of the workspace's issues on this machine until interrupted.

    `shown_as` are choices such as "delegation=Bretagne", `members` the file whose rows can be
    chosen. `opening` opens the page in the browser.
    """
    settings, problems = open_workspace(start)
    show(problems)
    if file is not None:
        issue_files([file], settings)
    look_for_members(members)
    try:
        from newsletter.preview.live.open_issues import OpenIssues, choices_of
        from newsletter.preview.live.server import listening_socket, server
        from newsletter.preview.live.view_query import View
    except ImportError as error:
        message = _("the preview is not installed: {module} is missing").format(module=error.name)
        command = how_to_add("starlette", "uvicorn", "watchfiles")
        hint = _("run: {command}").format(command=command)
        raise PreviewUnavailable(message, hint=hint) from error
    reader = choices_of(shown_as, settings)
    open_issues = OpenIssues(settings, file=file, members=members)
    with listening_socket(port) as listener:
        chosen = listener.getsockname()[1]
        if port not in {0, chosen}:
            tell(_("port {port} is taken: using another one").format(port=port))
        address = _page_address(chosen, file, View(reader=reader).query)
        tell(_("The preview is at {address} (press Ctrl-C to stop it).").format(address=address))
        if opening:
            webbrowser.open(address)
        server(open_issues, reader, listener).run(sockets=[listener])
    return 0


def _page_address(port: int, file: Path | None, query: str) -> str:
    """Return the address of the issue that was named, else of the list of all."""
    if file is None:
        return f"http://127.0.0.1:{port}/"
    page = f"http://127.0.0.1:{port}/issues/{quote(file.stem)}"
    return f"{page}?{query}" if query else page
