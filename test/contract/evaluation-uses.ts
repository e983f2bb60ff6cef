import { describe, expect, it } from "vitest";
import { traceIdOf } from "../../src/registry/evaluation/row-identity.ts";
import { resultsOf } from "../support/results-of.ts";
import type { EvaluationSubject } from "./evaluation.ts";
import { newPrompt, newResult, newRun, newTrace } from "./evaluation-samples.ts";
import { refused } from "./support.ts";

export function usesContract(subject: EvaluationSubject): void {
  describe("uses of a version", () => {
    it("are the traces outside of evaluations, newest first, at most as many as wanted", async () => {
      const name = await newPrompt(subject);
      const prompt = { name, version: 1 };
      const now = Date.now();
      const traces = [3_000, 1_000, 2_000].map((age) =>
        newTrace({ prompt, startedAt: now - age, endedAt: now - age + 10, output: `${age} ago` }),
      );
      for (const trace of traces) await subject.storeTrace(trace);
      await subject.storeTrace(newTrace({ prompt: { name, version: 2 } }));
      const id = await subject.store.startRun(newRun({ prompt }));
      await subject.store.storeResults(id, [newResult("0.0", { prompt })]);

      const uses = await subject.store.listUses(prompt, 2);

      expect(uses).toEqual(
        [traces[1], traces[2]].map((trace) => ({
          traceId: trace?.traceId,
          at: trace?.startedAt,
          inputs: { question: "Why?" },
          output: trace?.output,
          labels: [],
          scores: [],
        })),
      );
    });

    it("have times, and say which failed, since a time", async () => {
      const prompt = { name: await newPrompt(subject), version: 1 };
      const now = Date.now();
      const ages = [3_000, 1_000, 90_000_000];
      for (const [index, age] of ages.entries()) {
        const failure = index === 0 ? { error: "The model did not answer." } : {};
        await subject.storeTrace(
          newTrace({ prompt, startedAt: now - age, endedAt: now - age + 10, ...failure }),
        );
      }
      await subject.storeTrace(newTrace({ prompt: { ...prompt, version: 2 } }));
      const id = await subject.store.startRun(newRun({ prompt }));
      await subject.store.storeResults(id, [newResult("0.0", { prompt })]);
      const since = now - 86_400_000;

      const times = await subject.store.listUseTimes(prompt, { since, limit: 10 });

      expect(times).toMatchObject([
        { at: now - 1_000, failed: false },
        { at: now - 3_000, failed: true },
      ]);
      expect((await subject.store.listUses(prompt, 10)).map(({ traceId }) => traceId)).toContain(
        times[0]?.traceId,
      );
      expect(await subject.store.listUseTimes(prompt, { since, limit: 1 })).toHaveLength(1);
    });

    it("are found by a version that is linked later, once", async () => {
      const trace = newTrace({ prompt: { name: await newPrompt(subject), version: 1 } });
      const linked = { name: await newPrompt(subject), version: 3 };
      await subject.storeTrace(trace);

      for (const _ of [1, 2]) await subject.store.linkTrace(trace.traceId, linked);

      const ids = async (prompt: typeof linked) =>
        (await subject.store.listUses(prompt, 10)).map(({ traceId }) => traceId);
      expect(await ids(linked)).toEqual([trace.traceId]);
      expect(await ids(trace.prompt)).toEqual([trace.traceId]);
    });

    it("can be linked when a trace arrives after the first attempt", async () => {
      const linked = { name: await newPrompt(subject), version: 1 };
      const trace = newTrace({ prompt: { ...linked, version: 2 } });
      const link = () => subject.store.linkTrace(trace.traceId, linked);

      const early = await link().catch((error: unknown) => error);
      await subject.storeTrace(trace);
      await link();

      // MLflow 3.8 does not look whether there is a trace.
      if (early !== undefined) expect(early).toMatchObject({ kind: "not_found" });
      expect(await subject.store.listUses(linked, 10)).toHaveLength(1);
    });

    it("are none for a version that was not used", async () => {
      const prompt = { name: await newPrompt(subject), version: 1 };

      expect(await subject.store.listUses(prompt, 10)).toEqual([]);
    });
  });

  describe("labels", () => {
    it("are read with the use that a person labelled", async () => {
      const prompt = { name: await newPrompt(subject), version: 1 };
      const trace = newTrace({ prompt });
      await subject.storeTrace(trace);
      const labels = [
        { name: "helpful", value: true, comment: "Sehr „gut“.", user: "ada" },
        { name: "helpful", value: false, user: "bob" },
        { name: "stars", value: 4, user: "ada" },
        { name: "tone", value: "formal", user: "ada" },
      ];
      for (const label of labels) await subject.store.setLabel(trace.traceId, label);

      const [use] = await subject.store.listUses(prompt, 10);

      expect(use?.labels).toHaveLength(labels.length);
      expect(use?.labels).toEqual(expect.arrayContaining(labels));
    });

    it("are read with the result that a person labelled, and are no scores", async () => {
      const prompt = { name: await newPrompt(subject), version: 1 };
      const id = await subject.store.startRun(newRun({ prompt }));
      const scores = [{ scorer: "exact_match", value: true }];
      await subject.store.storeResults(id, [newResult("0.0", { prompt, scores })]);
      const label = { name: "exact_match", value: false, user: "ada" };
      await subject.store.setLabel(traceIdOf(id, "0.0"), label);

      const [row] = await resultsOf(subject.store, id, 10);

      expect(row).toMatchObject({ scores, labels: [label] });
    });

    it("take the place of the same person's former one, and of no other person's", async () => {
      const prompt = { name: await newPrompt(subject), version: 1 };
      const id = await subject.store.startRun(newRun({ prompt }));
      await subject.store.storeResults(id, [newResult("0.0", { prompt })]);
      const trace = traceIdOf(id, "0.0");
      const first = { name: "helpful", value: true, comment: "Yes.", user: "ada" };
      const others = { name: "helpful", value: true, comment: "So it is.", user: "bob" };
      for (const label of [first, others, first]) await subject.store.setLabel(trace, label);
      const changed = { name: "helpful", value: 2, user: "ada" };
      await subject.store.setLabel(trace, changed);

      const [row] = await resultsOf(subject.store, id, 10);

      expect(row?.labels).toHaveLength(2);
      expect(row?.labels).toEqual(expect.arrayContaining([changed, others]));
    });

    it("are refused for a trace that does not exist", async () => {
      const label = { name: "helpful", value: true };

      await refused(subject.store.setLabel(`tr-${"0".repeat(32)}`, label), "not_found");
    });
  });

  describe("registered scorers", () => {
    it("are a list of names and JSON texts", async () => {
      for (const { name, serialized } of await subject.store.listScorers()) {
        expect(name).not.toBe("");
        expect(() => JSON.parse(serialized)).not.toThrow();
      }
    });
  });
}
