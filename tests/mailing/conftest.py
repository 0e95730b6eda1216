"""A server that can be told to misbehave, members to write to, and a send as typed."""

from tests.mail_server import (  # noqa: F401 - fixtures
    change_settings,
    make_send,
    make_write_members,
    people_factory,
    server_factory,
)
