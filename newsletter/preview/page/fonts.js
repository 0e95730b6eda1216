// Which fonts of the theme this machine lacks: the mail is shown in others here.

const GENERIC = new Set(["serif", "sans-serif", "monospace", "system-ui", "cursive", "fantasy"]);

/**
 * Tell whether the machine has a font: words in it are then not as wide as in those it lacks.
 * @param {CanvasRenderingContext2D} pen
 * @param {string} font as CSS names it
 */
function isHere(pen, font) {
  /** @param {string} fonts */
  const width = (fonts) => {
    pen.font = `72px ${fonts}`;
    return pen.measureText("mmmmmmmmlli@0").width;
  };
  return ["monospace", "serif"].some((other) => width(`${font}, ${other}`) !== width(other));
}

/** Say which first choices of the theme are missing, and what stands in for each. */
export function tellMissingFonts() {
  const line = /** @type {HTMLElement} */ (document.getElementById("fonts"));
  const { fonts = "", missing = "", usual = "" } = line.dataset;
  const pen = document.createElement("canvas").getContext("2d");
  if (!pen) return;
  const told = fonts.split("|").map((stack) => {
    const names = stack.split(",").map((font) => font.trim());
    const shown = names.find((font) => GENERIC.has(font) || isHere(pen, font));
    if (shown === names[0]) return "";
    /** @param {string} font */
    const plain = (font) => font.replaceAll(/["']/g, "");
    const instead = !shown || GENERIC.has(shown) ? usual : plain(shown);
    return missing.replace("{font}", plain(names[0] ?? "")).replace("{shown}", instead);
  });
  line.textContent = [...new Set(told.filter(Boolean))].join(" ");
}
