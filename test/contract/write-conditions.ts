import { describe, expect, it } from "vitest";
import type { PromptRegistry } from "../../src/registry/prompt-registry.ts";
import type { WriteConditions } from "../../src/registry/writes.ts";
import type { Subject } from "./prompt-registry.ts";
import { promptOf, refused, uniqueName } from "./support.ts";

type Write = (registry: PromptRegistry, name: string, when: WriteConditions) => Promise<unknown>;

/** Every write that has conditions, on version 2 of a prompt that the alias "extra" points at. */
const writes: Readonly<Record<string, Write>> = {
  deleteAlias: (registry, name, when) => registry.deleteAlias(name, "extra", when),
  updatePrompt: (registry, name, when) =>
    registry.updatePrompt(name, { description: "Another." }, when),
  renamePrompt: (registry, name, when) => registry.renamePrompt(name, uniqueName(), when),
  deleteVersion: (registry, name, when) => registry.deleteVersion(name, 2, when),
  deletePrompt: (registry, name, when) => registry.deletePrompt(name, when),
  tagPrompt: (registry, name, when) => registry.tagPrompt(name, { a: "b" }, when),
  tagVersion: (registry, name, when) => registry.tagVersion(name, 2, { a: "b" }, when),
};

export function writeConditionsContract(subject: Subject): void {
  describe.each(Object.entries(writes))("%s on condition of aliases", (_, write) => {
    async function prepared() {
      const name = await promptOf(subject, "One", "Two");
      await subject.registry.setAlias(name, "production", 1);
      await subject.registry.setAlias(name, "extra", 2);
      return name;
    }

    it("happens where they point at these versions, or are not there", async () => {
      const name = await prepared();
      const before = await subject.registry.getPrompt(name);

      await write(subject.registry, name, { aliases: { production: 1, extra: 2, other: 0 } });

      const after = await subject.registry.getPrompt(name).catch(() => undefined);
      expect(after).not.toEqual(before);
    });

    it.each([
      [{ production: 2 }, "points at version 1"],
      [{ production: 0 }, "it did not exist"],
      [{ production: 1, other: 1 }, "does not exist any more"],
    ])("changes nothing for %j", async (aliases, says) => {
      const name = await prepared();
      const before = await subject.registry.getPrompt(name);

      await refused(write(subject.registry, name, { aliases }), "conflict", name, says);

      expect(await subject.registry.getPrompt(name)).toEqual(before);
    });
  });
}
