// Does what a test says in the first text of the work, and tells who did it.
import { randomUUID } from "node:crypto";

let batches = 0;

process.on("message", ({ works }) => {
  batches += 1;
  const outcomes = works.map((work) => outcomeOf(work.texts?.[0] ?? work.template.text));
  process.send({ kind: "outcomes", outcomes });
});
process.once("disconnect", () => process.exit());
process.send({ kind: "ready" });

function outcomeOf(text) {
  if (text === "forever") for (;;);
  if (text === "memory") return { kind: "done", result: "x".repeat(400_000_000).toUpperCase() };
  if (text === "refused") {
    return { kind: "refused", error: { kind: "unreadable", message: "It is refused." } };
  }
  if (text === "broken") return { kind: "broken", error: "It is broken." };
  return { kind: "done", result: { text, pid: process.pid, batches, unique: randomUUID() } };
}
