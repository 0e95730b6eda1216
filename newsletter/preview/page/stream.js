// What the server tells is heard once for all pages: a browser has six connections to a server, a
// stream keeps one, and a seventh page would wait for ever. This runs in a worker that they share;
// where a browser has none, in each page.

/**
 * Hear the server; connect anew whenever the connection was lost.
 * @param {(kind: string, data: string) => void} tell
 */
export function hearServer(tell) {
  const source = new EventSource("/events");
  for (const kind of ["look", "state"]) {
    source.addEventListener(kind, (event) => tell(kind, event.data));
  }
  source.onerror = () => {
    tell("lost", "");
    if (source.readyState === EventSource.CLOSED) setTimeout(() => hearServer(tell), 2000);
  };
}

if ("onconnect" in self) {
  /** @type {Set<MessagePort>} */
  const pages = new Set(); // those that are closed take their messages to nobody
  let isHeard = false;
  self.onconnect = (/** @type {MessageEvent} */ { ports: [page] }) => {
    if (!page) return;
    pages.add(page);
    if (isHeard) page.postMessage(["look", ""]); // what was saved since the page was made
  };
  hearServer((kind, data) => {
    isHeard = kind !== "lost";
    pages.forEach((page) => page.postMessage([kind, data]));
  });
}
