"""Who a mail is shown to, and the folder that it is written to."""

from newsletter.content.visible import folder_name

AUDIENCES = {"delegation": ("Bretagne", "Île-de-France", "Ile de France"), "profile": ("ESN",)}


def test_the_folder_has_the_name_of_whom_the_mail_is_shown_to() -> None:
    named = {"profile": ("ESN",), "delegation": ("Bretagne",)}

    assert folder_name(named, AUDIENCES) == "as-delegation-bretagne-profile-esn"


def test_two_audiences_of_like_names_have_folders_of_their_own() -> None:
    folders = [folder_name({"delegation": (each,)}, AUDIENCES) for each in AUDIENCES["delegation"]]

    assert folders[1:] == ["as-delegation-ile-de-france", "as-delegation-ile-de-france.2"]


def test_a_name_that_looks_numbered_has_a_folder_of_its_own() -> None:
    audiences = {"profile": ("ESN", "ESN 2", "ESN+")}

    folders = [folder_name({"profile": (each,)}, audiences) for each in audiences["profile"]]

    assert folders == ["as-profile-esn", "as-profile-esn-2", "as-profile-esn.2"]
