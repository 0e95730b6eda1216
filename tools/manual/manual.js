// The manual's search. INDEX comes from search.js: a page opened from disk
// cannot fetch a file.
/** @typedef {{url: string, title: string, words: string[], parts: [string, string, string, string][]}} Page */
/** @typedef {{url: string, title: string, text: string, score: number}} Answer */
const { INDEX } = /** @type {{INDEX: Page[]}} */ (/** @type {unknown} */ (globalThis));

/** @type {Map<string, string[]>} */
const KNOWN = new Map(); // each key that is typed asks for the words of every page

// What a question has in it, and an answer need not.
const FILLERS = new Set(wordsOf(
  "à au aux avec ce comment dans de des du en est et il je l la le les d mon ma mes ne on ou par pas " +
    "pour que qui sans se son sur un une veux votre " +
    "a an and are at be by can do for from how i in is it my of on or the this to want what with",
));

/** Words as they are compared: without case, accents and the s of a plural. @param {string} text */
function wordsOf(text) {
  const known = KNOWN.get(text);
  if (known) return known;
  const plain = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("œ", "oe");
  const words = (plain.match(/[\p{L}\p{N}]+/gu) ?? [])
    .map((word) => word.length > 3 ? word.replace(/[sx]$/, "") : word);
  KNOWN.set(text, words);
  return words;
}

/** 1 where `word` is one of `words`, less where one begins so. @param {string[]} words @param {string} word */
function likeness(words, word) {
  if (words.includes(word)) return 1;
  return word.length > 2 && words.some((each) => each.startsWith(word)) ? 0.6 : 0;
}

/** What a word counts in the list that a page is known by; a phrase counts whole. @param {string[][]} known @param {string[]} asked @param {string} word */
function knownScore(known, asked, word) {
  return Math.max(
    0,
    ...known.map((phrase) => {
      const isWhole = phrase.includes(word) &&
        phrase.every((each) => asked.includes(each) || FILLERS.has(each));
      return isWhole ? 40 : 16 * likeness(phrase, word) / phrase.length;
    }),
  );
}

/** What a word counts in a heading and the text under it. @param {string} title @param {string} text @param {string} word */
function partScore(title, text, word) {
  const count = wordsOf(text).filter((each) => each.startsWith(word)).length;
  return 8 * likeness(wordsOf(title), word) + Math.min(count, 6) / 2;
}

/** How well a page answers, and the three parts that do best. @param {Page} page @param {string[]} asked */
function answer({ url, title, words, parts }, asked) {
  const known = words.map(wordsOf);
  let score = 0, met = 0;
  const below = parts.slice(1).map(([anchor, name, text]) => ({
    url: `${url}#${anchor}`,
    title: name,
    text,
    score: 0,
  }));
  for (const word of asked) {
    const inParts = parts.map(([_anchor, name, text]) => partScore(name, text, word));
    below.forEach((each, at) => {
      const [_anchor, _name, _text, others = ""] = parts[at + 1] ?? [];
      each.score += (inParts[at + 1] ?? 0) + 8 * likeness(wordsOf(others), word);
    });
    const own = knownScore(known, asked, word) + 20 * likeness(wordsOf(title), word) +
      Math.max(...inParts);
    score += own;
    met += own > 0 ? 1 : 0;
  }
  const text = parts.map(([_anchor, _name, each]) => each).find((each) => each) ?? "";
  return { url, title, text, score: score * (met / asked.length) ** 2, below: best(below, 3, 2) };
}

/** Those of more than `least`, the best first. @template {Answer} T @param {T[]} answers @param {number} most @param {number} least */
function best(answers, most, least) {
  const found = answers.filter((each) => each.score > least);
  return found.sort((one, other) => other.score - one.score).slice(0, most);
}

const box = /** @type {HTMLInputElement} */ (document.querySelector("#search"));
const found = /** @type {HTMLElement} */ (document.querySelector("#found"));
const said = /** @type {HTMLElement} */ (found.querySelector("p"));

/** @param {string} tag @param {(string | Node)[]} content */
function made(tag, ...content) {
  const element = document.createElement(tag);
  element.append(...content);
  return element;
}

/** The first words of a text. @param {string} text */
function opening(text) {
  return text.length > 90 ? `${text.slice(0, 90).replace(/\s\S*$/, "")}…` : text;
}

/** A list of links, each with how its text begins; under each, those that are below it. @param {(Answer & {below?: Answer[]})[]} answers @returns {HTMLElement} */
function list(answers) {
  return made(
    "ul",
    ...answers.map(({ url, title, text, below = [] }) => {
      const link = made("a", title);
      link.setAttribute("href", `${found.dataset["here"]}${url}`);
      const first = made("span", opening(text.trim()));
      first.className = "small";
      return made("li", link, " ", first, ...(below.length > 0 ? [list(below)] : []));
    }),
  );
}

box.addEventListener("input", () => {
  const asked = wordsOf(box.value).filter((word) => !FILLERS.has(word));
  const answers = best(INDEX.map((page) => answer(page, asked)), 6, 0);
  const { none = "", one = "", count = "" } = found.dataset;
  const pages = answers.length > 1 ? count : one;
  said.textContent = answers.length > 0 ? `${answers.length} ${pages}` : none;
  found.replaceChildren(said, list(answers));
  found.hidden = box.value.trim() === "";
});
box.form?.addEventListener("submit", (event) => {
  event.preventDefault();
  found.querySelector("a")?.click();
});
