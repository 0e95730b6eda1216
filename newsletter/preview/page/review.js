// A link of a mail leads nowhere: the frame may load no page, and would show an error instead.
/** @param {Event} event */
const stay = (event) => {
  const link = /** @type {Element} */ (event.target).closest("a[href]");
  if (link && !link.getAttribute("href")?.startsWith("#")) event.preventDefault();
};

// Each mail at its whole height: on paper nothing can be scrolled.
for (const frame of document.querySelectorAll("iframe")) {
  const fit = () => {
    const mail = /** @type {Document} */ (frame.contentDocument);
    if (!mail.documentElement) return; // it is still being read: `load` will follow
    frame.style.height = `${mail.documentElement.scrollHeight}px`;
    mail.addEventListener("click", stay);
  };
  frame.addEventListener("load", fit);
  fit();
}
