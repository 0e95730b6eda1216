"""What servers say, in their own words: one sentence a line, under what it means."""

import time

import pytest

from newsletter.ledger.states import Verdict
from newsletter.returns.bounces import code_in, verdict_of

SAID = {
    Verdict.GONE: """
        550 Invalid recipients
        550 a@b no longer works here
        L'utilisateur a@b ne figure pas dans l'annuaire
        Benutzer a (a@b) nicht im Domino-Verzeichnis aufgeführt
        5.1.1 user unknown. Command output: a: user unknown
        收件人邮件地址(a@b)不存在
        550 #5.1.1 bad address
        550 address invalid
        550 a@b.fr: address does not exist
        550 address not present in directory
        550 address unknown
        550 can't accept user
        550 5.1.1 destination addresses were unknown
        550 email address could not be found
        550 invalid address
        550 invalid mailbox
        550 a@b.fr is not a known user
        550 not a valid mailbox
        550 mailbox does not exist
        550 mailbox invalid
        550 mailbox not present
        550 mailbox unavailable
        550 no account by that name here
        550 no existe dicha persona
        550 no mail box available for this user
        550 no mailbox by that name is currently available
        550 no mailbox found
        550 no such address here
        550 no such mailbox
        550 no such person at this address
        550 no such recipient
        550 no such user here
        550 no valid recipients, bye
        550 not a valid recipient
        550 not a valid user here
        550 recipient is not in my validrcptto list
        550 recipient is not local
        550 recipient does not exist
        550 recipient not found
        550 recipient unknown
        550 Requested action not taken: mailbox unavailable
        550 sorry, no mailbox here by that name (#5.1.1)
        550 5.1.1 sorry, user unknown
        550 the email account that you tried to reach does not exist
        550 the user's email name is not found
        550 there is no one at this address
        550 this address no longer accepts mail
        550 this email address is wrong or no longer valid
        554 delivery error: dd This user doesn't have a yahoo.com account (a@yahoo.com) [0]
        550 undeliverable address
        550 unknown local part a in <a@b>
        550 unknown mailbox
        550 unrouteable user
        550 Unknown recipient
        550 user not found
        550 User has left the company
        550 utente sconosciuto
        550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR204_416
        550 5.5.0 Adresse destinataire invalide. LPN007_416
        550 5.1.1 <a@free.fr>: Recipient address rejected: User unknown in virtual mailbox table
        550 5.1.1 The email account that you tried to reach does not exist
        550 5.4.1 Recipient address rejected: Access denied. AS(201806281)
        550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient a@b not found by SMTP address lookup
        552 1 Requested mail action aborted, mailbox not found
        550 5.1.1 <a@sfr.fr> User unknown
        550 5.1.1 L'adresse n'existe pas
        550 L'utilisateur est inconnu
        550 Empfänger unbekannt
        550 5.1.1 mailbox for a does not exist
        511 5.1.1 unknown address or alias
        550 <a@b>: Recipient address rejected: Undeliverable address: host x said: 550 user unknown
        550 5.1.1 Account not available
        550 invalid user
        550 Invalid recipient <a@b> (#5.1.1)
        554 Unknown user a
        550 cuda_nsu No such user
        550 Mailbox not found
        550 5.7.1 No such recipient here
        550 unable to find user
        550 <a@b> does not exist here
        550 User not known
        550 5.1.1 unknown or illegal alias: a@b
        550 That person is not here
    """,
    Verdict.FULL: """
        552 La messagerie du destinataire a atteint sa limite de taille
        收件人邮箱空间已满
        account is over quota
        552 5.1.1 Boite du destinataire pleine. Recipient overquota. OFR204_417
        disc quota exceeded
        552 exceeded storage allocation
        full mailbox
        has insufficient disk space
        mail file size exceeds the maximum size allowed for mail delivery
        mailbox exceeded the local limit
        mailbox full
        552 5.2.2 mailbox has exceeded its disk space limit
        552 mailbox size limit exceeded
        maildir over quota
        maximum space allowed
        recipient rejected: mailbox would exceed maximum allowed storage
        the user's space has been used up
        the user you are trying to reach is over quota
        too much mail data
        user has too many messages on the server
        user is over quota
        would exceed mailbox quota
        552-5.2.2 The email account that you tried to reach is over quota
        552 5.2.2 The recipient's inbox is out of storage space
        550 5.2.2 STOREDRV.Deliver; mailbox full
        452 4.2.2 The email account that you tried to reach is over quota
        La boîte aux lettres du destinataire est saturée
        La boite est pleine
        550 Mailbox quota exceeded
    """,
    Verdict.SUSPENDED: """
        550 a@b is currently suspended
        550 User a@b temporary locked
        550 5.5.0 Boite du destinataire archivee. LPN007_420
        550 5.2.1 The email account that you tried to reach is disabled
        550 account has been suspended
        550 inactive account
        550 Invalid/inactive user
        550 is a deactivated mailbox
        550 user is inactive
        550 mailbox currently suspended
        550 mailbox disabled
        550 5.2.1 mailbox is frozen
        550 recipient rejected: temporarily inactive
        554 delivery error: dd This account has been disabled or discontinued [#102]
        550 user suspended
        550 account is locked
        550 Le compte du destinataire est bloque LPN007_426
        550 Mailbox is inactive
        550 5.2.1 The email account that you tried to reach is inactive.
    """,
    Verdict.OURS: """
        550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP
        550 Rejected by header based Anti-Spoofing policy
        554 DT:SPM 163 mx11 http://mail.example.com/help/help_spam_16.htm
        553 Relaying disallowed. Invalid Domain - b
        存在しないか、権限がない https://groups.google.com/support/
        550 5.7.1 Service unavailable; client [1.2.3.4] blocked using zen.spamhaus.org
        550 spam detected
        550 5.7.1 [1.2.3.4] our system has detected that this message is likely unsolicited mail
        550 5.7.26 This mail has been blocked because the sender is unauthenticated
        550 5.7.1 Message rejected due to content restrictions
        554 5.7.1 Relay access denied
        550 5.1.8 Sender address rejected: Domain not found
        550 5.1.7 sender rejected: user unknown
        550 Sender verify failed
        553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)
        552 5.3.4 Message size exceeds fixed limit
        550 Recipient address rejected: SPF not Pass
        550 5.7.1 Recipient address rejected: Greylisted
        550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy
        550 5.7.606 Access denied, banned sending IP [1.2.3.4]
        554 5.7.1 <x[1.2.3.4]>: Client host rejected: cannot find your reverse hostname
        550 Adresse IP source bloquee pour incident de spam OFR006_102
        421 mwinf5c04 ME Trop de connexions OFR004_104
        550 5.7.1 Emetteur invalide. LPN007_405
        501 5.1.7 Invalid address MAIL FROM
        550 5.7.23 The message was rejected because of Sender Policy Framework violation
        550 rejected because your IP is blacklisted: unknown user
        550 virus found
        550 Verification failed for <a@b> Sender verify failed
        554 Your access has been rejected due to the sending MTA's poor reputation
        550 High probability of spam
        550 Message was classified as spam
        550 RBL Restriction
        550 5.7.350 Remote server returned message detected as spam -> 554 5.7.1
    """,
    Verdict.NO_HOST: """
        550 5.1.2 Host unknown
        5.4.4 Host or domain name not found. Name service error for name=x.fr type=A: not found
        all relevant MX records point to non-existent hosts
        Unrouteable address
        5.1.10 Domain has a null MX
        550 5.1.2 Domain not found
        5.4.4 unable to look up host x
        Domain x.fr does not accept mail (nullMX)
        no mx record found for domain
        550 5.4.310 DNS domain x.fr does not exist [Message=InfoDomainNonexistent]
        DNS Error: DNS type 'mx' lookup of x responded with code NXDOMAIN
        Sorry, I couldn't find any host named x.fr. (#5.1.2)
    """,
    Verdict.UNREACHABLE: """
        4.4.1 connect to x[1.2.3.4]:25: Connection timed out
        retry timeout exceeded
        554 5.4.7 Delivery expired (message too old)
        550 4.4.7 QUEUE.Expired; message expired
        450 4.2.0 <a@b>: Recipient address rejected: Greylisted
        450 4.1.1 user unknown
        5.4.6 mail loops back to myself
        454 4.3.0 temporary failure
        5.3.0 local error: procmail: cannot create: No such user
    """,
}


@pytest.mark.parametrize(
    ("verdict", "words"),
    [(verdict, line.strip()) for verdict, lines in SAID.items()
     for line in lines.strip().splitlines()],
)  # fmt: skip
def test_what_servers_say_is_taken_for_what_they_mean(verdict: Verdict, words: str) -> None:
    assert verdict_of(words, code=code_in(words)) is verdict


@pytest.mark.parametrize("code", ["4.1.1", "4.0.0", "450"])
def test_nobody_is_gone_for_a_refusal_that_calls_itself_temporary(code: str) -> None:
    assert verdict_of("user unknown", code=code) is Verdict.UNREACHABLE


@pytest.mark.parametrize("code", ["5.7.1", "5.7.26", "5.6.0", "5.3.4"])
def test_nobody_is_gone_for_a_code_of_policy_alone(code: str) -> None:
    assert verdict_of("rejected", code=code) is Verdict.OURS


@pytest.mark.parametrize(
    ("action", "verdict"),
    [("delayed", Verdict.LATE), ("relayed", Verdict.DELIVERED), ("Failed (final)", Verdict.GONE)],
)
def test_what_a_server_did_comes_before_what_it_says(action: str, verdict: Verdict) -> None:
    assert verdict_of("550 5.1.1 user unknown", code="5.1.1", action=action) is verdict


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        ("5.1.0 - Unknown address error 550-'5.2.2 Mailbox Full'", "5.0.0", "5.2.2"),
        ("550 user unknown", "5.1.1 (permanent)", "5.1.1"),
        ("550 user unknown", "5.0.0", "5.0.0"),
        ("552 mailbox full", "", "552"),
        ("host mx[10.5.1.1] said: 550 5.7.1 no", "", "5.7.1"),
        ("connect to 192.5.1.1: timed out", "", ""),
    ],
)
def test_the_code_is_the_last_that_the_words_give(words: str, status: str, code: str) -> None:
    assert code_in(words, status) == code


@pytest.mark.parametrize(
    "letter", ["a", " ", "<", "user ", "mailbox is ", "x@", "-", "is not ", "1.2."]
)
def test_no_words_take_long_to_judge(letter: str) -> None:
    began = time.process_time()

    verdict_of((letter * 4000)[:4000])

    assert time.process_time() - began < 0.5
