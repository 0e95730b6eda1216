"""`newsletter site`: the pages of what was sent, the archive, the press room, the feeds."""

from pathlib import Path

from newsletter.commands.opening import issue_files, open_workspace, usual_output
from newsletter.i18n import _
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import shown_path
from newsletter.problems.terminal import Ask, Surroundings
from newsletter.sending.hours import moment_typed
from newsletter.settings.settings import Settings
from newsletter.site.remembered import LastRun


def site(
    here: Surroundings,
    *,
    output: Path | None = None,
    publishing: bool = False,
    moment: str | None = None,
    to_be_sent: Path | None = None,
) -> int:
    """Write the site as it is now, or at a `moment` typed; tell which pages came, changed, went.

    An issue that cannot be read keeps its page as it was; the exit status says so.
    """
    settings = open_workspace(here.start, here.show)
    command = publish_command(settings, here.ask) if publishing else ()
    early = issue_files([to_be_sent], settings)[0].stem if to_be_sent else ""
    folder = output or usual_output(settings, "site")
    now = moment_typed(moment, settings, here.now.date()) if moment else here.now
    last = LastRun(settings, folder)
    # What a shared ledger says now is not known without asking it.
    if not command and not early and settings.ledger is None and last.holds_at(now):
        here.tell(_("{folder} is up to date").format(folder=shown_path(folder)))
        return 0
    from newsletter.site.writing import publish, renew_site

    names, is_whole, until = renew_site(
        settings, folder, now, early=early, tell=here.tell, show=here.show
    )
    if until:
        last.keep(now, until)
    if command:
        publish(command, folder, names)
    return int(not is_whole)


def publish_command(settings: Settings, ask: Ask | None) -> tuple[str, ...]:
    """Return the program that puts the site online, once it is allowed."""
    from newsletter.sending.means import allow_program

    command = settings.site.publish if settings.site else ()
    if not command:
        hint = _("write in newsletter.yaml, under site: {example}")
        example = 'publish: [rsync, -rt, "--files-from={files}", "{folder}/", "host:folder/"]'
        message = _("the settings do not say how the site is put online")
        raise NewsletterError(message, hint.format(example=example))
    allow_program(settings.workspace, command, ask=ask, setting="publish")
    return command
