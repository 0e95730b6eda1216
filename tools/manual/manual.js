// The manual's search. INDEX comes from search.js: a page opened from disk
// cannot fetch a file.
/** What stands under a heading: its place, the heading, the words, its names in the page's language; those that must be whole, of the other language and of code. @typedef {[string, string, string, string[], string[]]} Part */
/** @typedef {{url: string, title: string, parts: Part[]}} Page */
/** @typedef {{url: string, title: string, text: string, score: number}} Answer */
/** A word of a question: its share of it; the manual's words like it, each with how much, up to 1. @typedef {{share: number, alike: Map<string, number>}} Asked */
const { INDEX } = /** @type {{INDEX: Page[]}} */ (/** @type {unknown} */ (globalThis));

// What a question has in it, and an answer need not.
const FILLERS = new Set(wordsOf(
  "à ajouter au aux avec c ce ces cette changer comment d dans de des du en est et faire il insérer j je " +
    "l la le les leur ma mes mettre mon n ne nos notre nous on ou où par pas peut peux pour qu que quel " +
    "quelle qui quoi s sans se ses si son sur un une veux vos votre vous y " +
    "a add an and are at be by can change do does doesn don for from get has have how i in insert is it " +
    "its make me my not of on or our put s t that the their there they this to us want we what when where " +
    "which who why with you your",
));
/** @type {Map<string, string[]>} */
const KNOWN = new Map(); // each key that is typed asks for the words of every name
/** How often the text of a part has each of its words. @type {Map<Part, Map<string, number>>} */
const COUNTS = new Map();
/** Each word of the manual, and the pages that have it. @type {Map<string, Set<Page>>} */
const PAGES = new Map();
for (const page of INDEX) {
  for (const part of page.parts) {
    const [_at, _title, text, names, others] = part, counts = new Map();
    for (const word of wordsOf(text)) counts.set(word, 1 + (counts.get(word) ?? 0));
    COUNTS.set(part, counts);
    for (const word of [...counts.keys(), ...[...names, ...others].flatMap(keywords)]) {
      PAGES.set(word, (PAGES.get(word) ?? new Set()).add(page));
    }
  }
}

/** A text without case, accents and what is around it. @param {string} text */
function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("œ", "oe").trim();
}

/** Words as they are compared: without the s of a plural either. @param {string} text */
function wordsOf(text) {
  return (plain(text).match(/[\p{L}\p{N}]+/gu) ?? [])
    .map((word) => word.length > 3 ? word.replace(/[sx]$/, "") : word);
}

/** The words of a text that say something, if there are any. @param {string} text */
function keywords(text) {
  const known = KNOWN.get(text);
  if (known) return known;
  const words = wordsOf(text), telling = words.filter((word) => !FILLERS.has(word));
  KNOWN.set(text, telling.length > 0 ? telling : words);
  return KNOWN.get(text) ?? [];
}

/** 1 where words are one, less where `word` begins as is typed, or both have a stem. @param {string} word @param {string} typed */
function likeness(word, typed) {
  if (word === typed) return 1;
  if (typed.length > 2 && word.startsWith(typed)) return 0.8;
  let same = 0;
  while (same < typed.length && word[same] === typed[same]) same++;
  return same > 3 && same >= 0.55 * Math.max(word.length, typed.length) ? 0.6 : 0;
}

/** What a question asks: a word that few pages have says more, one that none has nothing. @param {string} question @returns {Asked[]} */
function read(question) {
  const asked = keywords(question).map((typed) => {
    const alike = new Map(), pages = new Set();
    for (const [word, having] of PAGES) {
      const found = likeness(word, typed);
      if (found) alike.set(word, found);
      if (found) having.forEach((page) => pages.add(page));
    }
    return { share: pages.size && Math.log(1 + INDEX.length / pages.size), alike };
  });
  const whole = asked.reduce((sum, { share }) => sum + share, 0) || 1;
  return asked.map(({ share, alike }) => ({ share: share / whole, alike }));
}

/** How much of a question words are. @param {string[]} words @param {Asked[]} asked */
function met(words, asked) {
  return asked.reduce(
    (sum, { share, alike }) =>
      sum + share * Math.max(0, ...words.map((word) => alike.get(word) ?? 0)),
    0,
  );
}

/** What of a question a name says, less what else it says; more than 1 if it is the question. @param {string} name @param {Asked[]} asked */
function nameScore(name, asked) {
  const words = keywords(name);
  const own = words.filter((word) => asked.some(({ alike }) => alike.has(word)));
  const score = met(words, asked) * Math.sqrt(own.length / words.length);
  return score > 0.99 ? 1.4 : score;
}

/** How often a text has the words of a question, for its length, up to 1. @param {Part} part @param {Asked[]} asked */
function textScore(part, asked) {
  const counts = COUNTS.get(part) ?? new Map();
  return asked.reduce((sum, { share, alike }) => {
    let count = 0;
    for (const [word, like] of alike) count += like * (counts.get(word) ?? 0);
    return sum + share * count / (count + 1 + counts.size / 50);
  }, 0);
}

/** How well a part of a page answers: by its names, by those of the page too, by its text. @param {Part} part @param {string[]} page the page's names @param {string} question @param {Asked[]} asked */
function partScore(part, page, question, asked) {
  const [_at, _title, _text, names, others] = part;
  // `keep_trying` is nothing else; `date` is a word too, of which other pages say more.
  const whole = (/** @type {string} */ code) =>
    plain(code) !== question ? 0 : /[ _-]/.test(code) ? 1.4 : 0.5;
  const named = Math.max(
    ...names.map((name) => plain(name) === question ? 1.5 : nameScore(name, asked)),
    ...others.map((name) => 0.6 * nameScore(name, asked) + whole(name)),
  );
  return 6 * (names === page ? named : named - 0.1) +
    3 * met([...page, ...names].flatMap(keywords), asked) + textScore(part, asked);
}

/** How well a page answers, and the three parts that do best. @param {Page} page @param {string} question @param {Asked[]} asked */
function answer({ url, title, parts }, question, asked) {
  const names = parts[0]?.[3] ?? [];
  const scored = parts.map((part) => ({
    url: `${url}#${part[0]}`,
    title: part[1],
    text: part[2],
    score: partScore(part, names, question, asked),
  }));
  const text = scored.map((each) => each.text).find((each) => each) ?? "";
  const score = Math.max(...scored.map((each) => each.score));
  return { url, title, text, score, below: best(scored.slice(1), 3, 3) };
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
  return text.length > 90 ? `${text.slice(0, 90).replace(/[.,;:]?\s\S*$/, "")}…` : text;
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
  const question = plain(box.value), asked = read(question);
  const all = INDEX.map((page) => answer(page, question, asked));
  const answers = best(all, 6, Math.max(...all.map(({ score }) => score)) / 4);
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
