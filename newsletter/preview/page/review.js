// A link of a mail leads nowhere: the frame may load no page, and would show an error instead.
const stay = (event) => {
  const link = event.target.closest("a[href]");
  if (link && !link.getAttribute("href").startsWith("#")) event.preventDefault();
};

// Each mail at its whole height: on paper nothing can be scrolled.
for (const frame of document.querySelectorAll("iframe")) {
  const fit = () => {
    const mail = frame.contentDocument;
    if (!mail.documentElement) return; // it is still being read: `load` will follow
    frame.style.height = `${mail.documentElement.scrollHeight}px`;
    mail.addEventListener("click", stay);
  };
  frame.addEventListener("load", fit);
  fit();
}
