import { beforeAll, describe, expect, it } from "vitest";
import type { Subject } from "./prompt-registry.ts";
import { refused, text, uniqueName } from "./support.ts";

export function readingContract(subject: Subject): void {
  describe("reading versions", () => {
    const name = uniqueName();
    const other = uniqueName();

    beforeAll(async () => {
      for (const wording of ["One", "Two", "Three"]) {
        await subject.registry.registerVersion(name, text(wording));
      }
      await subject.registry.registerVersion(other, text("Other"));
      await subject.registry.setAlias(name, "production", 2);
      await subject.registry.setAlias(name, "a-b_1", 2);
    });

    it("finds a version by its number, by an alias and as the latest", async () => {
      const byNumber = await subject.registry.getVersion(name, { version: 2 });

      expect(byNumber).toMatchObject({
        name,
        version: 2,
        template: { kind: "text", text: "Two" },
        aliases: ["a-b_1", "production"],
      });
      expect(await subject.registry.getVersion(name, { alias: "production" })).toEqual(byNumber);
      const latest = await subject.registry.getVersion(name, "latest");
      expect(latest).toMatchObject({ version: 3, aliases: [] });
      expect(await subject.registry.getVersion(name, { alias: "LaTest" })).toEqual(latest);
    });

    it("finds the first of several aliases that a prompt has", async () => {
      const first = async (...firstOf: string[]) =>
        (await subject.registry.getVersion(name, { firstOf })).version;

      expect(await first("production", "latest")).toBe(2);
      expect(await first("canary", "a-b_1", "latest")).toBe(2);
      expect(await first("canary", "latest", "production")).toBe(3);
      expect(await first("latest", "production")).toBe(3);
      expect(await first("LATEST")).toBe(3);
      // No alias, though every object has something of that name.
      expect(await first("constructor", "latest")).toBe(3);
      expect(await subject.registry.getVersion(name, { firstOf: ["production"] })).toEqual(
        await subject.registry.getVersion(name, { version: 2 }),
      );
    });

    it("finds an alias that is called like what every object has", async () => {
      const { registry } = subject;
      const named = uniqueName();
      for (const words of ["1", "2"]) await registry.registerVersion(named, text(words));
      await registry.setAlias(named, "constructor", 1);

      for (const firstOf of [["constructor"], ["canary", "constructor"]]) {
        expect(await registry.getVersion(named, { firstOf })).toMatchObject({ version: 1 });
      }
    });

    it("goes on to the next alias when the version of one was deleted", async () => {
      const { registry } = subject;
      const shrinking = uniqueName();
      for (const words of ["1", "2", "3"]) await registry.registerVersion(shrinking, text(words));
      await registry.setAlias(shrinking, "production", 1);
      await registry.deleteVersion(shrinking, 1);

      const firstOf = ["production", "latest"];
      expect(await registry.getVersion(shrinking, { firstOf })).toMatchObject({ version: 3 });
    });

    it("lists versions newest first, page by page", async () => {
      const first = await subject.registry.listVersions(name, { limit: 2 });

      expect(first.items.map(({ version }) => version)).toEqual([3, 2]);
      expect(first.items[1]?.aliases).toEqual(["a-b_1", "production"]);
      const last = await subject.registry.listVersions(name, {
        limit: 2,
        ...(first.nextCursor === undefined ? {} : { cursor: first.nextCursor }),
      });
      expect(last.items.map(({ version }) => version)).toEqual([1]);
      expect(last).not.toHaveProperty("nextCursor");
      expect(last.items[0]).toEqual(await subject.registry.getVersion(name, { version: 1 }));
    });

    it("goes on below the last version that was listed, whatever came and went", async () => {
      const { registry } = subject;
      const changing = uniqueName();
      for (const words of ["1", "2", "3", "4"]) {
        await registry.registerVersion(changing, text(words));
      }
      const { items, nextCursor } = await registry.listVersions(changing, { limit: 2 });
      await registry.deleteVersion(changing, 3);
      await registry.deleteVersion(changing, 4);
      await registry.registerVersion(changing, text("5"));

      const rest = await registry.listVersions(changing, { limit: 2, cursor: nextCursor ?? "" });

      expect(items.map(({ version }) => version)).toEqual([4, 3]);
      expect(rest.items.map(({ version }) => version)).toEqual([2, 1]);
      expect(rest).not.toHaveProperty("nextCursor");
    });

    it("refuses a cursor of another prompt's versions", async () => {
      const { nextCursor } = await subject.registry.listVersions(name, { limit: 1 });

      expect(nextCursor).toBeDefined();
      await refused(
        subject.registry.listVersions(other, { limit: 1, cursor: nextCursor ?? "" }),
        "invalid",
        "cursor",
      );
      await refused(
        subject.registry.listVersions(name, { limit: 1, cursor: "bm9uc2Vuc2U" }),
        "invalid",
        "cursor",
      );
    });

    it("gets many versions in the order asked for and leaves out what is gone", async () => {
      const versions = await subject.registry.getVersions([
        { name: other, version: 1 },
        { name, version: 2 },
        { name, version: 9 },
        { name: uniqueName(), version: 1 },
        { name, version: 1 },
      ]);

      expect(versions.map((one) => [one.name, one.version])).toEqual([
        [other, 1],
        [name, 2],
        [name, 1],
      ]);
      expect(versions[1]?.aliases).toEqual(["a-b_1", "production"]);
      expect(await subject.registry.getVersions([])).toEqual([]);
    });

    it("says which prompt, version or alias it does not find", async () => {
      const absent = uniqueName();
      const { registry } = subject;

      await refused(registry.getVersion(name, { version: 9 }), "not_found", name, "version 9");
      await refused(registry.getVersion(name, { alias: "canary" }), "not_found", name, "canary");
      await refused(
        registry.getVersion(name, { firstOf: ["canary", "beta"] }),
        "not_found",
        name,
        "none of these aliases: canary, beta",
      );
      for (const firstOf of [["production", "latest"], ["latest"]]) {
        await refused(registry.getVersion(absent, { firstOf }), "not_found", "No prompt named");
      }
      await refused(registry.getPrompt(absent), "not_found", absent);
      await refused(registry.getVersion(absent, "latest"), "not_found", absent);
      await refused(registry.getVersion(absent, { version: 1 }), "not_found", absent);
      await refused(registry.getVersion(absent, { alias: "production" }), "not_found", absent);
      await refused(registry.listVersions(absent, { limit: 1 }), "not_found", absent);
    });
  });
}
