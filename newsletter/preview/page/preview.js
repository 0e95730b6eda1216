// The live part of the preview's pages: they work without it, but have to be reloaded by hand.
if (document.getElementById("list")) import("./list.js").then((list) => list.startList());
if (document.getElementById("issue")) import("./issue.js").then((issue) => issue.startIssue());
