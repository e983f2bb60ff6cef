import { describe, expect, it } from "vitest";
import type { Subject } from "./prompt-registry.ts";
import { refused, text, uniqueName } from "./support.ts";

export function deletingContract(subject: Subject): void {
  describe("deleting a version", () => {
    it("makes the one before it the latest and never gives its number again", async () => {
      const name = uniqueName();
      await subject.registry.registerVersion(name, text("One"));
      await subject.registry.registerVersion(name, text("Two"));

      await subject.registry.deleteVersion(name, 2);

      expect(await subject.registry.getVersion(name, "latest")).toMatchObject({ version: 1 });
      expect(await subject.registry.getPrompt(name)).toMatchObject({ latest: { version: 1 } });
      await refused(subject.registry.getVersion(name, { version: 2 }), "not_found", "version 2");
      const next = await subject.registry.registerVersion(name, text("Three"));
      expect(next).toMatchObject({ createdPrompt: false, version: { version: 3 } });
      const { items } = await subject.registry.listVersions(name, { limit: 10 });
      expect(items.map(({ version }) => version)).toEqual([3, 1]);
      expect(await subject.registry.getVersions([{ name, version: 2 }])).toEqual([]);
    });

    it("takes its aliases with it", async () => {
      const name = uniqueName();
      await subject.registry.registerVersion(name, text("One"));
      await subject.registry.registerVersion(name, text("Two"));
      await subject.registry.setAlias(name, "kept", 1);
      await subject.registry.setAlias(name, "gone", 2);

      await subject.registry.deleteVersion(name, 2);

      expect((await subject.registry.getPrompt(name)).aliases).toEqual({ kept: 1 });
      await refused(subject.registry.getVersion(name, { alias: "gone" }), "not_found", "gone");
    });

    it("leaves an empty prompt when it was the last, and nothing to point at", async () => {
      const name = uniqueName();
      await subject.registry.registerVersion(name, text("One"));

      await subject.registry.deleteVersion(name, 1);

      expect(await subject.registry.getPrompt(name)).not.toHaveProperty("latest");
      await refused(subject.registry.getVersion(name, "latest"), "not_found", "no versions");
      await refused(subject.registry.deleteVersion(name, 1), "not_found", "version 1");
      await refused(subject.registry.setAlias(name, "late", 1), "not_found", "version 1");
      await refused(subject.registry.tagVersion(name, 1, { a: "b" }), "not_found", "version 1");
      await refused(subject.registry.deleteVersion(uniqueName(), 1), "not_found");
    });
  });

  describe("deleting a prompt", () => {
    it("frees its name for another that starts afresh", async () => {
      const name = uniqueName();
      await subject.registry.registerVersion(name, text("One", { tags: { old: "tag" } }));
      await subject.registry.registerVersion(name, text("Two"));
      await subject.registry.setAlias(name, "production", 1);

      await subject.registry.deletePrompt(name);

      await refused(subject.registry.getPrompt(name), "not_found", name);
      await refused(subject.registry.deletePrompt(name), "not_found", name);
      const again = await subject.registry.registerVersion(name, text("New"));
      expect(again).toMatchObject({ createdPrompt: true, version: { version: 1 } });
      const prompt = await subject.registry.getPrompt(name);
      expect(prompt).toMatchObject({ description: "", tags: {}, aliases: {} });
      expect(prompt.latest).toEqual(again.version);
    });
  });
}
