import { describe, expect, it } from "vitest";
import type { Subject } from "./prompt-registry.ts";
import { promptOf, race, refused, uniqueName } from "./support.ts";

export function expectedAliasesContract(subject: Subject): void {
  describe("an alias with an expected version", () => {
    it("moves from there", async () => {
      const name = await promptOf(subject, "One", "Two");
      const { registry } = subject;

      await registry.setAlias(name, "production", 1, { expectedVersion: 0 });
      await registry.setAlias(name, "production", 2, { expectedVersion: 1 });
      await registry.setAlias(name, "production", 2, { expectedVersion: 2 });

      expect((await registry.getPrompt(name)).aliases).toEqual({ production: 2 });
    });

    it.each([0, 2])("stays on version 1 when it is expected on %i", async (expectedVersion) => {
      const name = await promptOf(subject, "One", "Two");
      await subject.registry.setAlias(name, "production", 1);

      const call = subject.registry.setAlias(name, "production", 2, { expectedVersion });

      await refused(call, "conflict", name, "production", "points at version 1");
      await expect(call).rejects.toMatchObject({
        subject: { prompt: name, alias: "production", version: 1 },
      });
      expect((await subject.registry.getPrompt(name)).aliases).toEqual({ production: 1 });
    });

    it("is not made when it is expected to be there", async () => {
      const name = await promptOf(subject, "One");

      const call = subject.registry.setAlias(name, "production", 1, { expectedVersion: 1 });

      await refused(call, "conflict", name, "production", "does not exist", "expected_version 0");
      expect((await subject.registry.getPrompt(name)).aliases).toEqual({});
    });

    it("needs a prompt, a version and whole numbers all the same", async () => {
      const name = await promptOf(subject, "One");
      const { registry } = subject;
      const fresh = { expectedVersion: 0 };

      await refused(registry.setAlias(uniqueName(), "x", 1, fresh), "not_found");
      await refused(registry.setAlias(name, "x", 9, fresh), "not_found", "version 9");
      await refused(registry.setAlias(name, "x", 1, { expectedVersion: -1 }), "invalid");
    });

    it("is moved by one of many at once", async () => {
      const name = await promptOf(subject, "One", "Two", "Three", "Four");
      await subject.registry.setAlias(name, "production", 1);

      const { won, lost } = await race(
        [2, 3, 4, 2, 3, 4].map(async (version) => {
          await subject.registry.setAlias(name, "production", version, { expectedVersion: 1 });
          return version;
        }),
      );

      const { aliases } = await subject.registry.getPrompt(name);
      expect(won).toEqual([aliases.production]);
      for (const { kind } of lost) expect(kind).toBe("conflict");
    });

    it("is made by one of many at once", async () => {
      const name = await promptOf(subject, "One", "Two");

      const { won, lost } = await race(
        [1, 2, 1, 2, 1, 2].map(async (version) => {
          await subject.registry.setAlias(name, "new", version, { expectedVersion: 0 });
          return version;
        }),
      );

      expect(won).toEqual([(await subject.registry.getPrompt(name)).aliases.new]);
      for (const { kind } of lost) expect(kind).toBe("conflict");
    });
  });
}
