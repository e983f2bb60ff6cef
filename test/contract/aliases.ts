import { beforeAll, describe, expect, it } from "vitest";
import type { Subject } from "./prompt-registry.ts";
import { refused, text, uniqueName } from "./support.ts";

export function aliasesContract(subject: Subject): void {
  describe("an alias", () => {
    const name = uniqueName();

    beforeAll(async () => {
      await subject.registry.registerVersion(name, text("One"));
      await subject.registry.registerVersion(name, text("Two"));
    });

    it("moves from version to version", async () => {
      await subject.registry.setAlias(name, "moving", 1);

      await subject.registry.setAlias(name, "moving", 2);

      expect(await subject.registry.getVersion(name, { version: 1 })).toMatchObject({
        aliases: [],
      });
      expect(await subject.registry.getVersion(name, { alias: "moving" })).toMatchObject({
        version: 2,
      });
      expect(await subject.registry.getPrompt(name)).toMatchObject({ aliases: { moving: 2 } });
    });

    it("is another one in upper case", async () => {
      await subject.registry.setAlias(name, "case", 1);
      await subject.registry.setAlias(name, "CASE", 2);

      const upper = await subject.registry.getVersion(name, { alias: "CASE" });

      expect(upper.version).toBe(2);
      expect(await subject.registry.getVersion(name, { alias: "case" })).toMatchObject({
        version: 1,
      });
      await refused(subject.registry.getVersion(name, { alias: "Case" }), "not_found", "Case");
    });

    it("can be deleted once", async () => {
      await subject.registry.setAlias(name, "passing", 1);

      await subject.registry.deleteAlias(name, "passing");

      await refused(subject.registry.getVersion(name, { alias: "passing" }), "not_found");
      await refused(subject.registry.deleteAlias(name, "passing"), "not_found", name, "passing");
    });

    it("can be set by several callers at once", async () => {
      await Promise.all([1, 2, 1, 2].map((to) => subject.registry.setAlias(name, "contested", to)));

      const { version } = await subject.registry.getVersion(name, { alias: "contested" });

      expect([1, 2]).toContain(version);
    });

    it("needs a prompt and a version to point at", async () => {
      const absent = uniqueName();

      await refused(subject.registry.setAlias(absent, "x", 1), "not_found", absent);
      await refused(subject.registry.setAlias(name, "x", 9), "not_found", name, "version 9");
      await refused(subject.registry.deleteAlias(absent, "x"), "not_found", absent);
    });

    it("is never called latest, nor like a version number", async () => {
      await refused(subject.registry.setAlias(name, "Latest", 1), "invalid", "latest");
      await refused(subject.registry.setAlias(name, "v1", 1), "invalid", "v1");
      await refused(subject.registry.setAlias(name, "two words", 1), "invalid", "two words");
      await refused(subject.registry.setAlias(name, "", 1), "invalid");
    });
  });
}
