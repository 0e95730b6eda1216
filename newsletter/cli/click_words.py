"""What click says to people, for our catalogue: click brings no French of its own.

Nothing imports this: `make messages` reads it. A test holds it to what click says.
"""

from newsletter.i18n import N_, counted

WORDS = (
    N_("Usage:"), N_("Options"), N_("Commands"), N_("Show this message and exit."),
    N_("Show the version and exit."), N_("%(prog)s, version %(version)s"), N_("default: {default}"),
    N_("Error: {message}"), N_("Try '{command} {option}' for help."),
    N_("No such command {name!r}."), N_("No such option {name!r}."), N_("Missing argument"),
    N_("Missing option"), N_("Missing command."), N_("Choose from:\n\t{choices}"),
    N_("Invalid value: {message}"), N_("Invalid value for {param_hint}: {message}"),
    N_("Option {name!r} does not take a value."), N_("{name} {filename!r} does not exist."),
    N_("{name} {filename!r} is a file."), N_("{name} {filename!r} is a directory."), N_("file"),
    N_("directory"), N_("path"), N_("required"), N_("{value} is not in the range {range}."),
    N_("{value!r} is not a valid {number_type}."),
)  # fmt: skip


def counted_words() -> None:
    """Hold the words that click counts where the extraction of messages finds them."""
    counted("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})", 1)
    counted("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)", 1)
    counted(
        "Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments.", 1
    )
    counted("{value!r} is not {choice}.", "{value!r} is not one of {choices}.", 1)
    counted(
        "{value!r} does not match the format {format}.",
        "{value!r} does not match the formats {formats}.",
        1,
    )
