// The live part of the preview's pages: they work without it, but have to be reloaded by hand.
"use strict";

const status = document.getElementById("status");
const main = document.querySelector("main[data-mark]");

// Tells in a line what is going on, also to a screen reader.
function say(words) {
  if (status.textContent !== words) status.textContent = words;
}

// Takes over the regions of a newer page that differ; what has the focus keeps it.
function takeOver(html) {
  const newer = new DOMParser().parseFromString(html, "text/html");
  const focused = document.activeElement && document.activeElement.id;
  for (const region of newer.querySelectorAll("[data-live]")) {
    const here = document.getElementById(region.id);
    if (here && here.innerHTML !== region.innerHTML) here.innerHTML = region.innerHTML;
  }
  const mark = newer.querySelector("main[data-mark]");
  if (mark) main.dataset.mark = mark.dataset.mark;
  document.title = newer.title;
  if (focused && document.activeElement.id !== focused) {
    const again = document.getElementById(focused);
    if (again) again.focus({ preventScroll: true });
  }
}

// An answer that is not what was asked for: its reason is said by the page.
class Refused extends Error {}

async function fetched(address) {
  const response = await fetch(address, { cache: "no-store" });
  if (response.status === 404) throw new Refused(main.dataset.gone);
  if (!response.ok) throw new Refused(main.dataset.fault);
  return response;
}

// Runs `work`, once more if it was asked for meanwhile, never twice at once.
function oneAtATime(work) {
  let running = false;
  let again = false;
  return async () => {
    again = true;
    if (running) return;
    running = true;
    try {
      while (again) {
        again = false;
        await work();
      }
    } catch (error) {
      say(error instanceof Refused ? error.message : main.dataset.lost);
    } finally {
      running = false;
    }
  };
}

// Hears what the server tells of `address`; connects anew whenever the connection was lost.
// Not while nobody sees the page: a browser has six connections to a server, and a seventh page
// would wait for ever.
// `refused` is called where the server answers, but tells nothing there.
function listen(address, hear, refused) {
  let source;
  function open() {
    if (source) source.close();
    if (document.hidden) return;
    source = new EventSource(address());
    for (const name of ["mark", "state"]) {
      source.addEventListener(name, (event) => hear(name, event.data));
    }
    source.onopen = () => {
      const { lost, gone, fault } = main.dataset;
      if ([lost, gone, fault].includes(status.textContent)) say("");
    };
    source.onerror = () => {
      if (source.readyState !== EventSource.CLOSED) {
        say(main.dataset.lost);
        return;
      }
      refused();
      setTimeout(open, 2000);
    };
  }
  open();
  document.addEventListener("visibilitychange", open);
  return open;
}

function startList() {
  const refresh = oneAtATime(async () => takeOver(await (await fetched("/")).text()));
  const hear = (name, data) => {
    if (name === "mark") {
      if (data !== main.dataset.mark) refresh();
      return;
    }
    const state = JSON.parse(data);
    const row = document.querySelector(`tr[data-issue="${CSS.escape(state.name)}"]`);
    if (!row) return;
    const problems = row.querySelector(".state");
    problems.textContent = state.problems;
    problems.className = `state ${state.worst}`;
    row.querySelector(".weight").textContent = state.weight;
  };
  listen(() => "/events", hear, refresh);
}

function startIssue() {
  const controls = document.getElementById("controls");
  const stage = document.getElementById("stage");
  const frame = document.getElementById("frame");
  const pdf = document.getElementById("pdf");
  const place = `/issues/${encodeURIComponent(main.dataset.name)}`;
  const origins = new Set();
  let shownMail = "";

  function query() {
    const said = new URLSearchParams();
    const usual = { pane: "mail", width: "640", look: "light" };
    for (const [name, value] of new FormData(controls)) {
      if (value && usual[name] !== value) said.append(name, value);
    }
    return said;
  }

  function mailAddress() {
    const said = query();
    for (const origin of origins) said.append("origin", origin);
    return `${place}/mail?${said}`;
  }

  // A mail's links open nothing here; anchors scroll, addresses are told.
  function follow(event) {
    const link = event.target.closest && event.target.closest("a[href]");
    if (!link) return;
    event.preventDefault();
    const address = link.getAttribute("href");
    if (address.startsWith("#")) {
      const aim = frame.contentDocument.getElementById(decodeURIComponent(address.slice(1)));
      if (aim) aim.scrollIntoView();
    } else {
      say(main.dataset.leads.replace("{address}", address));
    }
  }

  function attend() {
    const mail = frame.contentDocument;
    if (!mail) return;
    for (const kind of ["click", "auxclick"]) mail.addEventListener(kind, follow);
    mail.addEventListener("keydown", press);
  }

  // Puts the new mail where the old one was, without moving what the reader looks at; returns the
  // mark of what it was made from.
  async function showMail() {
    const response = await fetched(mailAddress());
    const html = await response.text();
    if (html !== shownMail) putMail(html);
    return response.headers.get("Preview-Mark");
  }

  function putMail(html) {
    shownMail = html;
    const mail = frame.contentDocument;
    const view = frame.contentWindow;
    const [across, down] = [view.scrollX, view.scrollY];
    if (origins.size) {
      // Backgrounds that are adopted are asked for with a Referer (Chromium); on a load, without.
      frame.addEventListener("load", () => frame.contentWindow.scrollTo(across, down), { once: true });
      frame.src = mailAddress();
      return;
    }
    // The frame's own parser: its styles are judged by the frame's policy, not by this page's.
    const newer = new view.DOMParser().parseFromString(html, "text/html");
    mail.replaceChild(mail.adoptNode(newer.documentElement), mail.documentElement);
    view.scrollTo(across, down);
  }

  function showPdf() {
    const wanted = query().get("pane") === "pdf";
    const shown = pdf.querySelector("iframe");
    if (!wanted) {
      pdf.replaceChildren();
    } else if (!shown || shown.dataset.mark !== main.dataset.mark) {
      const next = document.createElement("iframe");
      next.title = pdf.dataset.title;
      next.src = `${place}/release.pdf#navpanes=0&view=FitH`;
      next.dataset.mark = main.dataset.mark;
      pdf.replaceChildren(next);
    }
  }

  const refresh = oneAtATime(async () => {
    const mark = await showMail();
    const down = stage.scrollTop;
    takeOver(await (await fetched(location.href)).text());
    // Saved between the two: the page is newer than the mail, and no event will say so again.
    if (mark !== main.dataset.mark) refresh();
    stage.scrollTop = down;
    showPdf();
    const failure = document.getElementById("failure").textContent.trim();
    say(failure ? "" : main.dataset.saved);
  });

  const reconnect = listen(
    () => `${place}/events?${query()}`,
    (_name, mark) => { if (mark !== main.dataset.mark) refresh(); },
    refresh,
  );

  // Who stands in a row is what the file says: the selects have no say.
  function heedRow() {
    const row = controls.querySelector("[name=row]");
    for (const select of controls.querySelectorAll("[name=as]")) {
      select.disabled = Boolean(row && row.value);
    }
  }

  function change(event) {
    heedRow();
    const said = query();
    history.replaceState(null, "", said.size ? `?${said}` : location.pathname);
    stage.className = `width-${said.get("width") || "640"} pane-${said.get("pane") || "mail"}`;
    if (event && ["as", "row"].includes(event.target.name)) reconnect();
    refresh();
  }

  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (!document.getElementById("keys-on").checked) return;
    const field = event.target.closest && event.target.closest("select, textarea, [type=number]");
    if (field) return;
    const input = controls.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (input) {
      input.checked = input.type === "radio" || !input.checked;
      change();
    } else if (event.key === "e") {
      const first = document.querySelector("#problems a");
      if (first) first.focus();
    } else if (event.key === "a") {
      const first = controls.querySelector("[name=as], [name=row]");
      if (first) first.focus();
    } else {
      return;
    }
    event.preventDefault();
  }

  controls.addEventListener("change", change);
  controls.addEventListener("submit", (event) => { event.preventDefault(); change(); });
  document.addEventListener("keydown", press);
  document.addEventListener("click", (event) => {
    const origin = event.target.dataset && event.target.dataset.origin;
    if (!origin) return;
    origins.add(origin);
    frame.src = mailAddress();  // loaded anew: its policy now lets these pictures in
  });
  frame.addEventListener("load", attend);
  attend();

  const keys = document.getElementById("keys-on");
  keys.checked = localStorage.getItem("keys") !== "off";
  keys.addEventListener("change", () => localStorage.setItem("keys", keys.checked ? "on" : "off"));
  document.body.classList.add("live");
}

if (document.getElementById("list")) startList();
if (document.getElementById("issue")) startIssue();
