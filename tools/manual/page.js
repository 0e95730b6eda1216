// The list shows where one is; examples have a button to copy.
const main = /** @type {HTMLElement} */ (document.querySelector("main"));
const desk = /** @type {HTMLElement} */ (document.querySelector(".desk"));
const here = /** @type {HTMLElement | null} */ (desk.querySelector("[aria-current]"));
desk.scrollTop = (here?.offsetTop ?? 0) - desk.clientHeight / 3;

for (const code of main.querySelectorAll(".to-copy")) {
  const button = document.createElement("button");
  button.textContent = main.dataset["copy"] ?? "";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.querySelector("code")?.textContent ?? "");
    button.textContent = main.dataset["copied"] ?? "";
  });
  code.append(button);
}
