"""A name that leads into the network is not asked, though another of its addresses is public."""

import socket

import pytest

from newsletter.checks.online import try_address


@pytest.mark.parametrize("order", [("93.184.216.34", "192.168.1.1"), ("10.0.0.1", "93.184.216.34")])
def test_a_name_with_one_public_and_one_private_address_is_not_asked(
    order: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in order]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_words, **_more: found)

    assert try_address("http://deux-visages.fr/x").reason == "it is not on the public network"
