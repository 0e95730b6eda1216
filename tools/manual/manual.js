// The manual's search and its buttons to copy. INDEX comes from search.js: a page that is opened
// from disk cannot fetch a file.

/** @typedef {{url: string, title: string, words: string[], parts: [string, string, string][]}} Page */
const PAGES = /** @type {{INDEX: Page[]}} */ (/** @type {unknown} */ (globalThis)).INDEX;

// What a question has in it, and an answer need not.
const FILLERS = new Set(
  ("a au aux avec ce ces comment dans de des du en est et il je la le les l d mon ma mes ne on ou " +
    "par pas pour que qui sans se son sa ses sur un une veux vos votre " +
    "an and are at by can do does for from how i in is it my of on or the this to want what with")
    .split(" "),
);

/** Words as they are compared: without case, accents and the s of a plural. @param {string} text */
function wordsOf(text) {
  const plain = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("œ", "oe");
  return (plain.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) =>
    word.length > 3 ? word.replace(/[sx]$/, "") : word
  );
}

/** How well one of `words` is `word`: 1, less where it only begins so. @param {string[]} words @param {string} word */
function likeness(words, word) {
  if (words.includes(word)) return 1;
  return word.length > 2 && words.some((each) => each.startsWith(word)) ? 0.6 : 0;
}

/** How well a heading and the text under it answer. @param {string} title @param {string} text @param {string} word */
function partScore(title, text, word) {
  const count = wordsOf(text).filter((each) => each.startsWith(word)).length;
  return 8 * likeness(wordsOf(title), word) + Math.min(count, 6) / 2;
}

/** How well a page answers, and the three parts that do best. @param {Page} page @param {string[]} asked */
function answer(page, asked) {
  const parts = page.parts.map(([anchor, title, text]) => ({
    anchor,
    title,
    scores: asked.map((word) => partScore(title, text, word)),
  }));
  const scores = asked.map((word, at) => {
    const known = page.words.map((each) => wordsOf(each));
    const best = Math.max(0, ...known.map((each) => likeness(each, word) / each.length));
    const inParts = Math.max(0, ...parts.map((each) => each.scores[at] ?? 0));
    return 30 * best + 20 * likeness(wordsOf(page.title), word) + inParts;
  });
  const sum = (/** @type {number[]} */ numbers) => numbers.reduce((total, each) => total + each, 0);
  const share = scores.filter((each) => each > 0).length / asked.length;
  const best = parts.slice(1).map((each) => ({ ...each, score: sum(each.scores) }))
    .filter((each) => each.score > 2).sort((one, other) => other.score - one.score).slice(0, 3);
  return { page, parts: best, score: sum(scores) * share ** 2 };
}

/** The pages that answer a question, the best first. @param {string} question */
function search(question) {
  const words = wordsOf(question);
  const meant = words.filter((word) => !FILLERS.has(word));
  const asked = meant.length > 0 ? meant : words;
  if (asked.length === 0) return [];
  return PAGES.map((page) => answer(page, asked)).filter((each) => each.score > 0)
    .sort((one, other) => other.score - one.score).slice(0, 6);
}

/** @param {string} href @param {string} words */
function link(href, words) {
  const made = document.createElement("a");
  made.href = href;
  made.textContent = words;
  return made;
}

/** @param {HTMLElement[]} rows */
function list(rows) {
  const made = document.createElement("ul");
  made.append(...rows.map((row) => {
    const line = document.createElement("li");
    line.append(row);
    return line;
  }));
  return made;
}

const box = /** @type {HTMLInputElement} */ (document.querySelector("#search"));
const found = /** @type {HTMLElement} */ (document.querySelector("#found"));

function show() {
  const answers = search(box.value);
  const { none = "", count = "", here = "" } = found.dataset;
  const said = document.createElement("p");
  said.className = "small";
  said.textContent = answers.length > 0 ? `${answers.length} ${count}` : none;
  const rows = answers.map(({ page, parts }) => {
    const row = document.createElement("div");
    const below = parts.map((part) => link(`${here}${page.url}#${part.anchor}`, part.title));
    row.append(link(`${here}${page.url}`, page.title), ...(below.length > 0 ? [list(below)] : []));
    return row;
  });
  found.replaceChildren(said, list(rows));
  found.hidden = box.value.trim() === "";
}

box.addEventListener("input", show);
box.form?.addEventListener("submit", (event) => {
  event.preventDefault();
  found.querySelector("a")?.click();
});

const main = /** @type {HTMLElement} */ (document.querySelector("main"));
for (const code of main.querySelectorAll(".code:not(.wrong)")) {
  const button = document.createElement("button");
  const { copy = "", copied = "" } = main.dataset;
  button.textContent = copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.querySelector("code")?.textContent ?? "");
    button.textContent = copied;
  });
  code.append(button);
}
