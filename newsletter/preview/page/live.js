// What every page of the preview shares: it says what goes on, hears of changes, takes them over.
import { hearServer } from "./stream.js";

/**
 * What the server writes into a page: the mark of what it was made from, the name, and
 * sentences.
 * @typedef {Record<"mark" | "look" | "name" | "saved" | "gone" | "fault" | "lost" | "leads", string>} Told
 * @typedef {HTMLElement & { dataset: Told }} Main
 */

const status = /** @type {HTMLElement} */ (document.getElementById("status"));
export const main = /** @type {Main} */ (document.querySelector("main[data-lost]"));

/**
 * Tell in a line what is going on, also to a screen reader.
 * @param {string} words
 */
export function say(words) {
  if (status.textContent !== words) status.textContent = words;
}

/**
 * Return the element around what an event is about, if there is one as the selector says.
 *
 * Not by `instanceof`: the elements of a mail are of another window.
 * @param {Event} event
 * @param {string} selector
 */
export function around(event, selector) {
  const target = /** @type {Partial<Element>} */ (event.target);
  return target.closest && target.closest(selector);
}

/**
 * Take over the regions of a newer page that differ; what has the focus keeps it.
 * @param {string} html
 */
export function takeOver(html) {
  const newer = new DOMParser().parseFromString(html, "text/html");
  const focused = document.activeElement && document.activeElement.id;
  for (const region of newer.querySelectorAll("[data-live]")) {
    const here = document.getElementById(region.id);
    if (here && here.innerHTML !== region.innerHTML) here.innerHTML = region.innerHTML;
  }
  /** @type {Main | null} */
  const newest = newer.querySelector("main[data-mark]");
  if (newest) {
    main.dataset.mark = newest.dataset.mark;
    // The theme has another look now: the looks to choose from are others.
    if (newest.dataset.look !== main.dataset.look) location.replace(location.href);
  }
  document.title = newer.title;
  if (focused && document.activeElement?.id !== focused) {
    const again = document.getElementById(focused);
    if (again) again.focus({ preventScroll: true });
  }
}

// An answer that is not what was asked for: its reason is said by the page.
export class Refused extends Error {}

/**
 * Return what is at an address now; 304 where that is still what had the mark.
 * @param {string} address
 * @param {string} mark
 */
export async function fetched(address, mark = "") {
  const headers = mark ? { "If-None-Match": mark } : undefined;
  const response = await fetch(address, { cache: "no-store", headers });
  if (response.status === 404) throw new Refused(main.dataset.gone);
  if (!response.ok && response.status !== 304) throw new Refused(main.dataset.fault);
  return response;
}

/**
 * Return what runs `work`, once more if it was asked for meanwhile, never twice at once.
 * @param {() => Promise<void>} work
 */
export function oneAtATime(work) {
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
      const { lost, gone, fault } = main.dataset;
      if ([lost, gone, fault].includes(status.textContent)) say("");
    } catch (error) {
      say(error instanceof Refused ? error.message : main.dataset.lost);
    } finally {
      running = false;
    }
  };
}

/**
 * Call `hear` with what the server tells, while somebody sees the page, and when it is seen again.
 * @param {(kind: string, data: string) => void} hear
 */
export function listen(hear) {
  /** @param {string} kind @param {string} data */
  const heard = (kind, data) => {
    if (kind === "lost") say(main.dataset.lost);
    else if (!document.hidden) hear(kind, data);
  };
  document.addEventListener("visibilitychange", () => heard("look", ""));
  if (!("SharedWorker" in window)) {
    hearServer(heard);
    return;
  }
  const worker = new SharedWorker("/page/stream.js", { type: "module" });
  worker.port.onmessage = ({ data: [kind, data] }) => heard(kind, data);
  worker.onerror = () => hearServer(heard);
}
