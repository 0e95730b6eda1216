// The list of all issues, its rows as the checks know them.
import { fetched, listen, main, oneAtATime, takeOver } from "./live.js";

export function startList() {
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
