"""What stops the program: one error, shown once, without traceback."""


class NewsletterError(Exception):
    """A sentence for the user and the next thing to type.

    Raised once, close to the cause; caught once, in `newsletter.cli`, which ends with
    `exit_status`. What a writer can mend in a file is not an error but a
    `newsletter.problems.problem.Problem`.
    """

    exit_status = 2  # could not run

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)  # both, so that it comes whole out of another process
        self.message = message
        self.hint = hint
