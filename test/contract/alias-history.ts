import { describe, expect, it } from "vitest";
import { readAliasHistory } from "../../src/registry/versions/alias-history.ts";
import type { Subject } from "./prompt-registry.ts";
import { promptOf, refused, text, uniqueName } from "./support.ts";

export function aliasHistoryContract(subject: Subject): void {
  const historyOf = async (name: string) =>
    readAliasHistory(await subject.registry.getPrompt(name));

  describe("the history of aliases", () => {
    it("has every recorded move of a prompt, newest first", async () => {
      const name = await promptOf(subject, "One", "Two");
      const { registry } = subject;
      const record = { by: "ann" };

      await registry.setAlias(name, "live", 1, { expectedVersion: 0, record });
      await registry.setAlias(name, "live", 2, {
        record: { by: "bo", reason: "Ready", allowBreaking: true },
      });
      await registry.setAlias(name, "old", 1, { record });
      await registry.deleteAlias(name, "old", { record });
      await registry.deleteVersion(name, 2, { record });

      expect(await historyOf(name)).toMatchObject([
        { alias: "live", from_version: 2, by: "ann" },
        { alias: "old", from_version: 1 },
        { alias: "old", to_version: 1 },
        {
          alias: "live",
          from_version: 1,
          to_version: 2,
          by: "bo",
          reason: "Ready",
          allow_breaking: true,
        },
        {
          alias: "live",
          to_version: 1,
          by: "ann",
          at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        },
      ]);
    });

    it("has no entry for what did not move, was refused, or was not to be recorded", async () => {
      const name = await promptOf(subject, "One", "Two");
      const { registry } = subject;
      await registry.setAlias(name, "live", 1);

      await registry.setAlias(name, "live", 1, { expectedVersion: 1, record: {} });
      const late = registry.setAlias(name, "live", 2, { expectedVersion: 2, record: {} });
      await refused(late, "conflict");
      await refused(registry.deleteAlias(name, "absent", { record: {} }), "not_found");

      expect(await registry.getPrompt(name)).not.toHaveProperty("aliasHistory");
    });

    it("keeps the moves of several aliases that are made at once", async () => {
      const name = await promptOf(subject, "One");
      const aliases = ["a", "b", "c", "d", "e", "f"];

      await Promise.all(
        aliases.map((alias) => subject.registry.setAlias(name, alias, 1, { record: {} })),
      );

      const moved = (await historyOf(name)).map(({ alias }) => alias);
      expect(moved.toSorted()).toEqual(aliases);
    });

    it("drops its oldest moves where MLflow has no room for more", async () => {
      const name = await promptOf(subject, "One", "Two");
      const reason = "x".repeat(300);
      for (let move = 0; move < 16; move++) {
        const record = { reason: `${move} ${reason}` };
        await subject.registry.setAlias(name, "live", 1 + (move % 2), { record });
      }

      const { aliasHistory = "" } = await subject.registry.getPrompt(name);
      const kept = (await historyOf(name)).map((move) => parseInt(move.reason ?? "", 10));

      expect(aliasHistory.length).toBeLessThanOrEqual(5_000);
      expect(kept.length).toBeGreaterThan(8);
      expect(kept).toEqual(kept.map((_, index) => 15 - index));
    });

    it("is no tag that callers see, set or delete", async () => {
      const name = await promptOf(subject, "One");
      const { registry } = subject;
      await registry.setAlias(name, "live", 1, { record: {} });
      const tags = { "mcp.alias_history": "[]" };

      await refused(registry.tagPrompt(name, tags), "invalid", "cannot be set or deleted");
      await refused(registry.tagPrompt(name, { "mcp.alias_history": null }), "invalid");
      await refused(registry.tagVersion(name, 1, tags), "invalid");
      await refused(registry.registerVersion(name, text("Two", { tags })), "invalid");
      await refused(registry.createPrompt(uniqueName(), { tags }), "invalid");

      expect((await registry.getPrompt(name)).tags).toEqual({});
      expect(await historyOf(name)).toHaveLength(1);
    });
  });
}
