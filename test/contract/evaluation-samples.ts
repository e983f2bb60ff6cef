import type { NewRun, RowResult } from "../../src/registry/evaluation/runs.ts";
import type { PromptTrace } from "../../src/registry/traces.ts";
import type { EvaluationSubject } from "./evaluation.ts";
import { text, uniqueName } from "./support.ts";

/** A new prompt with versions 1 and 2. */
export async function newPrompt({ registry }: EvaluationSubject): Promise<string> {
  const name = uniqueName();
  await registry.registerVersion(name, text("One: {{ question }}"));
  await registry.registerVersion(name, text("Two: {{ question }}"));
  return name;
}

/** A run of a prompt that is new to the registry, unless told. */
export function newRun(rest: Partial<NewRun> = {}): NewRun {
  return {
    name: "a run",
    prompt: { name: uniqueName(), version: 1 },
    plan: uniqueName(),
    dataset: { name: "questions", digest: "0a1b2c3d", rowCount: 2 },
    params: {},
    startedAt: Date.now(),
    ...rest,
  };
}

/** A use of a version that a model answered, unless told. */
export function newTrace(rest: Partial<PromptTrace> = {}): PromptTrace {
  const startedAt = Date.now();
  return {
    traceId: `tr-${crypto.randomUUID().replaceAll("-", "")}`,
    prompt: { name: uniqueName(), version: 1 },
    startedAt,
    endedAt: startedAt + 43,
    inputs: { question: "Why?" },
    call: {
      model: "gpt-9",
      request: { messages: [{ role: "user", content: "Why?" }] },
      answer: { choices: [{ message: { content: "Because." } }] },
      usage: { inputTokens: 5, outputTokens: 7 },
    },
    output: "Because.",
    ...rest,
  };
}

export function newResult(rowKey: string, rest: Partial<RowResult> = {}): RowResult {
  return { ...newTrace(), rowKey, expectations: {}, scores: [], ...rest };
}
