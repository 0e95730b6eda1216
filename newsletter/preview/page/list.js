// The list of all issues, its rows as the checks know them.
import { fetched, listen, oneAtATime, takeOver } from "./live.js";

/**
 * An issue, as an event tells of it.
 * @typedef {{ name: string, problems: string, worst: string, weight: string }} State
 */

export function startList() {
  const refresh = oneAtATime(async () => takeOver(await (await fetched("/")).text()));
  listen((kind, data) => {
    if (kind === "look") {
      refresh();
      return;
    }
    /** @type {State} */
    const state = JSON.parse(data);
    const row = document.querySelector(`tr[data-issue="${CSS.escape(state.name)}"]`);
    if (!row) return;
    const problems = /** @type {Element} */ (row.querySelector(".state"));
    const weight = /** @type {Element} */ (row.querySelector(".weight"));
    problems.textContent = state.problems;
    problems.className = `state ${state.worst}`;
    weight.textContent = state.weight;
  });
}
