// The page of one issue: its controls choose the view, each save is shown.
import { fetched, listen, main, oneAtATime, say, takeOver } from "./live.js";
import { attendMail, letIn, showMail } from "./mail.js";

const USUAL = { pane: "mail", width: "640", look: "light" };
const controls = document.getElementById("controls");
const stage = document.getElementById("stage");
const keys = document.getElementById("keys-on");

/** Return the view that the controls choose, without what is usual. */
function query() {
  const said = new URLSearchParams();
  for (const [name, value] of new FormData(controls)) {
    if (value && USUAL[name] !== value) said.append(name, value);
  }
  return said;
}

function place() {
  return `/issues/${encodeURIComponent(main.dataset.name)}`;
}

function showPdf() {
  const pdf = document.getElementById("pdf");
  const shown = pdf.querySelector("iframe");
  if (query().get("pane") !== "pdf") {
    pdf.replaceChildren();
  } else if (!shown || shown.dataset.mark !== main.dataset.mark) {
    const next = document.createElement("iframe");
    next.title = pdf.dataset.title;
    next.src = `${place()}/release.pdf#navpanes=0&view=FitH`;
    next.dataset.mark = main.dataset.mark;
    pdf.replaceChildren(next);
  }
}

const refresh = oneAtATime(async () => {
  const mark = await showMail(place(), query());
  const down = stage.scrollTop;
  takeOver(await (await fetched(location.href)).text());
  // Saved between the two: the page is newer than the mail, and no event will say so again.
  if (mark !== main.dataset.mark) refresh();
  stage.scrollTop = down;
  showPdf();
  const failure = document.getElementById("failure").textContent.trim();
  say(failure ? "" : main.dataset.saved);
});

// Who stands in a row is what the file says: the selects have no say.
function heedRow() {
  const row = controls.querySelector("[name=row]");
  for (const select of controls.querySelectorAll("[name=as]")) {
    select.disabled = Boolean(row && row.value);
  }
}

/** Show the view that is chosen now; `name` is the control that changed. */
function change(name, reconnect) {
  heedRow();
  const said = query();
  history.replaceState(null, "", said.size ? `?${said}` : location.pathname);
  stage.className = `width-${said.get("width") || "640"} pane-${said.get("pane") || "mail"}`;
  if (["as", "row"].includes(name)) reconnect();
  refresh();
}

/** Do what a key stands for; return whether it stands for something. */
function obey(key, reconnect) {
  const input = controls.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const aims = { e: "#problems a", a: "#controls [name=as], #controls [name=row]" };
  if (input) {
    input.checked = input.type === "radio" || !input.checked;
    change("", reconnect);
  } else if (key in aims) {
    const first = document.querySelector(aims[key]);
    if (first) first.focus();
  }
  return Boolean(input) || key in aims;
}

export function startIssue() {
  const reconnect = listen(
    () => `${place()}/events?${query()}`,
    (_name, mark) => {
      if (mark !== main.dataset.mark) refresh();
    },
    refresh,
  );
  const press = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const field = event.target.closest && event.target.closest("select, textarea, [type=number]");
    if (keys.checked && !field && obey(event.key, reconnect)) event.preventDefault();
  };
  controls.addEventListener("change", (event) => change(event.target.name, reconnect));
  controls.addEventListener("submit", (event) => {
    event.preventDefault();
    change("", reconnect);
  });
  document.addEventListener("keydown", press);
  document.addEventListener("click", (event) => {
    const origin = event.target.dataset && event.target.dataset.origin;
    if (origin) letIn(origin, place(), query());
  });
  attendMail(press);
  keys.checked = localStorage.getItem("keys") !== "off";
  keys.addEventListener("change", () => localStorage.setItem("keys", keys.checked ? "on" : "off"));
  document.body.classList.add("live");
}
