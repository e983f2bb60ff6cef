import { describe, expect, it } from "vitest";
import type { EvaluationRun, RunSearch } from "../../src/registry/evaluation/runs.ts";
import { resultsOf } from "../support/results-of.ts";
import type { EvaluationSubject } from "./evaluation.ts";
import { newResult, newRun } from "./evaluation-samples.ts";
import { refused, uniqueName } from "./support.ts";

export function runsContract(subject: EvaluationSubject): void {
  describe("evaluation runs", () => {
    it("say what is evaluated, on what, and that they are running", async () => {
      const dataset = { id: `d-${"b".repeat(32)}`, name: uniqueName(), digest: "1a2b3c4d" };
      const run = newRun({
        name: "qa/1 on Fragen („groß“)",
        dataset: { ...dataset, rowCount: 7 },
        params: { model: "gpt-9", scorers: '[{"name": "größe", "digest": "x"}]', repeats: "3" },
        baselineRunId: "c".repeat(32),
        user: "ada",
      });

      const id = await subject.store.startRun(run);

      expect(id).toMatch(/^[0-9a-f]{32}$/);
      expect(await subject.store.getRun(id)).toEqual({
        id,
        name: run.name,
        status: "running",
        prompts: [run.prompt],
        startedAt: run.startedAt,
        metrics: {},
        dataset,
        params: run.params,
        plan: run.plan,
        baselineRunId: run.baselineRunId,
      });
    });

    it("may have rows that came with the call: then the dataset has no ID", async () => {
      const id = await subject.store.startRun(newRun());

      const { dataset } = await subject.store.getRun(id);

      expect(dataset).toEqual({ name: "questions", digest: "0a1b2c3d" });
    });

    it("have metrics when they are finished, also when that is said twice", async () => {
      const id = await subject.store.startRun(newRun());
      const endedAt = Date.now();
      const metrics = { "correctness/mean": 0.25, "rows/attempted": 7, "cost_usd/total": 1.5e-7 };
      const end = { status: "finished", metrics, endedAt } as const;

      await subject.store.finishRun(id, end);
      await subject.store.finishRun(id, end);

      expect(await subject.store.getRun(id)).toMatchObject({
        status: "finished",
        endedAt,
        metrics,
      });
    });

    it("may fail", async () => {
      const id = await subject.store.startRun(newRun());
      await subject.store.finishRun(id, { status: "failed", metrics: {}, endedAt: Date.now() });

      expect(await subject.store.getRun(id)).toMatchObject({ status: "failed", metrics: {} });
    });

    it("are not found when there is none", async () => {
      const id = "d".repeat(32);

      await refused(subject.store.getRun(id), "not_found", id);
      await refused(resultsOf(subject.store, id, 10), "not_found");
    });
  });

  describe("a list of evaluation runs", () => {
    it("has those of a prompt, newest first, page by page", async () => {
      const prompt = { name: uniqueName(), version: 1 };
      const now = Date.now();
      const ids: string[] = [];
      for (const age of [2_000, 0, 1_000, 0]) {
        ids.push(await subject.store.startRun(newRun({ prompt, startedAt: now - age })));
      }
      const [oldest, one, middle, other] = ids;

      const found = (await allRuns({ prompt: prompt.name, limit: 3 })).map(({ id }) => id);

      expect(new Set(found.slice(0, 2))).toEqual(new Set([one, other]));
      expect(found.slice(2)).toEqual([middle, oldest]);
    });

    it("tells versions apart whose numbers begin alike, and names that end alike", async () => {
      const name = uniqueName();
      const start = (prompt: EvaluationRun["prompts"][number]) =>
        subject.store.startRun(newRun({ prompt }));
      const one = await start({ name, version: 1 });
      const eleven = await start({ name, version: 11 });
      await start({ name: `other-${name}`, version: 1 });

      expect(await idsOf({ prompt: name, version: 1, limit: 10 })).toEqual([one]);
      expect(await idsOf({ prompt: name, version: 11, limit: 10 })).toEqual([eleven]);
      expect(await idsOf({ prompt: name, version: 2, limit: 10 })).toEqual([]);
      expect((await idsOf({ prompt: name, limit: 10 })).length).toBe(2);
    });

    it("has the interrupted run of a plan, with the rows that it has", async () => {
      const plan = uniqueName();
      const prompt = { name: uniqueName(), version: 1 };
      const finished = await subject.store.startRun(newRun({ plan, prompt }));
      const end = { status: "finished", metrics: {}, endedAt: Date.now() } as const;
      await subject.store.finishRun(finished, end);
      const interrupted = await subject.store.startRun(newRun({ plan, prompt }));
      await subject.store.storeResults(interrupted, [newResult("0.0", { prompt })]);
      await subject.store.startRun(newRun({ prompt }));

      expect(await idsOf({ plan, status: "running", limit: 10 })).toEqual([interrupted]);
      expect(await idsOf({ plan, status: "finished", limit: 10 })).toEqual([finished]);
      expect(await idsOf({ plan, status: "failed", limit: 10 })).toEqual([]);
      const rows = await resultsOf(subject.store, interrupted, 10);
      expect(rows.map(({ rowKey }) => rowKey)).toEqual(["0.0"]);
    });

    it("refuses the cursor of another list", async () => {
      const prompt = { name: uniqueName(), version: 1 };
      for (let count = 0; count < 2; count += 1) await subject.store.startRun(newRun({ prompt }));
      const { nextCursor: cursor } = await subject.store.listRuns({
        prompt: prompt.name,
        limit: 1,
      });

      const list = subject.store.listRuns({ prompt: uniqueName(), limit: 1, cursor });

      await refused(list, "invalid", "cursor");
    });

    async function idsOf(search: RunSearch): Promise<readonly string[]> {
      return (await subject.store.listRuns(search)).items.map(({ id }) => id);
    }

    async function allRuns(search: RunSearch): Promise<readonly EvaluationRun[]> {
      const found: EvaluationRun[] = [];
      let cursor: string | undefined;
      do {
        const page = await subject.store.listRuns({ ...search, cursor });
        found.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return found;
    }
  });
}
