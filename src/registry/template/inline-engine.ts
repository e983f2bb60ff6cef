import { createTemplateEngine, type TemplateEngine } from "./engine.ts";

/** An engine that does all work in this thread; what parses templates is loaded when needed. */
export function inlineEngine(): TemplateEngine {
  return createTemplateEngine(async (work) => (await import("./work.ts")).perform(work));
}
