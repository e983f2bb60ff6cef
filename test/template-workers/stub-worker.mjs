// Acts on the first text of each job as the tests expect, and returns which process ran it.
import { randomUUID } from "node:crypto";

let batches = 0;

process.on("message", ({ jobs }) => {
  batches += 1;
  const outcomes = jobs
    .map((text) => JSON.parse(text))
    .map((job) => outcomeOf(job.texts?.[0] ?? job.template.text));
  process.send({ kind: "outcomes", outcomes });
});
process.once("disconnect", () => process.exit());
process.send({ kind: "ready" });

function outcomeOf(text) {
  if (text === "forever") for (;;);
  if (text === "memory")
    return { kind: "done", result: JSON.stringify("x".repeat(400_000_000).toUpperCase()) };
  if (text === "refused") {
    return { kind: "refused", error: { kind: "unreadable", message: "It is refused." } };
  }
  if (text === "broken") return { kind: "broken", error: "It is broken." };
  return {
    kind: "done",
    result: JSON.stringify({ text, pid: process.pid, batches, unique: randomUUID() }),
  };
}
