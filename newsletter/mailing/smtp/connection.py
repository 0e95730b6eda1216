"""A connection to the server that takes the mail: smtplib's, with pipelining on top.

The standard library speaks TLS and proves who we are; each message then goes in one round trip
instead of four: its envelope leaves in one group with the end of the message before (RFC 2920, 3.1;
Postfix 3.7 and Exim 4.96 take it, tried 2026-11). The last byte of a message, the dot on a line of
its own, leaves only after the caller has noted that it will: so of every message it is known if it
may have arrived.
"""

import contextlib
import re
import select
import smtplib
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from newsletter.ledger.states import State
from newsletter.mailing.smtp.server import (
    DIFFICULTIES,
    Server,
    in_one_line,
    is_silence,
    opened,
    said,
    too_large,
)

_END_OF_MESSAGE = b".\r\n"
_GO_AHEAD = 354  # to DATA: it waits for the message
_NOBODY = re.compile(
    r"\b(user|recipient|mailbox|destinataire)( is)? (unknown|not found|invalide?|inconnu)"
    r"|\b(unknown|no such|invalid) (user|recipient|mailbox)|5\.4\.1 recipient address rejected",
    re.IGNORECASE,
)


class Answer(NamedTuple):
    """What the server said of a message."""

    code: int
    words: str  # in one line
    command: str = "END"  # what it answers: MAIL, RCPT, DATA, or END for the message itself
    closes: bool = False  # the server ended the connection with it

    @property
    def is_accepted(self) -> bool:
        """Whether the server has taken the message on."""
        return 200 <= self.code < 300

    @property
    def is_temporary(self) -> bool:
        """Whether the server asks to try again later."""
        return 400 <= self.code < 500

    @property
    def state(self) -> State:
        """How far a message has come by it."""
        if self.is_accepted:
            return State.ACCEPTED
        return State.DEFERRED if self.is_temporary else State.REFUSED

    @property
    def status(self) -> str:
        """Its enhanced status code (RFC 3463), "" where there is none."""
        found = re.match(r"[245]\.\d{1,3}\.\d{1,3}\b", self.words)
        return found[0] if found else ""

    @property
    def is_about_recipient(self) -> bool:
        """Whether the box is not there, or full (RFC 3463, X.1, X.2); X.1.7, X.1.8: the sender.

        Servers without these codes, or with others as La Poste and Microsoft, say it in words.
        """
        is_of_box = self.status[1:].startswith((".1.", ".2."))
        is_of_sender = self.status[1:] in {".1.7", ".1.8"}
        is_said = self.code >= 500 and _NOBODY.search(self.words)
        return self.command == "RCPT" and bool(is_said or (is_of_box and not is_of_sender))

    @property
    def is_about_us(self) -> bool:
        """Whether the server puts off the sender or the session, whatever the message.

        X.3, X.4 and X.5 are the server's own state, the way to it, and how we talk (RFC 3463):
        Exim, OpenSMTPD and Exchange count messages and connections with them (tried 2026-11).
        """
        is_of_session = self.command != "END" and self.status.startswith(("4.3.", "4.4.", "4.5."))
        return self.is_temporary and (self.closes or self.command == "MAIL" or is_of_session)


class MailObject(NamedTuple):
    """An envelope, its addresses in ASCII, and what is in it (RFC 5321, 2.3.1)."""

    sender: str
    address: str
    content: bytes  # with CRLF, and no line that begins with a dot
    token: str = ""  # what a bounce names it by (ENVID, RFC 3461, 4.4)


@dataclass(eq=False)
class ConnectionLost(Exception):  # noqa: N818 - an event, told apart by `may_have_arrived`
    """The connection ended in the middle of a message."""

    words: str
    may_have_arrived: bool
    # An envelope which came with the end of the message before may be why: there are servers that
    # lose it, and some that then see no end.
    blames_announcing: bool = False


class Connection:
    """An open connection to a server, kept for many messages."""

    def __init__(self, server: Server) -> None:
        """Connect, in private, and prove who we are; raise as `opened`."""
        self._smtp = smtp = opened(server)
        self._pipelines = self._announces = smtp.has_extn("pipelining")
        size = smtp.esmtp_features.get("size", "")
        self._max_bytes = int(size) if size.isdecimal() else 0
        self._must_reset = False
        self.given = 0  # messages that the server has taken on over this connection
        self._announced: MailObject | None = None  # its envelope is said, the answers are unread
        self._announcing_works = False  # and it went well

    def deliver(
        self, mail: MailObject, *, before_last_byte: Callable[[], MailObject | None]
    ) -> Answer:
        """Give the server a message; return its answer.

        `before_last_byte` is called once, while the server reads: what it does costs no time of
        its own. It returns the message that will be given next, where there is one already: its
        envelope then leaves with the last byte. Raises `ConnectionLost` where the connection ended,
        by a cut or by silence, `NewsletterError` where the server takes no message of this size.
        """
        if self._max_bytes and len(mail.content) > self._max_bytes:
            raise too_large(len(mail.content), self._max_bytes)
        was_announced = self._announced is not None
        try:
            if (refusal := self._envelope(mail)) is not None:
                return refusal
            self._smtp.send(mail.content)
            if (refusal := self._said_meanwhile()) is not None:
                self.abort()
                return refusal
        except DIFFICULTIES as error:
            is_why = was_announced and (is_silence(error) or not self._announcing_works)
            raise ConnectionLost(
                said(error), may_have_arrived=False, blames_announcing=is_why
            ) from error
        self._end(before_last_byte())
        try:
            answer = self._answer("END")
        except DIFFICULTIES as error:
            raise ConnectionLost(
                said(error), may_have_arrived=True, blames_announcing=self._announced is not None
            ) from error
        self._must_reset = not answer.is_accepted
        self.given += answer.is_accepted
        return answer

    def _envelope(self, mail: MailObject) -> Answer | None:
        """Say from whom and to whom; return the server's refusal, None where it waits for more."""
        if self._announced is not None:
            return self._announced_envelope(mail)
        commands = self._commands(mail)
        if self._must_reset:
            commands.insert(0, "RSET")
        self._must_reset = True
        if self._pipelines:
            self._smtp.send(_as_bytes(commands))
        return self._refusal(self._answers(commands, are_said=self._pipelines))

    def _announced_envelope(self, mail: MailObject) -> Answer | None:
        """Read the answers to an envelope that is said; where the server trips, say it again.

        It may refuse what it would take by itself: the address alone can have no part in that.
        """
        if self._announced is not mail:
            raise ValueError("another message was announced")
        self._announced, self._must_reset = None, True
        refusal = self._refusal(self._answers(("MAIL", "RCPT", "DATA")))
        if refusal is not None and refusal.closes and not self._announcing_works:
            raise ConnectionLost(refusal.words, may_have_arrived=False, blames_announcing=True)
        if refusal is None or refusal.command == "RCPT" or refusal.closes:
            self._announcing_works = True
            return refusal
        self._announces = False
        return self._envelope(mail)

    def _said_meanwhile(self) -> Answer | None:
        """Return what the server says before the end of a message: it does not want the rest.

        Taken for the answer to the end, it would shift all that follow.
        """
        if not select.select([cast(socket.socket, self._smtp.sock)], [], [], 0)[0]:
            return None
        answer = self._answer("DATA")
        if answer.code < 400:
            raise smtplib.SMTPServerDisconnected(answer.words)
        return answer._replace(closes=True)

    def _commands(self, mail: MailObject) -> list[str]:
        size = f" SIZE={len(mail.content)}" if self._smtp.has_extn("size") else ""
        # Of what cannot be delivered the head comes back: it is enough (RFC 3461, 4.3).
        dsn = f" RET=HDRS ENVID={mail.token}" if mail.token and self._smtp.has_extn("dsn") else ""
        return [f"MAIL FROM:<{mail.sender}>{size}{dsn}", f"RCPT TO:<{mail.address}>", "DATA"]

    def _answers(self, commands: Sequence[str], *, are_said: bool = True) -> list[Answer]:
        """Return what the server says to each command; up to where it ends the connection.

        Commands that are not said already are, up to the first that is refused.
        """
        answers: list[Answer] = []
        for command in commands:
            if not are_said:
                self._smtp.send(_as_bytes([command]))
            try:
                answers.append(self._answer(command[:4]))
            except DIFFICULTIES:
                if not answers or answers[-1].code < 400:
                    raise
                answers[-1] = answers[-1]._replace(closes=True)
            if answers[-1].closes or (answers[-1].code >= 400 and not are_said):
                break
        return answers

    def _refusal(self, answers: list[Answer]) -> Answer | None:
        """Return the first refusal, None where the server waits for the message."""
        refusal = next((each for each in answers if each.code >= 400), None)
        if answers[-1].code != _GO_AHEAD:
            if refusal is None:  # these are the answers to something else
                raise smtplib.SMTPServerDisconnected(answers[-1].words)
        elif refusal is None:
            return None
        elif answers[-2].is_accepted:  # it waits for the message, though it refused a part of it
            self._smtp.close()
        else:  # nobody is to get it: the dot alone ends it (RFC 2920, 3.1)
            self._smtp.send(_END_OF_MESSAGE)
            self._answer("END")
        return refusal._replace(closes=answers[-1].closes)

    def _end(self, following: MailObject | None) -> None:
        """Send the last byte, and in the same group the envelope of the message that follows."""
        self._announced = following if self._announces else None
        group = _END_OF_MESSAGE
        if self._announced is not None:
            group += _as_bytes(self._commands(self._announced))
        # Not smtplib's `send`: it does not say how much has left, and closes where that is not all.
        connection = cast(socket.socket, self._smtp.sock)
        try:
            sent = connection.send(group)
        except DIFFICULTIES as error:
            self._smtp.close()
            # What the system refused to take has not left; what it was slow with may have.
            raise ConnectionLost(said(error), may_have_arrived=is_silence(error)) from error
        if sent < len(group):
            with contextlib.suppress(*DIFFICULTIES):  # the answer, or its lack, says more
                connection.sendall(group[sent:])

    def _answer(self, command: str) -> Answer:
        code, words = self._smtp.getreply()
        answer = Answer(code, in_one_line(words), command, closes=code == 421)
        if not 200 <= code < 600:
            raise smtplib.SMTPServerDisconnected(answer.words)
        return answer

    def close(self) -> None:
        """Take leave of the server; what it says to that does not matter."""
        if self._announced is None:
            with contextlib.suppress(*DIFFICULTIES):
                self._smtp.send(b"QUIT\r\n")
        self._smtp.close()

    def abort(self) -> None:
        """End the connection at once: a message of which the end has not left is dropped."""
        self._smtp.close()


def _as_bytes(commands: Sequence[str]) -> bytes:
    return "".join(f"{command}\r\n" for command in commands).encode("ascii")
