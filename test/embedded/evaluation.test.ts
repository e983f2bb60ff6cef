import { describe, expect, it } from "vitest";
import type { RowResult } from "../../src/registry/evaluation/runs.ts";
import { withDatabase } from "../support/database.ts";
import { resultsOf } from "../support/results-of.ts";
import { makeMlflowFile, newPath, openFile, sql } from "./support.ts";
import { metricsTables } from "./upgrade.ts";

const run = {
  name: "qa/3 on questions",
  prompt: { name: "qa", version: 3 },
  plan: "plan-1",
  dataset: { name: "questions", digest: "0a1b2c3d", rowCount: 2 },
  params: { model: "gpt-9" },
  startedAt: 1_795_000_000_000,
  user: "ada",
};

const result: RowResult = {
  traceId: "tr-00000000000000000000000000000000",
  prompt: run.prompt,
  startedAt: 1_795_000_000_100,
  endedAt: 1_795_000_000_143,
  inputs: { question: "Größer als 漢?", top: 3 },
  call: {
    model: "gpt-9",
    provider: "openai",
    request: { messages: [{ role: "user", content: "Größer?" }] },
    answer: { choices: [] },
    usage: { inputTokens: 5, outputTokens: 7 },
    cost: { inputUsd: 0.1, outputUsd: 0.2, totalUsd: 0.3 },
  },
  output: "Ja.",
  user: "ada",
  rowKey: "0.0",
  recordId: "dr-1",
  expectations: { expected_response: "Ja", guidelines: ["be short"] },
  scores: [
    { scorer: "exact_match", value: false, reason: "A full stop." },
    { scorer: "correctness", value: "yes", judge: { model: "gpt-9", inputTokens: 3, usd: 0.01 } },
    { scorer: "broken", error: "The judge gave no JSON." },
  ],
};

describe("the evaluations of a database file", () => {
  it("reads back a row as it was stored, also one that was stored twice", async () => {
    const store = openFile(newPath()).evaluations({});
    const id = await store.startRun(run);
    await store.storeResults(id, [result]);
    await store.storeResults(id, [result, { ...result, rowKey: "1.0" }]);

    const rows = await resultsOf(store, id, 10);

    expect(rows.map(({ rowKey }) => rowKey).toSorted()).toEqual(["0.0", "1.0"]);
    expect(rows.find(({ rowKey }) => rowKey === "0.0")).toEqual({
      traceId: expect.stringMatching(/^tr-[0-9a-f]{32}$/),
      rowKey: "0.0",
      inputs: result.inputs,
      output: "Ja.",
      expectations: result.expectations,
      scores: result.scores,
      labels: [],
      latencyMs: 43,
      usage: { inputTokens: 5, outputTokens: 7 },
      usd: 0.3,
    });
  });

  it("has tokens and costs where the statistics of MLflow 3.10 to 3.16 add them up", async () => {
    const path = newPath();
    makeMlflowFile(path);
    withDatabase(path, (db) => db.exec(metricsTables));
    const store = openFile(path).evaluations({});
    await store.storeResults(await store.startRun(run), [result]);

    expect(sql(path, "SELECT key, value FROM trace_metrics ORDER BY key")).toEqual([
      { key: "input_tokens", value: 5 },
      { key: "output_tokens", value: 7 },
      { key: "total_tokens", value: 12 },
    ]);
    const ofSpans =
      "SELECT m.key, m.value, s.name FROM span_metrics m JOIN spans s USING (trace_id, span_id) ORDER BY key";
    expect(sql(path, ofSpans)).toEqual([
      { key: "input_cost", value: 0.1, name: "chat" },
      { key: "output_cost", value: 0.2, name: "chat" },
      { key: "total_cost", value: 0.3, name: "chat" },
    ]);
    const dimensions = "SELECT name, dimension_attributes AS model FROM spans ORDER BY name";
    expect(sql(path, dimensions)).toEqual([
      { name: "chat", model: '{"mlflow.llm.model": "gpt-9", "mlflow.llm.provider": "openai"}' },
      { name: "evaluate_prompt", model: null },
    ]);
  });

  it("has them in columns of a file of MLflow 3.17, whose older tables stay empty", async () => {
    const path = newPath();
    makeMlflowFile(path);
    withDatabase(path, (db) => {
      db.exec(metricsTables);
      for (const [table, kind] of [
        ["trace_info", "tokens"],
        ["trace_info", "cost"],
        ["spans", "cost"],
      ]) {
        for (const part of ["input", "output", "total"]) {
          db.exec(`ALTER TABLE ${table} ADD COLUMN ${part}_${kind} FLOAT`);
        }
      }
    });
    const store = openFile(path).evaluations({});
    await store.storeResults(await store.startRun(run), [result]);

    expect(sql(path, "SELECT total_tokens, total_cost FROM trace_info")).toEqual([
      { total_tokens: 12, total_cost: 0.3 },
    ]);
    expect(sql(path, "SELECT * FROM trace_metrics")).toEqual([]);
    expect(sql(path, "SELECT * FROM span_metrics")).toEqual([]);
  });

  it("leaves out scores that another run gave the same traces, as MLflow marks them", async () => {
    const path = newPath();
    const store = openFile(path).evaluations({});
    const id = await store.startRun(run);
    await store.storeResults(id, [result]);
    sql(
      path,
      `INSERT INTO assessments (assessment_id, trace_id, name, assessment_type, value, valid,
         created_timestamp, last_updated_timestamp, source_type, source_id, assessment_metadata)
       SELECT 'a-1', request_id, 'other', 'feedback', 'true', 1, 1, 1, 'CODE', 'other', ?
       FROM trace_info`,
      '{"mlflow.assessment.sourceRunId": "another"}',
    );

    const [row] = await resultsOf(store, id, 10);

    expect(row?.scores).toEqual(result.scores);
    expect(sql(path, "SELECT DISTINCT run_id FROM assessments")).toEqual([{ run_id: null }]);
  });

  it("stores all rows of a call or none", async () => {
    const path = newPath();
    const store = openFile(path).evaluations({});
    const id = await store.startRun(run);
    const broken = { ...result, rowKey: "1.0", startedAt: Number.NaN };

    await expect(store.storeResults(id, [result, broken])).rejects.toThrow();

    expect(sql(path, "SELECT * FROM trace_info")).toEqual([]);
    expect(sql(path, "SELECT * FROM spans")).toEqual([]);
  });

  it("takes an experiment that does not exist for a mistake", async () => {
    const store = openFile(newPath()).evaluations({ experimentId: "7" });

    await expect(store.startRun(run)).rejects.toMatchObject({ kind: "not_found" });
  });

  it("has no review queues", async () => {
    const store = openFile(newPath()).evaluations({});
    const request = { title: "t", label: "l", instruction: "i", traceIds: [], users: [] };

    await expect(store.requestLabels(request)).rejects.toMatchObject({ kind: "invalid" });
  });
});
