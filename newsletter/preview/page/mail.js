// The mail in its frame: a new one takes the old one's place without moving what is being read.
import { around, fetched, main, say } from "./live.js";

/**
 * Its pages are the preview's own, and can be read.
 * @typedef {HTMLIFrameElement & { contentWindow: typeof window, contentDocument: Document }} Frame
 */

const frame = /** @type {Frame} */ (document.getElementById("frame"));
/** @type {Set<string>} */
const origins = new Set(); // of pictures that the reader let in
let shownMail = "";
let shownAddress = "";
let shownMark = main.dataset.mark;

/**
 * Return the address of the mail.
 * @param {string} place the page
 * @param {URLSearchParams} query how it is shown
 */
function mailAddress(place, query) {
  const said = new URLSearchParams(query);
  for (const origin of origins) said.append("origin", origin);
  return `${place}/mail?${said}`;
}

/**
 * Show the newest mail; return the mark of what it was made from.
 * @param {string} place
 * @param {URLSearchParams} query
 * @returns {Promise<string>}
 */
export async function showMail(place, query) {
  const address = mailAddress(place, query);
  // What the page came with is in the frame already.
  const isSame = address === (shownAddress || address);
  const response = await fetched(address, isSame ? shownMark : "");
  if (response.status !== 304) {
    const html = await response.text();
    if (html !== shownMail) putMail(html, address);
    shownMark = response.headers.get("Preview-Mark") ?? "";
  }
  shownAddress = address;
  return shownMark;
}

/** @param {string} html @param {string} address */
function putMail(html, address) {
  shownMail = html;
  const mail = frame.contentDocument;
  const view = frame.contentWindow;
  const [across, down] = [view.scrollX, view.scrollY];
  if (origins.size) {
    // Backgrounds that are adopted are asked for with a Referer (Chromium); on a load, without.
    frame.addEventListener("load", () => frame.contentWindow.scrollTo(across, down), {
      once: true,
    });
    frame.src = address;
    return;
  }
  // The frame's own parser: its styles are judged by the frame's policy, not by this page's.
  const newer = new view.DOMParser().parseFromString(html, "text/html");
  mail.replaceChild(mail.adoptNode(newer.documentElement), mail.documentElement);
  view.scrollTo(across, down);
}

/**
 * Let pictures of one more origin in: loaded anew, since the frame's policy changes.
 * @param {string} origin
 * @param {string} place
 * @param {URLSearchParams} query
 */
export function letIn(origin, place, query) {
  origins.add(origin);
  frame.src = mailAddress(place, query);
}

/**
 * Follow no link of a mail: anchors scroll, addresses are told.
 * @param {Event} event
 */
function follow(event) {
  const link = around(event, "a[href]");
  if (!link) return;
  event.preventDefault();
  const address = /** @type {string} */ (link.getAttribute("href"));
  if (address.startsWith("#")) {
    const aim = frame.contentDocument.getElementById(decodeURIComponent(address.slice(1)));
    if (aim) aim.scrollIntoView();
  } else {
    say(main.dataset.leads.replace("{address}", address));
  }
}

/**
 * Attend to the mail whenever the frame has loaded one: its links, and the page's keys.
 * @param {(event: KeyboardEvent) => void} press
 */
export function attendMail(press) {
  function attend() {
    const mail = frame.contentDocument;
    if (!mail) return;
    for (const kind of ["click", "auxclick"]) mail.addEventListener(kind, follow);
    mail.addEventListener("keydown", press);
  }
  frame.addEventListener("load", attend);
  attend();
}
