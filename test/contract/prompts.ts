import { describe, expect, it } from "vitest";
import type { Subject } from "./prompt-registry.ts";
import { refused, text, uniqueName } from "./support.ts";

export function promptsContract(subject: Subject): void {
  describe("a prompt", () => {
    it("belongs to a registry that says where it is", async () => {
      const description = await subject.registry.describe();

      expect(["embedded", "mlflow"]).toContain(description.backend);
      expect(description.location).not.toBe("");
    });

    it("can be created before it has versions", async () => {
      const name = uniqueName();
      const before = Date.now();

      const created = await subject.registry.createPrompt(name, {
        description: "For later.",
        tags: { team: "docs" },
      });

      expect(created).toMatchObject({
        name,
        description: "For later.",
        tags: { team: "docs" },
        aliases: {},
      });
      expect(created).not.toHaveProperty("latest");
      expect(Math.abs(created.createdAt - before)).toBeLessThan(60_000);
      expect(await subject.registry.getPrompt(name)).toEqual(created);
      expect(await subject.registry.listVersions(name, { limit: 10 })).toEqual({ items: [] });
      await refused(subject.registry.getVersion(name, "latest"), "not_found", name, "no versions");
      await refused(subject.registry.getVersion(name, { alias: "latest" }), "not_found", name);
    });

    it("is found together with others, where the back end can, as by itself", async () => {
      const { registry } = subject;
      const names = Array.from({ length: 5 }, uniqueName).toSorted();
      const [first = ""] = names;
      for (const name of names) await registry.registerVersion(name, text(`Of ${name}`));
      await registry.setAlias(first, "production", 1);

      const alone = await Promise.all(names.map((name) => registry.getPrompt(name)));
      const together = (await registry.getPrompts?.([...names, uniqueName()])) ?? alone;

      expect(alone.map(({ latest }) => latest?.template)).toEqual(
        names.map((name) => ({ kind: "text", text: `Of ${name}` })),
      );
      expect(together.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual(alone);
    });

    it("has a name that nobody else can take", async () => {
      const name = uniqueName();
      const created = await subject.registry.createPrompt(name, {});

      await refused(
        subject.registry.createPrompt(name, { description: "Another." }),
        "already_exists",
        name,
      );

      expect(created).toMatchObject({ description: "", tags: {} });
      expect(await subject.registry.getPrompt(name)).toEqual(created);
    });
  });

  describe("an aborted signal", () => {
    it("cancels a call before anything is read or written", async () => {
      const name = uniqueName();
      const signal = AbortSignal.abort();

      await refused(subject.registry.createPrompt(name, {}, { signal }), "cancelled");

      await refused(subject.registry.getPrompt(name, { signal }), "cancelled");
      await refused(subject.registry.getPrompt(name), "not_found");
    });
  });
}
