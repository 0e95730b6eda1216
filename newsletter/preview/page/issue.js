// The page of one issue: its controls choose the view, each save is shown.
import { tellMissingFonts } from "./fonts.js";
import { around, fetched, listen, main, oneAtATime, say, takeOver } from "./live.js";
import { attendMail, letIn, showMail } from "./mail.js";

/** @type {Record<string, string>} */
const USUAL = { pane: "mail", width: "640", appearance: "light" };
const controls = /** @type {HTMLFormElement} */ (document.getElementById("controls"));
const stage = /** @type {HTMLElement} */ (document.getElementById("stage"));
const keys = /** @type {HTMLInputElement} */ (document.getElementById("keys-on"));

/** Return the view that the controls choose, without what is usual. */
function query() {
  const said = new URLSearchParams();
  for (const [name, value] of /** @type {Iterable<[string, string]>} */ (new FormData(controls))) {
    if (value && USUAL[name] !== value) said.append(name, value);
  }
  return said;
}

function place() {
  return `/issues/${encodeURIComponent(main.dataset.name)}`;
}

/** Show the PDF or the web page beside the mail, where one is chosen. */
function showBeside() {
  const pane = query().get("pane") ?? "";
  const pdf = /** @type {HTMLElement} */ (document.getElementById("pdf"));
  const shown = pdf.querySelector("iframe");
  const chosen = query().get("look");
  const look = chosen ? `?look=${chosen}` : "";
  const file = pane === "web" ? `web?${query()}` : `release.pdf${look}#navpanes=0&view=FitH`;
  const mark = `${main.dataset.mark} ${file}`;
  if (pane !== "pdf" && pane !== "web") {
    pdf.replaceChildren();
  } else if (!shown || shown.dataset.mark !== mark) {
    const next = document.createElement("iframe");
    next.title = (pane === "web" ? pdf.dataset.webTitle : pdf.dataset.title) ?? "";
    next.src = `${place()}/${file}`;
    next.dataset.mark = mark;
    pdf.replaceChildren(next);
  }
}

let shownQuery = "";

const refresh = oneAtATime(async () => {
  const asked = `${query()}`;
  const mark = await showMail(place(), query());
  if (mark === main.dataset.mark && asked === shownQuery) return;
  const down = stage.scrollTop;
  takeOver(await (await fetched(location.href)).text());
  shownQuery = asked;
  // Saved between the two: the page is newer than the mail, and nobody will say so again.
  if (mark !== main.dataset.mark) refresh();
  stage.scrollTop = down;
  showBeside();
  tellMissingFonts();
  const failure = /** @type {HTMLElement} */ (document.getElementById("failure"));
  say(failure.textContent.trim() ? "" : main.dataset.saved);
});

// Who stands in a row is what the file says: the selects have no say.
function heedRow() {
  /** @type {HTMLInputElement | null} */
  const row = document.querySelector("[name=row]");
  /** @type {NodeListOf<HTMLSelectElement>} */
  const selects = document.querySelectorAll("[name=as]");
  for (const select of selects) {
    select.disabled = Boolean(row && row.value);
  }
}

/** Show the view that is chosen now. */
function change() {
  heedRow();
  const said = query();
  history.replaceState(null, "", said.size ? `?${said}` : location.pathname);
  stage.className = `width-${said.get("width") || "640"} pane-${said.get("pane") || "mail"}`;
  refresh();
}

/**
 * Do what a key stands for; return whether it stands for something.
 * @param {string} key
 */
function obey(key) {
  /** @type {HTMLInputElement | null} */
  const input = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  /** @type {Record<string, string>} */
  const aims = { e: "#problems a", a: "[name=as], [name=row]" };
  const aim = aims[key];
  if (input) {
    input.checked = input.type === "radio" || !input.checked;
    change();
  } else if (aim) {
    /** @type {HTMLElement | null} */
    const first = document.querySelector(aim);
    if (first) first.focus();
  }
  return Boolean(input || aim);
}

export function startIssue() {
  shownQuery = `${query()}`;
  tellMissingFonts();
  listen((kind) => {
    if (kind === "look") refresh();
  });
  /** @param {KeyboardEvent} event */
  const press = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const field = around(event, "select, textarea, [type=number]");
    if (keys.checked && !field && obey(event.key)) event.preventDefault();
  };
  // Some of the controls stand beside the mail, outside the form.
  document.addEventListener("change", (event) => {
    if (/** @type {HTMLInputElement} */ (event.target).form === controls) change();
  });
  controls.addEventListener("submit", (event) => {
    event.preventDefault();
    change();
  });
  document.addEventListener("keydown", press);
  document.addEventListener("click", (event) => {
    const origin = /** @type {HTMLElement} */ (event.target).dataset?.origin;
    if (origin) letIn(origin, place(), query());
  });
  attendMail(press);
  keys.checked = localStorage.getItem("keys") !== "off";
  keys.addEventListener("change", () => localStorage.setItem("keys", keys.checked ? "on" : "off"));
  document.body.classList.add("live");
}
