import { describe, expect, it } from "vitest";
import { nextMillisecond } from "../support/next-millisecond.ts";
import type { ContractTraits, Subject } from "./prompt-registry.ts";
import { promptOf, refused, text, uniqueName } from "./support.ts";

export function renamingContract(subject: Subject, { createModel }: ContractTraits): void {
  describe("updating a prompt", () => {
    it("changes its description and nothing else", async () => {
      const { registry } = subject;
      const name = await promptOf(subject, "One", "Two");
      await registry.setAlias(name, "production", 1);
      await registry.tagPrompt(name, { team: "docs" });
      const { updatedAt: _, ...before } = await registry.getPrompt(name);

      for (const description of ['Answers "it\'s" \u{1f388}\n%', "x".repeat(5_000), ""]) {
        await registry.updatePrompt(name, { description });

        const { updatedAt: _, ...after } = await registry.getPrompt(name);
        expect(after).toEqual({ ...before, description });
      }
    });

    it("counts as a change, and needs a prompt and a description that can be stored", async () => {
      const { registry } = subject;
      const name = await promptOf(subject, "One");
      const before = await registry.getPrompt(name);
      const absent = uniqueName();
      await nextMillisecond();

      await registry.updatePrompt(name, { description: "Another." });

      const after = await registry.getPrompt(name);
      expect(after.updatedAt).toBeGreaterThan(before.updatedAt);
      const long = { description: "x".repeat(5_001) };
      await refused(registry.updatePrompt(name, long), "invalid", "description", "5001");
      await refused(registry.updatePrompt(name, { description: "a\0b" }), "invalid", "NUL");
      await refused(registry.updatePrompt(absent, { description: "" }), "not_found", absent);
      expect(await registry.getPrompt(name)).toEqual(after);
    });
  });

  describe("renaming a prompt", () => {
    it("keeps its versions, numbers, tags and aliases, and frees the old name", async () => {
      const { registry } = subject;
      const name = uniqueName();
      const newName = uniqueName();
      const tags = { "mcp.arguments": "{}" };
      const draft = { ...text("One", { tags }), modelConfig: { temperature: 0 } };
      await registry.registerVersion(name, { ...draft, commitMessage: "First" });
      await registry.registerVersion(name, text("Two"));
      await registry.registerVersion(name, text("Three"));
      await registry.setAlias(name, "production", 1);
      await registry.tagPrompt(name, { team: "docs" });
      await registry.deleteVersion(name, 3);
      const [prompt, { items }] = await Promise.all([
        registry.getPrompt(name),
        registry.listVersions(name, { limit: 10 }),
      ]);

      await registry.renamePrompt(name, newName);

      await refused(registry.getPrompt(name), "not_found", name);
      await refused(registry.getVersion(name, { version: 1 }), "not_found");
      const renamed = (one: object) => ({ ...one, name: newName, updatedAt: expect.any(Number) });
      const { latest, ...rest } = prompt;
      expect(await registry.getPrompt(newName)).toEqual({
        ...renamed(rest),
        latest: renamed(latest ?? {}),
      });
      const listed = await registry.listVersions(newName, { limit: 10 });
      expect(listed.items).toEqual(items.map(renamed));
      const served = await registry.getVersion(newName, { alias: "production" });
      expect(served).toMatchObject({ version: 1, template: { text: "One" } });
      const next = await registry.registerVersion(newName, text("Four"));
      expect(next).toMatchObject({ createdPrompt: false, version: { version: 4 } });
      const again = await registry.registerVersion(name, text("New"));
      expect(again).toMatchObject({ createdPrompt: true, version: { version: 1 } });
    });

    it("is refused where the name is taken or cannot be a name, and changes nothing", async () => {
      const { registry } = subject;
      const name = await promptOf(subject, "One");
      const other = await promptOf(subject, "Other");
      const absent = uniqueName();
      const before = [await registry.getPrompt(name), await registry.getPrompt(other)];

      await refused(registry.renamePrompt(name, other), "already_exists", other);
      await refused(registry.renamePrompt(name, name), "already_exists", name);
      await refused(registry.renamePrompt(absent, other), "not_found", absent);
      await refused(registry.renamePrompt(absent, uniqueName()), "not_found", absent);
      await refused(registry.renamePrompt(name, "a b"), "invalid", "name");
      await refused(registry.renamePrompt(name, ""), "invalid", "name");

      expect([await registry.getPrompt(name), await registry.getPrompt(other)]).toEqual(before);
    });

    it.skipIf(!createModel)("does not take the name of a model, nor rename one", async () => {
      const { registry } = subject;
      const name = await promptOf(subject, "One");
      const model = uniqueName();
      await createModel?.(model);

      await refused(registry.renamePrompt(name, model), "already_exists", "not a prompt");
      await refused(registry.renamePrompt(model, uniqueName()), "not_found", model);
      await refused(registry.updatePrompt(model, { description: "x" }), "not_found", model);
    });
  });
}
