"""A DNS and a mail server of the tests' own."""

from tests.dns_server import dns_server  # noqa: F401 - fixtures
from tests.mail_server import (  # noqa: F401 - fixtures
    change_settings,
    make_write_members,
    people_factory,
    server_factory,
)
