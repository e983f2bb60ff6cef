import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import * as z from "zod";
import { createEmbeddedFile } from "../../src/embedded/embedded-file.ts";
import type { AuditEvent } from "../../src/log/audit.ts";
import type { EvaluationStore } from "../../src/registry/evaluation/evaluation-store.ts";
import type { LabelRequest } from "../../src/registry/evaluation/runs.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, sessionOf, text } from "../support/embedded-session.ts";
import { type AskedModel, type FakeAnswer, fakeModel } from "../support/fake-model.ts";
import { modelsAt, type TestModels } from "../support/models.ts";
import { resultsOf } from "../support/results-of.ts";

const evaluation = z.looseObject({
  complete: z.boolean(),
  notes: z.array(z.string()).default([]),
  changed_rows: z.array(z.unknown()),
  versions: z.array(
    z.looseObject({ run_id: z.string(), answered: z.number(), failed: z.number() }),
  ),
});

function question({ body }: AskedModel): string {
  return (
    z
      .array(z.looseObject({ content: z.string() }))
      .parse(body.messages)
      .at(-1)?.content ?? ""
  );
}

/** A prompt of two versions and a dataset of 30 numbers, in a file of its own, before a fake model. */
async function setUp(
  answer: (asked: AskedModel, index: number) => FakeAnswer,
  models: Partial<TestModels> = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "evaluations-"));
  const file = createEmbeddedFile({ path: join(folder, "registry.db"), samples: false });
  onTestFinished(() => {
    file.close();
    rmSync(folder, { recursive: true });
  });
  const registry = file.registry({});
  const evaluations: EvaluationStore = file.evaluations({});
  await registry.registerVersion("qa", text("old {{ n }}"));
  await registry.registerVersion("qa", text("new {{ n }}"));
  const dataset = await evaluations.createDataset("numbers", { prompt: "qa" });
  await evaluations.addRows(
    dataset,
    Array.from({ length: 30 }, (_, index) => ({
      inputs: { n: `${index}` },
      expectations: { expected_response: `${index}` },
    })),
  );
  const model = await fakeModel(answer);
  const access = modelsAt({ url: model.url, names: ["m"], ...models });
  const audited: AuditEvent[] = [];
  const session = sessionOf(registry, {
    ...access,
    evaluations,
    who: "ann",
    audit: (event) => audited.push(event),
  });
  const client = await connect(session);
  const evaluate = (args: object = {}) =>
    callTool(client, "evaluate_prompt", {
      name: "qa",
      versions: [1, 2],
      dataset: "numbers",
      scorers: ["exact_match"],
      ...args,
    });
  return { client, evaluations, evaluate, asked: model.asked, audited, registry };
}

const better = (asked: AskedModel) => {
  const [version, n = ""] = question(asked).split(" ");
  return version === "new" ? n : "no";
};

describe("an evaluation that is stored", () => {
  it("is a finished run for each version, with results that can be compared later", async () => {
    const { client, evaluate, evaluations, audited, asked } = await setUp(better);

    const view = evaluation.parse((await evaluate()).structured);
    const [baseline, candidate] = view.versions;
    const runs = await evaluations.listRuns({ prompt: "qa", limit: 10 });
    const compared = await callTool(client, "compare_evaluations", {
      runs: [baseline?.run_id, candidate?.run_id],
    });
    const texts = z.object({ changed_rows: z.array(z.unknown()) }).parse(compared.structured);
    const listed = await callTool(client, "compare_evaluations", { name: "qa" });

    expect(asked).toHaveLength(60);
    expect(runs.items.map(({ status, prompts }) => [status, prompts])).toEqual([
      ["finished", [{ name: "qa", version: 2 }]],
      ["finished", [{ name: "qa", version: 1 }]],
    ]);
    expect(runs.items[0]).toMatchObject({
      baselineRunId: baseline?.run_id,
      dataset: { name: "numbers" },
      metrics: { "exact_match/mean": 1, "rows/attempted": 30, "rows/failed": 0 },
    });
    expect(compared.text).toContain("Against the baseline: better, +1 (1 to 1) on 30 rows");
    expect(texts.changed_rows).toHaveLength(5);
    expect(texts.changed_rows).toContainEqual(
      expect.objectContaining({
        inputs: { n: "0" },
        baseline: expect.objectContaining({ output: "no" }),
        candidate: expect.objectContaining({ output: "0" }),
      }),
    );
    expect(listed.text).toContain("Evaluations of qa, newest first:");
    expect(listed.text).toContain("exact_match/mean 1");
    expect(audited).toContainEqual(
      expect.objectContaining({
        operation: "evaluate_prompt",
        outcome: "ok",
        prompt: "qa",
        dataset: "numbers",
      }),
    );
  });

  it("goes on where it was interrupted, and asks only for what is missing", async () => {
    let broken = true;
    const { evaluate, evaluations, asked } = await setUp(
      (request, index) =>
        broken && index >= 25
          ? { status: 400, body: { error: { message: "down" } } }
          : better(request),
      { maxCalls: 1 },
    );

    const first = evaluation.parse((await evaluate()).structured);
    const askedFirst = asked.length;
    broken = false;
    const second = evaluation.parse((await evaluate()).structured);
    const third = evaluation.parse((await evaluate()).structured);

    expect(first.complete).toBe(false);
    expect(first.notes.join()).toContain("The same call continues.");
    expect(askedFirst).toBe(46);
    expect(second.complete).toBe(true);
    expect(second.notes).toEqual(["25 answers are those of an interrupted call."]);
    expect(second.versions.map(({ answered, failed }) => [answered, failed])).toEqual([
      [30, 0],
      [30, 0],
    ]);
    expect(second.versions.map(({ run_id }) => run_id)).toEqual(
      first.versions.map(({ run_id }) => run_id),
    );
    // The texts of kept answers are read again where they are shown.
    expect(second.changed_rows).toHaveLength(5);
    expect(second.changed_rows[0]).toMatchObject({
      baseline: { output: "no" },
      candidate: { output: "0" },
    });
    // A finished evaluation is not continued: the third call has runs of its own.
    expect(third.versions[0]?.run_id).not.toBe(second.versions[0]?.run_id);
    expect(asked).toHaveLength(46 + 35 + 60);
    const results = await resultsOf(evaluations, second.versions[1]?.run_id ?? "", 100);
    expect(results).toHaveLength(30);
    expect(results.every(({ scores }) => scores.length === 1)).toBe(true);
  });

  it("keeps what it has when the caller cancels", async () => {
    const { client, evaluate, evaluations, asked } = await setUp(
      (request, index) => (index === 10 ? { after: "never" } : better(request)),
      { maxCalls: 1 },
    );
    const cancelling = new AbortController();
    const call = client.callTool(
      {
        name: "evaluate_prompt",
        arguments: { name: "qa", versions: [2], dataset: "numbers", scorers: ["exact_match"] },
      },
      { signal: cancelling.signal },
    );
    const ended = call.catch((error: unknown) => error);
    await expect.poll(() => asked.length).toBe(11);
    cancelling.abort();
    await ended;
    const kept = async () => {
      const { items } = await evaluations.listRuns({ prompt: "qa", status: "running", limit: 1 });
      const [run] = items;
      return run === undefined ? 0 : (await resultsOf(evaluations, run.id, 100)).length;
    };
    await expect.poll(kept).toBe(10);

    const view = evaluation.parse((await evaluate({ versions: [2] })).structured);

    expect(view.notes).toEqual(["10 answers are those of an interrupted call."]);
    expect(asked).toHaveLength(11 + 20);
  });

  it("stores failed rows with a run that finishes, without scores", async () => {
    const { evaluate, evaluations } = await setUp((request) =>
      question(request) === "new 3"
        ? { status: 400, body: { error: { message: "refused" } } }
        : better(request),
    );
    const view = evaluation.parse((await evaluate()).structured);
    const results = await resultsOf(evaluations, view.versions[1]?.run_id ?? "", 100);
    const failed = results.filter(({ error }) => error !== undefined);
    expect(results).toHaveLength(30);
    expect(failed).toMatchObject([{ inputs: { n: "3" }, scores: [] }]);
  });
});

describe("request_labels", () => {
  it("asks people about the answers to the rows that differ most", async () => {
    const { client, evaluate, evaluations } = await setUp((asked) =>
      ["new 3", "new 7"].includes(question(asked)) ? better(asked) : "no",
    );
    const { versions } = evaluation.parse((await evaluate()).structured);
    const runs = versions.map(({ run_id }) => run_id);
    const results = await Promise.all(runs.map((run) => resultsOf(evaluations, run, 100)));
    const differing = results
      .flat()
      .filter(({ inputs }) => inputs.n === "3" || inputs.n === "7")
      .map(({ traceId }) => traceId);
    const requests: LabelRequest[] = [];
    evaluations.requestLabels = async (request) => {
      requests.push(request);
      return { queueId: "rq-1" };
    };
    const ask = (of: readonly string[]) =>
      callTool(client, "request_labels", {
        runs: of,
        label: "exact_match",
        instruction: "Is it right?",
        limit: 4,
      });

    const compared = await ask(runs);
    await ask(runs.slice(0, 1));

    expect(compared.isError, compared.text).toBe(false);
    expect(requests[0]).toMatchObject({ label: "exact_match", instruction: "Is it right?" });
    expect(requests[0]?.traceIds.toSorted()).toEqual(differing.toSorted());
    // There is nothing to compare one run with: its first answers.
    expect(requests[1]?.traceIds).toHaveLength(4);
  });
});

describe("replay_prompt", () => {
  it("shows what another version would have answered to recorded inputs", async () => {
    const { client, evaluations, registry, audited } = await setUp(better);
    await registry.setAlias("qa", "production", 1);
    const uses = [
      { n: "1", output: "1" },
      { n: "2", output: "two" },
      { n: "2", output: "older answer to the same" },
    ];
    evaluations.listUses = async () =>
      uses.map(({ n, output }, index) => ({
        traceId: `tr-${index}`,
        at: 0,
        inputs: { n },
        output,
        labels: [],
        scores: [],
      }));

    const {
      structured,
      text: said,
      isError,
    } = await callTool(client, "replay_prompt", {
      name: "qa",
      candidate: 2,
    });

    expect(isError).toBe(false);
    expect(structured).toMatchObject({
      version: 1,
      candidate: 2,
      found: 3,
      replayed: 2,
      same: 1,
      different: 1,
      failed: 0,
      rows: [
        {
          trace_id: "tr-1",
          before: "two",
          after: "2",
          scores: [{ scorer: "similarity", value: 0 }],
        },
        { trace_id: "tr-0", before: "1", after: "1" },
      ],
    });
    expect(said).toContain("1 answered the same, 1 differently, 0 failed");
    expect(audited).toMatchObject([
      { operation: "replay_prompt", outcome: "ok", prompt: "qa", version: 2 },
    ]);
  });

  it("shows the answers that are paid for when the caller's money is spent", async () => {
    // A token is a dollar. A request may cost as much as it has bytes, and each answer costs 18.
    const prices = new Map([["m", { input: 1_000_000, output: 1_000_000 }]]);
    const { client, evaluations, asked } = await setUp(better, {
      ...{ prices, maxCostPerHour: 75, maxCalls: 1 },
    });
    const used = (n: number) => ({ traceId: `tr-${n}`, inputs: { n: `${n}` }, output: "1" });
    evaluations.listUses = async () =>
      [1, 2, 3].map((n) => ({ ...used(n), at: 0, labels: [], scores: [] }));
    const replay = () =>
      callTool(client, "replay_prompt", { name: "qa", version: 1, candidate: 2 });

    const { structured, text: said } = await replay();
    const broke = await replay();

    expect(structured, said).toMatchObject({ replayed: 3, same: 1, failed: 2 });
    expect(said).toContain("you may spend");
    expect(asked).toHaveLength(1);
    expect(broke).toMatchObject({ isError: true });
  });

  it("says where there is nothing to replay", async () => {
    const { client } = await setUp(better);
    const { isError, text: said } = await callTool(client, "replay_prompt", {
      name: "qa",
      version: 1,
      candidate: 2,
    });
    expect(isError).toBe(true);
    expect(said).toContain("qa version 1 has no trace with inputs and an answer");
  });
});
