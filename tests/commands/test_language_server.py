"""The YAML extension's own server in a workspace of `newsletter init`: what an editor then says.

The server is `yaml-language-server`, which Deno fetches from npm: each file of it as the lock says.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from typing import Any, get_args

import pytest

from newsletter.content import items
from newsletter.i18n import translator
from newsletter.values.model import fields_of
from tests.conftest import HEAD, ROOT, new_workspace

pytestmark = pytest.mark.soak
WAIT_SECONDS = 120
KINDS = {get_args(fields_of(model)["kind"].type)[0]: model for model in get_args(items.Item)}
ISSUE = f"""{HEAD}items:
  - kind: article
    titre: Un titre
    body: Un texte.
    
  - kind: 
"""  # noqa: W291, W293 (somebody is typing there)
AT_FAULT, NEXT_FIELD, NEXT_KIND = (HEAD.count("\n") + line for line in (2, 4, 5))


class LanguageServer:
    """A server that speaks JSON-RPC in messages with a header (microsoft.github.io, "LSP")."""

    def __init__(self, workspace: Path) -> None:
        """Start it in a workspace, with the settings that `init` wrote there."""
        deno = Path(sys.executable).with_name("deno")
        lock = ROOT / "tests/data/yaml-language-server.lock"
        may = ["--allow-read", "--allow-env", "--allow-sys", "--no-prompt", "--no-config"]
        server = "npm:yaml-language-server@2.0.0/bin/yaml-language-server"
        self.process = subprocess.Popen(
            [deno, "run", *may, "--frozen", f"--lock={lock}", server, "--stdio"],
            env={**os.environ, "DENO_DIR": str(ROOT / ".cache/deno"), "DENO_NO_UPDATE_CHECK": "1"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        Timer(WAIT_SECONDS, self.process.kill).start()
        settings = json.loads((workspace / ".vscode/settings.json").read_text("utf-8"))
        self.settings = {"schemas": settings["yaml.schemas"], "schemaStore": {"enable": False}}
        self.settings |= {"validate": True, "hover": True, "completion": True}
        folder = {"uri": workspace.as_uri(), "name": "workspace"}
        can = {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}}
        types = {"completion": {"completionItem": {"snippetSupport": True}}}
        capabilities = {"workspace": can, "textDocument": types}
        about = {"workspaceFolders": [folder], "capabilities": capabilities}
        self.ask("initialize", processId=None, rootUri=workspace.as_uri(), **about)
        self.tell("initialized")
        self.issue = {"uri": (workspace / "issues/essai.yaml").as_uri()}
        document = {**self.issue, "languageId": "yaml", "version": 1, "text": ISSUE}
        self.tell("textDocument/didOpen", textDocument=document)
        # It says nothing of the issue until it has read settings and schema.
        self.underlined = self.until(lambda each: each.get("params", {}).get("diagnostics"))

    def ask(self, method: str, **parameters: Any) -> Any:
        """Return the answer to a request."""
        self.send(id=1, method=method, params=parameters)
        return self.until(lambda said: "result" in said)["result"]

    def tell(self, method: str, **parameters: Any) -> None:
        """Tell it something that has no answer."""
        self.send(method=method, params=parameters)

    def send(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def until(self, is_awaited: Any) -> Any:
        """Return the next message of a sort; what it asks of the editor is answered."""
        while True:
            length = int(self.process.stdout.readline().split(b":")[1])
            self.process.stdout.readline()
            said = json.loads(self.process.stdout.read(length))
            if "id" in said and "method" in said:
                wanted = said["params"].get("items", ()) if said["params"] else ()
                told = [self.settings if x.get("section") == "yaml" else None for x in wanted]
                self.send(id=said["id"], result=told)
            elif is_awaited(said):
                return said

    def at(self, line: int, column: int, what: str) -> Any:
        """Return what it says of a place in the issue."""
        place = {"line": line, "character": column}
        return self.ask(f"textDocument/{what}", textDocument=self.issue, position=place)


@pytest.fixture(name="language", scope="module", params=["fr", "en"])
def language_of_the_workspace(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(name="server", scope="module")
def server_with_an_issue(language: str) -> Iterator[LanguageServer]:
    # Not in /dev, of which Deno may read nothing; nor in .cache: no pattern sees a hidden folder.
    (ROOT / "build").mkdir(exist_ok=True)
    with TemporaryDirectory(dir=ROOT / "build") as folder:
        server = LanguageServer(new_workspace(Path(folder) / "workspace", language))
        yield server
        server.process.kill()
        server.process.wait()


def test_each_kind_is_offered_with_what_it_is(server: LanguageServer, language: str) -> None:
    offered = server.at(NEXT_KIND, len("  - kind: "), "completion")["items"]

    say = translator(language)
    expected = {kind: say(fields_of(KINDS[kind])["kind"].description) for kind in KINDS}
    assert {each["label"]: each["documentation"] for each in offered} == expected


def test_a_field_is_offered_with_what_it_is_for_and_typed_empty(
    server: LanguageServer, language: str
) -> None:
    offered = server.at(NEXT_FIELD, 4, "completion")["items"]

    found = {each["label"]: (each["documentation"], each["insertText"]) for each in offered}
    label = translator(language)("Small text above the title")
    assert found["label"] == (label, "label: ")
    assert found["button"][1] == "button:\n  label: $1\n  url: $2"
    assert [text for _words, text in found.values() if "null" in text] == []


def test_a_field_says_what_it_is_for_under_the_pointer(
    server: LanguageServer, language: str
) -> None:
    said = server.at(AT_FAULT + 1, 5, "hover")["contents"]["value"]

    assert translator(language)("The text (Markdown)") in said


def test_what_is_not_known_is_underlined_where_it_stands(server: LanguageServer) -> None:
    found = server.underlined["params"]["diagnostics"]

    places = {(x["range"]["start"]["line"], x["message"]) for x in found}
    assert (AT_FAULT, "Property titre is not allowed.") in places
