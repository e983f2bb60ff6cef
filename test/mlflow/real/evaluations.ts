import type { NewRun, RowResult } from "../../../src/registry/evaluation/runs.ts";

/** Milliseconds since 1970. */
export const started = Date.UTC(2026, 10, 1);

export const newRun: NewRun = {
  name: "qa/2 on questions",
  prompt: { name: "qa", version: 2 },
  plan: "plan-1",
  dataset: { name: "questions", digest: "abcd1234", rowCount: 2 },
  params: { model: "small", repeats: "1" },
  baselineRunId: "0123456789abcdef0123456789abcdef",
  startedAt: started,
  user: "ada",
};

/** A row with every kind of score and expectation. */
export const answered: RowResult = {
  traceId: "tr-unused",
  rowKey: "0.0",
  prompt: { name: "qa", version: 2 },
  startedAt: started + 1_000,
  endedAt: started + 1_250,
  inputs: { question: "Why?", depth: 2 },
  output: `Because. ${"x".repeat(3_000)}`,
  user: "ada",
  call: {
    model: "small",
    provider: "openai",
    request: { messages: [{ role: "user", content: "Why?" }] },
    answer: { choices: [] },
    usage: { inputTokens: 11, outputTokens: 7 },
    cost: { inputUsd: 0.001, outputUsd: 0.002, totalUsd: 0.003 },
  },
  expectations: { expected_response: "Because.", expected_facts: ["a", "b"], nothing: null },
  scores: [
    { scorer: "exact_match", value: false },
    { scorer: "length", value: 12.5 },
    {
      scorer: "correctness",
      value: true,
      reason: "It says so.\0",
      judge: { model: "openai:/judge", inputTokens: 100, outputTokens: 20, usd: 0.01 },
    },
    { scorer: "fluency", error: "The judge gave no JSON.", judge: { model: "openai:/judge" } },
  ],
};

/** A row that no model answered. */
export const failed: RowResult = {
  ...answered,
  rowKey: "1.0",
  inputs: { question: "How?" },
  output: undefined,
  error: "The model refused.",
  call: { model: "small", request: {} },
  expectations: {},
  scores: [],
};
