import { describe, expect, it } from "vitest";
import type { VersionDraft } from "../../src/registry/types.ts";
import type { Subject } from "./prompt-registry.ts";
import { numbersOf, promptOf, refused, text, uniqueName } from "./support.ts";

export function unchangedContract(subject: Subject): void {
  describe("a version like the newest", () => {
    const draft: VersionDraft = {
      template: { kind: "chat", messages: [{ role: "user", content: "Grüße, {{ name }}" }] },
      commitMessage: "First",
      tags: { team: "docs", "mcp.arguments": '{"name":{"description":"Who"}}' },
      modelConfig: { model_name: "gpt-9", temperature: 0.2 },
      responseFormat: { type: "object" },
    };

    it("is not registered again, whatever is said about it", async () => {
      const name = uniqueName();
      const first = await subject.registry.registerVersion(name, draft);

      const again = await subject.registry.registerVersion(name, {
        ...draft,
        commitMessage: "Second",
        tags: { ...draft.tags, team: "sales", reviewed: "yes" },
        modelConfig: { temperature: 0.2, model_name: "gpt-9" },
      });

      expect(again).toEqual({
        version: first.version,
        before: first.version,
        createdPrompt: false,
        unchanged: true,
        overtaken: [],
      });
      expect(await numbersOf(subject, name)).toEqual([1]);
      expect(await subject.registry.getPrompt(name)).toMatchObject({ tags: { team: "docs" } });
    });

    it("brings the aliases that the newest has", async () => {
      const name = await promptOf(subject, "One");
      await subject.registry.setAlias(name, "production", 1);

      const { version } = await subject.registry.registerVersion(name, text("One"));

      expect(version).toEqual(await subject.registry.getVersion(name, "latest"));
      expect(version.aliases).toEqual(["production"]);
    });

    it("is refused with another base, and the caller told that it is there", async () => {
      const name = await promptOf(subject, "One", "Two");

      const call = subject.registry.registerVersion(name, text("Two"), { baseVersion: 1 });

      await refused(call, "conflict", "there is nothing left to do");
      expect(await numbersOf(subject, name)).toEqual([2, 1]);
    });

    it("is registered when that is forced, not against a base", async () => {
      const name = await promptOf(subject, "One");
      const { registry } = subject;

      const forced = await registry.registerVersion(name, text("One"), { force: true });
      const stale = registry.registerVersion(name, text("One"), { force: true, baseVersion: 1 });

      expect(forced).toMatchObject({ version: { version: 2 }, unchanged: false });
      await refused(stale, "conflict");
    });

    it("is another one when it is used otherwise, or was the newest once", async () => {
      const name = await promptOf(subject, "One");
      const { registry } = subject;

      const declared = text("One", { tags: { "mcp.arguments": "{}" } });
      const mustache = text("One", { tags: { "mcp.template_format": "mustache" } });
      const configured = { ...text("One"), modelConfig: { temperature: 1 } };
      const formatted = { ...text("One"), responseFormat: { type: "string" } };
      for (const draft of [declared, mustache, configured, formatted, text("One")]) {
        expect(await registry.registerVersion(name, draft)).toMatchObject({ unchanged: false });
      }

      expect(await numbersOf(subject, name)).toEqual([6, 5, 4, 3, 2, 1]);
    });
  });
}
