// The live part of the preview's pages: they work without it, but have to be reloaded by hand.
import { startIssue } from "./issue.js";
import { startList } from "./list.js";

if (document.getElementById("list")) startList();
if (document.getElementById("issue")) startIssue();
