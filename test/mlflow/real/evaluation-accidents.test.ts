import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RegistryError } from "../../../src/registry/errors.ts";
import type { EvaluationStore } from "../../../src/registry/evaluation/evaluation-store.ts";
import { type AnswerCutter, accidents, startAnswerCutter } from "../../support/answer-cutter.ts";
import { mlflowAvailable, type Release, title } from "../../support/mlflow-install.ts";
import { resultsOf } from "../../support/results-of.ts";
import { answered, failed, newRun, started } from "./evaluations.ts";
import { suiteServer } from "./suite-server.ts";

/** Every POST of an evaluation of two rows, in order, but for those of rows, which run at once. */
const requests = [
  "runs/create",
  "runs/log-inputs",
  "runs/log-batch",
  "traces/search",
  "traces",
  "traces",
  "link-prompts",
  "link-prompts",
  "v1/traces",
  "runs/log-batch",
  "runs/update",
];

/** Evaluates two rows. Like callers, it makes a call that fails once more. */
async function evaluate(store: EvaluationStore, plan: string): Promise<string> {
  const twice = <T>(call: () => Promise<T>) =>
    call().catch((error: unknown) => {
      if (error instanceof RegistryError && error.kind === "unavailable") return call();
      throw error;
    });
  const runId = await twice(() => store.startRun({ ...newRun, plan }));
  await twice(() => store.storeResults(runId, [answered, failed]));
  const end = { status: "finished", metrics: { "length/mean": 12.5 }, endedAt: started } as const;
  await twice(() => store.finishRun(runId, end));
  return runId;
}

/** What is the same in every evaluation of these rows. */
async function stateOf(store: EvaluationStore, runId: string) {
  const { id: _, plan: __, ...run } = await store.getRun(runId);
  const rows = (await resultsOf(store, runId, 10)).map(({ traceId: _, ...row }) => ({
    ...row,
    scores: row.scores.toSorted((one, other) => one.scorer.localeCompare(other.scorer)),
  }));
  return { run, rows: rows.sort((one, other) => Number(one.rowKey) - Number(other.rowKey)) };
}

describe.each<Release>(["3.17.2", "3.10.1", "3.8.1"])("on MLflow %s", async (release) => {
  const mlflow = await mlflowAvailable(release);
  describe.skipIf(!mlflow.ok)(title("an evaluation of which one request", mlflow), () => {
    const server = suiteServer({ release });
    let cutter: AnswerCutter;
    let store: EvaluationStore;
    let without: Awaited<ReturnType<typeof stateOf>>;

    beforeAll(async () => {
      cutter = await startAnswerCutter(server.url);
      const verifySchedule = { pausesMs: [0, 100, 500], limitMs: 8_000 };
      store = server.clientOf(cutter.url, { verifySchedule }).evaluations();
      cutter.arm(0, accidents.neverSent);
      without = await stateOf(server.client.evaluations(), await evaluate(store, "without"));
      for (const [index, write] of cutter.writes.entries()) {
        expect(write).toMatch(new RegExp(`/${requests[index]}$`));
      }
      expect(cutter.writes).toHaveLength(requests.length);
    });
    afterAll(() => cutter?.close());

    it("has no accident is complete", () => {
      expect(without.rows).toHaveLength(2);
      expect(without.rows[0]?.scores).toHaveLength(4);
      expect(without.rows[0]?.usage).toEqual({ inputTokens: 11, outputTokens: 7 });
    });

    it.each(Object.keys(accidents).filter(isAccident))(
      "has the accident %s is the same, whichever request it is",
      async (accident) => {
        for (const [index, request] of requests.entries()) {
          cutter.arm(index + 1, accidents[accident]);
          const plan = `${accident} ${index}`;

          const runId = await evaluate(store, plan);

          await cutter.verifyWrite();
          const reader = server.client.evaluations();
          expect(await stateOf(reader, runId), `${index}: ${request}`).toEqual(without);
          const { items } = await reader.listRuns({ plan, limit: 10 });
          expect(
            items.map(({ id }) => id),
            `${index}: ${request}`,
          ).toEqual([runId]);
        }
      },
    );
  });
});

function isAccident(name: string): name is keyof typeof accidents {
  return Object.hasOwn(accidents, name);
}
