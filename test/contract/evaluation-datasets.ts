import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src/registry/evaluation/datasets.ts";
import type { EvaluationSubject } from "./evaluation.ts";
import { refused, uniqueName } from "./support.ts";

const everyCharacter = 'Grüße 漢字 👩‍👩‍👧 \u2028 "quoted" \\ % _ \'; --\r\n\t';

export function datasetsContract(subject: EvaluationSubject): void {
  const create = (details: { prompt?: string } = {}) =>
    subject.store.createDataset(uniqueName(), details);

  describe("datasets", () => {
    it("are found by name and by ID", async () => {
      const name = uniqueName();
      const dataset = await subject.store.createDataset(name, { prompt: "qa" });

      expect(dataset).toMatchObject({ name, rowCount: 0, prompt: "qa" });
      expect(dataset.id).toMatch(/^d-[0-9a-f]{32}$/);
      expect(await subject.store.getDataset(name)).toEqual(dataset);
      expect(await subject.store.getDataset(dataset.id)).toEqual(dataset);
    });

    it("have no prompt unless it is named", async () => {
      expect(await create()).not.toHaveProperty("prompt");
    });

    it("are tied to a prompt later, and to one alone", async () => {
      const [prompt, other] = [uniqueName(), uniqueName()];
      const dataset = await create();

      const tied = await subject.store.tieDataset(dataset, prompt);

      expect(tied).toMatchObject({ id: dataset.id, digest: dataset.digest, prompt });
      expect(await subject.store.getDataset(dataset.name)).toEqual(tied);
      const { items } = await subject.store.listDatasets({ prompt, limit: 10 });
      expect(items.map(({ id }) => id)).toEqual([dataset.id]);
      expect(await subject.store.tieDataset(dataset, prompt)).toEqual(tied);
      await refused(subject.store.tieDataset(dataset, other), "conflict", prompt);
      expect(await subject.store.getDataset(dataset.id)).toEqual(tied);
    });

    it("are refused a name that another has", async () => {
      const { name } = await create();

      await refused(subject.store.createDataset(name, {}), "already_exists", name);
    });

    it("are not found when there is none of the name or the ID", async () => {
      const name = uniqueName();

      await refused(subject.store.getDataset(name), "not_found", name);
      await refused(subject.store.getDataset(`d-${"0".repeat(32)}`), "not_found");
    });

    it("are listed newest first, page by page, those of one prompt alone", async () => {
      const prompt = uniqueName();
      const made: string[] = [];
      for (let count = 0; count < 3; count += 1) made.unshift((await create({ prompt })).id);
      await create({ prompt: `${prompt}-other` });

      expect(await idsOf(prompt, 2)).toEqual(new Set(made));
    });

    it("are listed among those of all prompts", async () => {
      const { id } = await create();

      const { items } = await subject.store.listDatasets({ limit: 100 });

      expect(items.map((one) => one.id)).toContain(id);
      const times = items.map(({ createdAt }) => createdAt);
      expect(times).toEqual(times.toSorted((one, other) => other - one));
    });

    async function idsOf(prompt: string, limit: number): Promise<ReadonlySet<string>> {
      const found: Dataset[] = [];
      let cursor: string | undefined;
      do {
        const page = await subject.store.listDatasets({ prompt, limit, cursor });
        expect(page.items.length).toBeLessThanOrEqual(limit);
        found.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return new Set(found.map(({ id }) => id));
    }
  });

  describe("rows of a dataset", () => {
    it("are read back with everything they have", async () => {
      const dataset = await create();
      const row = {
        inputs: { question: everyCharacter, top: 3, nested: { list: [1.5, null, true] } },
        expectations: { expected_response: everyCharacter, guidelines: ["a", "b"] },
        tags: { source: everyCharacter },
        sourceTrace: `tr-${"a".repeat(32)}`,
      };

      const added = await subject.store.addRows(dataset, [row]);

      expect(added).toMatchObject({ inserted: 1, updated: 0, dataset: { rowCount: 1 } });
      const rows = await subject.store.readRows(dataset, 10);
      expect(rows).toEqual([{ ...row, id: expect.stringMatching(/^dr-[0-9a-f]{32}$/) }]);
    });

    it("are merged with the one of the same inputs, in any order of keys", async () => {
      const dataset = await create();
      await subject.store.addRows(dataset, [
        { inputs: { a: 1, b: { c: 2, d: 3 } }, expectations: { x: "old", y: "kept" } },
      ]);

      const added = await subject.store.addRows(dataset, [
        { inputs: { b: { d: 3, c: 2 }, a: 1 }, expectations: { x: "new" }, tags: { t: "1" } },
        { inputs: { a: 2 }, expectations: {} },
      ]);

      expect(added).toMatchObject({ inserted: 1, updated: 1, dataset: { rowCount: 2 } });
      const rows = await subject.store.readRows(dataset, 10);
      expect(rows).toMatchObject([
        { expectations: { x: "new", y: "kept" }, tags: { t: "1" } },
        { inputs: { a: 2 }, expectations: {} },
      ]);
    });

    it("change the digest when they are added and when they are changed", async () => {
      const created = await create();
      const row = { inputs: { a: 1 }, expectations: { x: "1" } };
      const first = await subject.store.addRows(created, [row]);
      const second = await subject.store.addRows(created, [{ ...row, expectations: { x: "2" } }]);

      const digests = [created, first.dataset, second.dataset].map(({ digest }) => digest);

      expect(new Set(digests).size).toBe(3);
      expect(await subject.store.getDataset(created.id)).toEqual(second.dataset);
    });

    it("are read in the order of the calls that added them, at most as many as wanted", async () => {
      const dataset = await create();
      for (const n of [5, 3, 4, 1]) {
        await subject.store.addRows(dataset, [{ inputs: { n }, expectations: {} }]);
      }

      const rows = await subject.store.readRows(dataset, 3);

      expect(rows.map(({ inputs }) => inputs)).toEqual([{ n: 5 }, { n: 3 }, { n: 4 }]);
    });

    it("may be thousands", async () => {
      const dataset = await create();
      const many = Array.from({ length: 2_100 }, (_, n) => ({ inputs: { n }, expectations: {} }));

      const { inserted } = await subject.store.addRows(dataset, many);
      const rows = await subject.store.readRows(dataset, 10_000);

      expect(inserted).toBe(2_100);
      expect(new Set(rows.map(({ inputs }) => inputs.n))).toEqual(
        new Set(many.map(({ inputs }) => inputs.n)),
      );
    });
  });
}
