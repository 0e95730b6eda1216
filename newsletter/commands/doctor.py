"""`newsletter doctor`: what mail programs will hold against the sender, before the first send."""

import secrets
from pathlib import Path

from newsletter.checks.online import DEFAULT_LIMITS, RequestLimits
from newsletter.checks.rules.leftover import examples_apart, settings_problems
from newsletter.commands.opening import look_for_members, open_workspace
from newsletter.doctor.dns import Dns
from newsletter.doctor.examination import Examination
from newsletter.i18n import _, counted
from newsletter.problems.errors import NewsletterError
from newsletter.problems.problem import Level
from newsletter.problems.terminal import Surroundings
from newsletter.values.suggestions import did_you_mean, meant_or_choice


def doctor(
    here: Surroundings,
    sender: str | None,
    members: Path | None,
    *,
    dns: Dns | None = None,
    limits: RequestLimits = DEFAULT_LIMITS,
) -> int:
    """Tell what is right and wrong with a sender, else with each of them; return 1 if any is."""
    settings = open_workspace(here.start, here.show)
    senders = settings.senders
    look_for_members(members)
    token = f"{secrets.token_hex(8)}.{secrets.token_urlsafe(32)}"  # as ours are, and signed by none
    dns, errors = dns or Dns(), 0
    examination = Examination(settings, here.environment, dns, limits, token, here.ask)
    if sender is not None and sender not in senders:
        message = _("there is no sender '{name}' in the settings").format(name=sender)
        hint = meant_or_choice(did_you_mean(sender, senders), list(senders))
        raise NewsletterError(message, hint=hint)
    chosen = {name: each for name, each in senders.items() if sender in {None, name}}
    for heading, diagnoses in examination.parts(chosen, members):
        here.tell(heading)  # at once: what follows may take a minute
        for each in diagnoses:
            errors += each.level is Level.ERROR
            for line in each.lines():
                here.tell(line)
    examples, left_over = examples_apart(list(settings_problems(settings)))
    here.show(examples)
    if left_over:
        here.tell(left_over)
    if errors:
        here.tell(counted("{count} thing to put right before sending to members",
                          "{count} things to put right before sending to members",
                          errors))  # fmt: skip
    elif not examples and not left_over:
        here.tell(_("nothing is wrong"))
    return int(errors > 0)
