import type { AuditEvent } from "../../src/log/audit.ts";
import type { Gate } from "../../src/registry/evaluation/gate/gate.ts";
import type { Session } from "../../src/session/session.ts";
import { callTool } from "./call-tool.ts";
import { type Asked, connect, emptyFile, sessionOf, text } from "./embedded-session.ts";
import { addQuestions, type StoredRun, storeRun } from "./stored-runs.ts";

export const correct: Gate = {
  alias: "production",
  dataset: "questions",
  scorers: { exact_match: { at_least: 0.9 } },
};
export const notWorse: Gate = { ...correct, scorers: { exact_match: { not_worse_by: 0.02 } } };

/** Scores of 20 rows, of which some are wrong. */
export function answers(wrong = 0): readonly { readonly exact_match: boolean }[] {
  return Array.from({ length: 20 }, (_, index) => ({ exact_match: index >= wrong }));
}

/** Production points at version 1 of "qa"; version 2 is the candidate. A dataset has 20 questions. */
export async function gated(
  gate: Gate | string | undefined,
  { asked, ...policy }: Partial<Session> & { readonly asked?: Asked } = {},
) {
  const { registry, evaluations } = emptyFile();
  await registry.registerVersion("qa", text("Answer {{ question }}"));
  await registry.registerVersion("qa", text("Answer briefly: {{ question }}"));
  await registry.setAlias("qa", "production", 1);
  const tag = typeof gate === "string" ? gate : JSON.stringify(gate);
  if (gate !== undefined) await registry.tagPrompt("qa", { "mcp.gate": tag });
  const dataset = await addQuestions(evaluations, "questions", 20);
  const events: AuditEvent[] = [];
  const session = sessionOf(registry, {
    evaluations,
    audit: (event) => events.push(event),
    ...policy,
  });
  const client = await connect(session, asked);
  const call = (tool: string, args: Readonly<Record<string, unknown>>) =>
    callTool(client, tool, { name: "qa", ...args });
  const run = (given: Omit<StoredRun, "prompt">, on = dataset) =>
    storeRun(evaluations, on, { prompt: "qa", ...given });
  return {
    ...{ registry, evaluations, dataset, events, call, run },
    promote: (args = {}) => call("set_prompt_alias", { alias: "production", version: 2, ...args }),
    production: async () => (await registry.getPrompt("qa")).aliases.production,
  };
}

export function person(action: "accept" | "decline"): Asked {
  const answer = () => (action === "accept" ? { action, content: { confirm: true } } : { action });
  return { questions: [], answer };
}
