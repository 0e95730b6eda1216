"""The peers of the cold build: brought into `.cache/benchmarks/`, and given the sample's words.

Each has a folder and an environment of its own. What cannot be brought on this machine is None,
and the page says so.
"""

import json
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from measures import ROOT
from newsletter.content.issue import Newsletter
from newsletter.values.model import Model

BROUGHT = ROOT / ".cache/benchmarks"
TEMPLATES = Path(__file__).parent / "peers"
# Node 22 comes as a package: Maizzle does not start on Debian's (`Set.prototype.difference`).
PACKAGES = {
    "mjml": ("npm", "mjml@5.4.1"),
    "react-email": (
        "npm", "@react-email/components@1.0.12", "@react-email/render@2.3.1",
        "react@19.3.1", "react-dom@19.3.1", "esbuild@0.28.2",
    ),
    "maizzle": ("npm", "@maizzle/framework@6.1.7", "node@22.23.3"),
    "inkletter": ("pip", "inkletter==3.4.0"),
    "mailmerge": ("pip", "mailmerge==2.3.0"),
}  # fmt: skip


def bring(peer: str) -> Path | None:
    """Return the folder of a peer, installed the first time; None where that is impossible."""
    tool, *packages = PACKAGES[peer]
    folder = BROUGHT / peer
    note = folder / "brought.json"
    if note.exists() and json.loads(note.read_text("utf-8")) == packages:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        if tool == "npm":
            _run("npm", "install", "--silent", "--prefix", str(folder), *packages)
        else:
            venv.create(folder, with_pip=True)
            _run(str(folder / "bin/pip"), "install", "--quiet", *packages)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"{peer} cannot be brought: {error}", file=sys.stderr)
        return None
    note.write_text(json.dumps(packages), "utf-8")
    return folder


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def left_out(peer: str) -> str:
    """Return the line that the page has instead of a peer that could not be brought."""
    return (
        f"{name_of(PACKAGES[peer][1])} is left out: it could not be installed here, or did not run."
    )


def name_of(package: str) -> str:
    """Return a package and its version in words: mjml 5.4.1."""
    name, _sign, number = package.replace("==", "@").rpartition("@")
    return f"{name} {number}"


def put_words(issue: Newsletter, peer: str, folder: Path) -> None:
    """Put the words of `issue` and the peer's template where its command reads them."""
    words = {
        "language": "fr",
        "title": issue.title,
        "preheader": issue.preheader,
        "blocks": list(blocks_of(issue)),
    }
    if peer == "inkletter":
        text = "\n\n".join([f"# {issue.title}", *map(_in_markdown, words["blocks"])])
        (folder / "issue.md").write_text(text, "utf-8")
        return
    (folder / "issue.json").write_text(json.dumps(words, ensure_ascii=False), "utf-8")
    if peer == "maizzle":
        (folder / "emails").mkdir(exist_ok=True)
        shutil.copy(TEMPLATES / "maizzle.vue", folder / "emails/issue.vue")
        config = 'export default { content: ["emails/*.vue"], plaintext: true };\n'
        (folder / "maizzle.config.js").write_text(config, "utf-8")
    if peer == "react-email":
        shutil.copy(TEMPLATES / "react-email.jsx", folder / "email.jsx")
        bundle(folder)


def bundle(folder: Path) -> None:
    """Bundle react-email's template once, before anything is timed, for plain node to run."""
    require = "import { createRequire } from 'node:module'; "
    require += "const require = createRequire(import.meta.url);"
    options = ["--bundle", "--platform=node", "--format=esm", "--jsx=automatic"]
    options += ['--define:process.env.NODE_ENV="production"', f"--banner:js={require}"]
    command = ["node_modules/.bin/esbuild", "email.jsx", *options, "--outfile=email.mjs"]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)


def blocks_of(issue: Newsletter) -> Iterator[dict[str, Any]]:
    """Yield the words of an issue as headings, Markdown, pictures and buttons."""
    yield from _markdown(issue.introduction and issue.introduction.text)
    for section in issue.all_sections:
        if section.title:
            yield {"kind": "heading", "level": 2, "text": section.title}
        for item in section.items:
            yield from _blocks_of_item(_plain(item))
    yield from _markdown(issue.closing and issue.closing.text)


def _plain(value: object) -> Any:
    if isinstance(value, Model):
        return {name: _plain(each) for name, each in vars(value).items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def _blocks_of_item(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if item.get("title"):
        yield {"kind": "heading", "level": 3, "text": item["title"]}
    yield from _markdown(_joined(item, "date", "place", "met", "author"))
    yield from _markdown(", ".join(item.get("organisers") or item.get("topics") or ()))
    picture = item if item["kind"] == "picture" else item.get("picture")
    if picture:
        url = f"https://www.example.org/{picture['file']}"
        caption = picture["caption"] or picture["credit"]
        yield {"kind": "picture", "url": url, "alt": picture["alt"], "caption": caption}
    yield from _markdown(item.get("lead"))
    yield from _markdown(item.get("body") or item.get("text"))
    recommendation = item.get("recommendation") or {}
    yield from _markdown(_joined(recommendation, "label", "text"))
    for figure in item.get("figures", ()):
        yield from _markdown(f"**{figure['value']}** {figure['label']}")
    for link in (*item.get("events", ()), *item.get("links", ()), item.get("read_more")):
        if link:
            title, url = link["title"], link.get("url") or link.get("link")
            rest = _joined(link, "start", "end", "place", "price", "source", "date", "note")
            yield from _markdown(f"{f'[{title}]({url})' if url else title} · {rest}")
    button = item if item["kind"] == "call-to-action" else item.get("button")
    if button:
        yield {"kind": "button", "text": button["label"], "url": button["url"]}


def _markdown(text: str | None) -> Iterator[dict[str, Any]]:
    if text:
        # Their templates have no merge fields: what a member without a first name reads.
        yield {
            "kind": "markdown",
            "text": text.replace("((first name | cher adhérent))", "cher adhérent"),
        }


def _joined(item: dict[str, Any], *names: str) -> str:
    return " · ".join(str(item[name]) for name in names if item.get(name))


def _in_markdown(block: dict[str, Any]) -> str:
    """Return a block as Inkletter reads it: a lone bold link is a button."""
    match block["kind"]:
        case "heading":
            return f"{'#' * block['level']} {block['text']}"
        case "picture":
            return f"![{block['alt']}]({block['url']})\n\n{block['caption'] or ''}"
        case "button":
            return f"**[{block['text']}]({block['url']})**"
        case _:
            return str(block["text"])
