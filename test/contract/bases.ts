import { describe, expect, it } from "vitest";
import type { RegistryError } from "../../src/registry/errors.ts";
import type { Registered } from "../../src/registry/writes.ts";
import type { Subject } from "./prompt-registry.ts";
import { isAtomic, numbersOf, promptOf, race, refused, text, uniqueName } from "./support.ts";

export function basesContract(subject: Subject): void {
  describe("a version with a base", () => {
    it("follows the newest, and brings it", async () => {
      const name = await promptOf(subject, "One", "Two");
      const newest = await subject.registry.getVersion(name, "latest");

      const registered = await subject.registry.registerVersion(name, text("Three"), {
        baseVersion: 2,
      });

      expect(registered).toMatchObject({
        version: { version: 3 },
        createdPrompt: false,
        unchanged: false,
        overtaken: [],
      });
      expect(registered.before).toEqual(newest);
    });

    it.each([1, 3])("is refused when the newest is 2 and the base %i", async (baseVersion) => {
      const name = await promptOf(subject, "One", "Two");

      const call = subject.registry.registerVersion(name, text("Three"), { baseVersion });

      await refused(call, "conflict", name, "is 2", '"Says Two"', "base_version 2");
      await expect(call).rejects.toMatchObject({ subject: { prompt: name, version: 2 } });
      expect(await numbersOf(subject, name)).toEqual([2, 1]);
    });

    it("of 0 begins a prompt, and no other", async () => {
      const name = uniqueName();

      const first = await subject.registry.registerVersion(name, text("One"), { baseVersion: 0 });
      const second = subject.registry.registerVersion(name, text("Two"), { baseVersion: 0 });

      expect(first).toMatchObject({ createdPrompt: true, unchanged: false, overtaken: [] });
      expect(first.before).toBeUndefined();
      await refused(second, "conflict", name, "base_version 1");
      expect(await numbersOf(subject, name)).toEqual([1]);
    });

    it("of 0 fills a prompt that has no version, or none any more", async () => {
      const empty = uniqueName();
      await subject.registry.createPrompt(empty, {});
      const emptied = await promptOf(subject, "One");
      await subject.registry.deleteVersion(emptied, 1);

      for (const name of [empty, emptied]) {
        const registered = await subject.registry.registerVersion(name, text("New"), {
          baseVersion: 0,
        });
        expect(registered).toMatchObject({ createdPrompt: false, overtaken: [] });
      }
    });

    it("is refused where there is no version, and creates no prompt", async () => {
      const absent = uniqueName();
      const emptied = await promptOf(subject, "One");
      await subject.registry.deleteVersion(emptied, 1);

      for (const name of [absent, emptied]) {
        const call = subject.registry.registerVersion(name, text("Two"), { baseVersion: 1 });
        await refused(call, "conflict", name, "base_version 0");
        await expect(call).rejects.toMatchObject({ subject: { prompt: name } });
      }

      await refused(subject.registry.getPrompt(absent), "not_found");
    });

    it("is not overtaken by versions that have been deleted", async () => {
      const name = await promptOf(subject, "One", "Two", "Three");
      await subject.registry.deleteVersion(name, 3);
      await subject.registry.deleteVersion(name, 2);
      const { registry } = subject;

      await refused(registry.registerVersion(name, text("x"), { baseVersion: 3 }), "conflict");
      const registered = await registry.registerVersion(name, text("Four"), { baseVersion: 1 });

      expect(registered).toMatchObject({ version: { version: 4 }, overtaken: [] });
    });

    it("is a whole number", async () => {
      for (const baseVersion of [-1, 1.5, Number.NaN]) {
        const call = subject.registry.registerVersion(uniqueName(), text("x"), { baseVersion });
        await refused(call, "invalid", "version");
      }
    });

    it("is registered by one of many who have the same base, and the others are told", async () => {
      const name = await promptOf(subject, "One");

      const { won, lost } = await race(
        Array.from({ length: 8 }, (_, index) =>
          subject.registry.registerVersion(name, text(`Idea ${index}`), { baseVersion: 1 }),
        ),
      );

      await expectAllTold(subject, name, 1, won, lost);
      if (await isAtomic(subject)) expect(won).toHaveLength(1);
    });

    it("begins a prompt for one of many, and the others are told", async () => {
      const name = uniqueName();

      const { won, lost } = await race(
        Array.from({ length: 8 }, (_, index) =>
          subject.registry.registerVersion(name, text(`Idea ${index}`), { baseVersion: 0 }),
        ),
      );

      await expectAllTold(subject, name, 0, won, lost);
      expect(won.filter(({ createdPrompt }) => createdPrompt)).toHaveLength(1);
      if (await isAtomic(subject)) expect(won).toHaveLength(1);
    });
  });
}

/** Everybody who was not the first after the base knows of all who were faster. */
async function expectAllTold(
  subject: Subject,
  name: string,
  base: number,
  won: readonly Registered[],
  lost: readonly RegistryError[],
): Promise<void> {
  expect(won.length).toBeGreaterThan(0);
  for (const { kind, subject } of lost) {
    expect({ kind, ...subject }).toMatchObject({ kind: "conflict", prompt: name });
    expect(subject.version).toBeGreaterThan(base);
  }
  expect(await numbersOf(subject, name)).toHaveLength(base + won.length);
  for (const { version, overtaken } of won) {
    expect(overtaken.map((one) => one.version)).toEqual(
      (await numbersOf(subject, name)).filter(
        (number) => number > base && number < version.version,
      ),
    );
  }
}
