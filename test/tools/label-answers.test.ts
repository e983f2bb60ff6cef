import { describe, expect, it } from "vitest";
import type { AuditEvent } from "../../src/log/audit.ts";
import { traceIdOf } from "../../src/registry/evaluation/row-identity.ts";
import type { Session } from "../../src/session/session.ts";
import { newResult, newRun } from "../contract/evaluation-samples.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyFile, sessionOf, text } from "../support/embedded-session.ts";
import { resultsOf } from "../support/results-of.ts";

/** A run of three rows, of which the last has no answer, and sessions of people. There is no model. */
async function evaluated() {
  const { registry, evaluations: store } = emptyFile();
  await registry.registerVersion("qa", text("Answer {{ question }}"));
  const prompt = { name: "qa", version: 1 };
  const run = await store.startRun(newRun({ prompt }));
  const { output: _, ...failed } = newResult("2.0", { prompt, inputs: { question: "c" } });
  const scored = (value: boolean) => [{ scorer: "good", value, reason: "It says so." }];
  await store.storeResults(run, [
    newResult("0.0", { prompt, inputs: { question: "a" }, scores: scored(true) }),
    newResult("1.0", { prompt, inputs: { question: "b" }, scores: scored(false) }),
    { ...failed, error: "The model is busy.", scores: [] },
  ]);
  await store.finishRun(run, { status: "finished", metrics: {}, endedAt: 2 });
  const audited: AuditEvent[] = [];
  const as = async (who?: string, policy: Partial<Session> = {}) => {
    const client = await connect(
      sessionOf(registry, {
        ...{ evaluations: store, audit: (event: AuditEvent) => audited.push(event) },
        ...(who === undefined ? {} : { who }),
        ...policy,
      }),
    );
    return (tool: string, args: object) => callTool(client, tool, args);
  };
  const trace = (index: number) => traceIdOf(run, `${index}.0`);
  return { run, as, trace, audited, store };
}

describe("label_answers", () => {
  it("stores what a person says, and the scorer is compared with it, without a model", async () => {
    const { run, as, trace, audited } = await evaluated();
    const ann = await as("ann");
    const labels = [
      { trace_id: trace(0), value: true, reason: "  Right. " },
      { trace_id: trace(1), value: true },
    ];

    const { structured } = await ann("label_answers", { run, name: "good", labels });

    expect(structured).toEqual({ run, name: "good", labelled: 2, by: "ann" });
    expect((await ann("evaluation_rows", { run })).structured).toMatchObject({
      rows: expect.arrayContaining([
        expect.objectContaining({
          trace_id: trace(0),
          scores: [{ scorer: "good", value: true, reason: "It says so." }],
          labels: [{ name: "good", value: true, reason: "Right.", by: "ann" }],
        }),
      ]),
    });
    expect((await ann("compare_evaluations", { runs: [run] })).structured).toMatchObject({
      reports: [{ scores: [{ scorer: "good", agreement: { agreed: 0.5, rows: 2 } }] }],
    });
    expect(audited).toContainEqual(
      expect.objectContaining({ operation: "label_answers", outcome: "ok", prompt: "qa" }),
    );
  });

  it("compares a scorer with nobody where people disagree", async () => {
    const { run, as, trace } = await evaluated();
    const [ann, ben] = [await as("ann"), await as("ben")];
    const say = (index: number, value: boolean) => ({
      ...{ run, name: "good" },
      labels: [{ trace_id: trace(index), value }],
    });
    await ann("label_answers", say(0, true));
    await ben("label_answers", say(0, false));
    await ann("label_answers", say(1, false));
    await ben("label_answers", say(1, false));

    const { structured } = await ann("compare_evaluations", { runs: [run] });

    expect(structured).toMatchObject({
      reports: [{ scores: [{ scorer: "good", agreement: { agreed: 1, rows: 1 } }] }],
    });
  });

  it("changes the same person's label, also when a call is repeated", async () => {
    const { run, as, trace, store } = await evaluated();
    const [ann, ben] = [await as("ann"), await as("ben")];
    const say = (value: number) => ({
      run,
      name: "stars",
      labels: [{ trace_id: trace(0), value }],
    });
    await ann("label_answers", say(2));
    await ben("label_answers", say(3));
    await ann("label_answers", say(5));
    await ann("label_answers", say(5));

    const rows = await resultsOf(store, run, 10);

    const labels = rows.flatMap((row) => row.labels);
    expect(labels).toHaveLength(2);
    expect(labels).toEqual(
      expect.arrayContaining([
        { name: "stars", value: 5, user: "ann" },
        { name: "stars", value: 3, user: "ben" },
      ]),
    );
  });

  it("refuses all labels of a call when an answer is not of the run", async () => {
    const { run, as, trace, store } = await evaluated();
    const ann = await as("ann");
    const foreign = `tr-${"0".repeat(32)}`;
    const labels = [
      { trace_id: trace(0), value: true },
      { trace_id: foreign, value: true },
    ];

    const refused = await ann("label_answers", { run, name: "good", labels });

    expect(refused).toMatchObject({ isError: true, text: expect.stringContaining(foreign) });
    expect((await resultsOf(store, run, 10)).flatMap((row) => row.labels)).toEqual([]);
    const none = { run: "0".repeat(32), name: "good", labels: labels.slice(0, 1) };
    expect(await ann("label_answers", none)).toMatchObject({ isError: true });
    const long = [{ trace_id: trace(0), value: true, reason: "x".repeat(1_001) }];
    expect(await ann("label_answers", { run, name: "good", labels: long })).toMatchObject({
      isError: true,
    });
  });

  it("is not offered where nothing may be written", async () => {
    const { run, as, trace } = await evaluated();
    const reader = await as("ann", { readOnly: true });
    const labels = [{ trace_id: trace(0), value: true }];

    await expect(reader("label_answers", { run, name: "good", labels })).rejects.toThrow();
  });
});

describe("evaluation_rows", () => {
  it("goes through the rows of a run, and finds those that failed", async () => {
    const { run, as, trace } = await evaluated();
    const call = await as();
    const pages = [
      await call("evaluation_rows", { run, limit: 2 }),
      await call("evaluation_rows", { run, limit: 2, start: 2 }),
    ];

    expect(pages[0]?.structured).toMatchObject({ next_start: 2 });
    expect(pages[1]?.structured).not.toHaveProperty("next_start");
    const ids = pages.flatMap(
      ({ structured }) => (structured as { rows: { trace_id: string }[] }).rows,
    );
    expect(ids.map(({ trace_id }) => trace_id).sort()).toEqual([0, 1, 2].map(trace).sort());
    expect((await call("evaluation_rows", { run, failed: true })).structured).toMatchObject({
      rows: [{ trace_id: trace(2), error: "The model is busy.", scores: [] }],
    });
  });
});
