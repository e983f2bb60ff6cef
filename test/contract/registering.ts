import { describe, expect, it } from "vitest";
import type { VersionDraft } from "../../src/registry/types.ts";
import type { Subject } from "./prompt-registry.ts";
import { refused, text, uniqueName } from "./support.ts";

const drafts: Record<string, VersionDraft> = {
  "text with white space, quotes and every kind of character": text(
    " \tGrüße, {{ name }}!\r\n'single' \"double\" `back` \\ % _ ; -- /* */ 漢字 עברית 👩‍👩‍👧 \u00a0\n",
    {
      commitMessage: 'Größer 🎉: it\'s "better"\nand longer',
      tags: { "team name/x": "a 'b' \"c\"" },
    },
  ),
  "empty text": text(""),
  "text that looks like messages": text('[{"role": "user", "content": "Hello"}]'),
  "a chat with a model's settings": {
    template: {
      kind: "chat",
      messages: [
        { role: "system", content: "You translate into {{ language }}. 🌍" },
        { role: "user", content: "{{ text }}", name: "ann", cache_control: { type: "ephemeral" } },
        { role: "assistant", content: null, tool_calls: [] },
        {
          role: "user",
          content: [
            { type: "text", text: "What is on {{ picture }}?" },
            { type: "image_url", image_url: { url: "https://example.org/a.png", detail: "low" } },
            { type: "input_audio", input_audio: { data: "UklGRg==", format: "wav" } },
          ],
        },
      ],
    },
    commitMessage: "Speaks more languages",
    tags: { owner: "Zoë" },
    modelConfig: {
      model_name: "gpt-9",
      temperature: 0.2,
      stop_sequences: ["###", "é"],
      extra: { nested: [1, true, null] },
    },
    responseFormat: { type: "object", properties: { 答え: { type: "string" } } },
  },
};

export function registeringContract(subject: Subject): void {
  describe("registering a version", () => {
    it("keeps tags that speak of one version off the prompt", async () => {
      const name = uniqueName();
      const tags = {
        team: "docs",
        "mcp.arguments": "{}",
        "mcp.template_format": "mustache",
        "mcp.registered_by": "ann",
        "mcp.client": "ide/1",
        "mcp.base_version": "0",
      };

      const { version } = await subject.registry.registerVersion(name, text("Hello", { tags }));

      expect(version.tags).toEqual({ ...tags, "mcp.write_id": expect.any(String) });
      expect((await subject.registry.getPrompt(name)).tags).toEqual({ team: "docs" });
    });

    it("gives each an id of its own, also one with the tags of another", async () => {
      const name = uniqueName();
      const { registry } = subject;

      const first = await registry.registerVersion(name, text("One"));
      const { tags } = first.version;
      const second = await registry.registerVersion(name, text("Two", { tags }));

      const ids = [first, second].map(({ version }) => version.tags["mcp.write_id"]);
      expect(ids).toEqual([
        expect.stringMatching(/^[0-9a-f-]{36}$/),
        expect.stringMatching(/^[0-9a-f-]{36}$/),
      ]);
      expect(ids[0]).not.toBe(ids[1]);
    });

    it("creates the prompt when there is none of that name", async () => {
      const name = uniqueName();

      const registered = await subject.registry.registerVersion(
        name,
        text("Hello {{ name }}", { commitMessage: "First wording", tags: { team: "docs" } }),
      );

      expect(registered).toMatchObject({
        createdPrompt: true,
        version: {
          name,
          version: 1,
          template: { kind: "text", text: "Hello {{ name }}" },
          commitMessage: "First wording",
          tags: { team: "docs" },
          aliases: [],
        },
      });
      expect(await subject.registry.getPrompt(name)).toMatchObject({
        description: "First wording",
        tags: { team: "docs" },
        aliases: {},
        latest: registered.version,
      });
    });

    it("adds the next version and leaves what belongs to the prompt alone", async () => {
      const name = uniqueName();
      await subject.registry.registerVersion(
        name,
        text("One", { commitMessage: "First", tags: { team: "docs" } }),
      );

      const second = await subject.registry.registerVersion(
        name,
        text("Two", { commitMessage: "Second", tags: { team: "sales", checked: "yes" } }),
      );

      expect(second).toMatchObject({
        createdPrompt: false,
        version: { version: 2, commitMessage: "Second", tags: { team: "sales", checked: "yes" } },
      });
      expect(await subject.registry.getPrompt(name)).toMatchObject({
        description: "First",
        tags: { team: "docs" },
        latest: second.version,
      });
    });

    it("fills a prompt that was created empty", async () => {
      const name = uniqueName();
      await subject.registry.createPrompt(name, { description: "Kept" });

      const first = await subject.registry.registerVersion(name, text("One"));

      expect(first).toMatchObject({
        createdPrompt: false,
        version: { version: 1, commitMessage: "", tags: {} },
      });
      expect(first.version).not.toHaveProperty("modelConfig");
      expect(first.version).not.toHaveProperty("responseFormat");
      expect(await subject.registry.getPrompt(name)).toMatchObject({
        description: "Kept",
        latest: first.version,
      });
    });

    it.each(Object.entries(drafts))("keeps %s as it is", async (_, draft) => {
      const name = uniqueName();

      const { version } = await subject.registry.registerVersion(name, draft);

      expect(version).toMatchObject({ commitMessage: "", tags: {}, ...draft });
      expect(await subject.registry.getVersion(name, { version: 1 })).toEqual(version);
    });

    it("adds a series, each version after the one before", async () => {
      const { registry } = subject;
      const name = uniqueName();
      let after = (await registry.registerVersion(name, text("1"))).version;
      for (const wording of ["2", "3"]) {
        const { version, before } = await registry.registerVersion(name, text(wording), { after });
        expect(before?.version).toBe(after.version);
        after = version;
      }

      const same = await registry.registerVersion(name, text("3"), { after });

      expect(same).toMatchObject({ version: { version: 3 }, unchanged: true });
      expect((await registry.getPrompt(name)).latest?.version).toBe(3);
    });

    it("gives calls made at the same time numbers of their own", async () => {
      const name = uniqueName();

      const registered = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          subject.registry.registerVersion(name, text(`Wording ${index}`)),
        ),
      );

      const numbers = registered.map(({ version }) => version.version);
      expect(numbers.toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(registered.filter(({ createdPrompt }) => createdPrompt)).toHaveLength(1);
      const { items } = await subject.registry.listVersions(name, { limit: 10 });
      expect(items).toHaveLength(8);
    });

    it("leaves no empty prompt behind when the draft is refused", async () => {
      const name = uniqueName();

      await refused(subject.registry.registerVersion(name, text("A\0B")), "invalid", "NUL");

      await refused(subject.registry.getPrompt(name), "not_found", name);
    });

    it("refuses what are no messages", async () => {
      const name = uniqueName();
      const drafts: VersionDraft[] = [
        { template: { kind: "chat", messages: [] } },
        { template: { kind: "chat", messages: [{ role: "", content: "Hello" }] } },
        {
          template: {
            kind: "chat",
            messages: [{ role: "user", content: [{ type: "text", url: "https://example.org" }] }],
          },
        },
      ];

      for (const draft of drafts) {
        await refused(subject.registry.registerVersion(name, draft), "invalid", "messages");
      }
    });
  });
}
