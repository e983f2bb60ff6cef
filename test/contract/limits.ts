import { describe, expect, it } from "vitest";
import type { VersionDraft } from "../../src/registry/types.ts";
import type { Subject } from "./prompt-registry.ts";
import { refused, text, uniqueName } from "./support.ts";

function chat(content: string): VersionDraft {
  return { template: { kind: "chat", messages: [{ role: "user", content }] } };
}

export function limitsContract(subject: Subject): void {
  describe("limits", () => {
    it("accept what is exactly as long as MLflow allows", async () => {
      const name = uniqueName().padEnd(256, "x");
      const alias = "a".repeat(255);
      const tags = { ["k".repeat(250)]: "é".repeat(5_000) };

      const { version } = await subject.registry.registerVersion(
        name,
        text("🦉".repeat(100_000), { commitMessage: "🦉".repeat(5_000), tags }),
      );
      await subject.registry.setAlias(name, alias, 1);

      expect(await subject.registry.getVersion(name, { alias })).toEqual({
        ...version,
        aliases: [alias],
      });
      expect(await subject.registry.getPrompt(name)).toMatchObject({
        description: "🦉".repeat(5_000),
        tags,
      });
    });

    it("refuse a template that is longer, counted in code points and as it is stored", async () => {
      const name = uniqueName();

      await refused(
        subject.registry.registerVersion(name, text("🦉".repeat(100_001))),
        "invalid",
        "100000",
      );
      await refused(
        subject.registry.registerVersion(name, chat(`${"🦉".repeat(99_966)}\n`)),
        "invalid",
        "The messages have 99967 characters of text, which is 100001 in the JSON that MLflow stores; the limit is 100000. Leave out 1 character.",
      );
      await refused(
        subject.registry.registerVersion(name, {
          ...text("x"),
          responseFormat: { title: "é".repeat(100_000) },
        }),
        "invalid",
        "The response format is JSON of 100013 characters; the limit is 100000. Leave out 13 characters.",
      );
      await refused(subject.registry.getPrompt(name), "not_found");
    });

    it("accept messages and JSON outside ASCII that are exactly as long as MLflow allows", async () => {
      const draft = {
        ...chat("🦉".repeat(99_967)),
        responseFormat: { title: "é".repeat(99_987) },
        modelConfig: { note: "漢".repeat(99_988) },
      };

      const { version } = await subject.registry.registerVersion(uniqueName(), draft);

      expect(version).toMatchObject(draft);
      expect(await subject.registry.getVersion(version.name, "latest")).toEqual(version);
    });

    it("refuse names, aliases, tags and descriptions that are longer", async () => {
      const name = uniqueName();
      const { registry } = subject;
      const long = (length: number) => "x".repeat(length);

      await refused(registry.createPrompt(long(257), {}), "invalid", "256");
      await refused(registry.registerVersion(long(257), text("x")), "invalid", "256");
      await refused(registry.getPrompt(long(257)), "invalid", "256");
      await refused(registry.createPrompt(name, { description: long(5_001) }), "invalid", "5000");
      await refused(registry.createPrompt(name, { tags: { a: long(5_001) } }), "invalid", "5000");
      await refused(
        registry.registerVersion(name, text("x", { commitMessage: long(5_001) })),
        "invalid",
        "5000",
      );
      await refused(
        registry.registerVersion(name, text("x", { tags: { a: long(100_001) } })),
        "invalid",
        "100000",
      );
      await refused(registry.setAlias(name, long(256), 1), "invalid", "255");
      await refused(registry.tagPrompt(name, { [long(251)]: "x" }), "invalid", "250");
      await refused(registry.tagPrompt(name, { a: long(5_001) }), "invalid", "5000");
      await refused(registry.tagVersion(name, 1, { [long(251)]: "x" }), "invalid", "250");
      await refused(registry.tagVersion(name, 1, { a: long(100_001) }), "invalid", "100000");
    });

    it("of a prompt's tags hold for those a first version brings along", async () => {
      const name = uniqueName();
      const draft = text("One", { tags: { long: "x".repeat(5_001) } });

      await refused(subject.registry.registerVersion(name, draft), "invalid", "long", "5000");

      await refused(subject.registry.getPrompt(name), "not_found");
      await subject.registry.createPrompt(name, {});
      const { version } = await subject.registry.registerVersion(name, draft);
      expect(version).toMatchObject({ version: 1, tags: draft.tags });
    });
  });

  describe("names and numbers", () => {
    it("of new prompts are made of letters, digits, _, - and .", async () => {
      for (const name of ["", "two words", "a/b", "a:b", "é", "it's", ".", "..", "a\n"]) {
        await refused(subject.registry.createPrompt(name, {}), "invalid", "name");
        await refused(subject.registry.registerVersion(name, text("x")), "invalid", "name");
      }
    });

    it.each([
      ["folder/sub", "folder-sub"],
      ["x:y", "x-y"],
      ["..", "prompt"],
      [" two  words ", "two-words"],
      ["a@b", "a-b"],
    ])(
      "that a new prompt cannot have are refused with the nearest one: %j",
      async (name, nearest) => {
        const { registry } = subject;
        const existing = uniqueName();
        await registry.registerVersion(existing, text("x"));
        const said = `cannot be a prompt name: a name has only letters (a-z, A-Z), digits, "_", "-" and ".", and is not "." or "..". Use "${nearest}".`;

        await refused(registry.createPrompt(name, {}), "invalid", said);
        await refused(registry.registerVersion(name, text("x")), "invalid", said);
        await refused(registry.renamePrompt(existing, name), "invalid", said);
        expect(await registry.getPrompt(existing)).toMatchObject({ name: existing });
      },
    );

    it("that no prompt can have are those of no prompt", async () => {
      const { registry } = subject;

      for (const name of ["folder/sub", "x:y", "..", ".", "two words", "é", "/", " "]) {
        const said = `No prompt named "${name}".`;
        for (const call of [
          () => registry.getPrompt(name),
          () => registry.getVersion(name, "latest"),
          () => registry.getVersion(name, { version: 1 }),
          () => registry.getVersion(name, { alias: "production" }),
          () => registry.getVersion(name, { firstOf: ["production", "latest"] }),
          () => registry.listVersions(name, { limit: 1 }),
          () => registry.setAlias(name, "a", 1),
          () => registry.deleteAlias(name, "a"),
          () => registry.tagPrompt(name, { a: "1" }),
          () => registry.tagVersion(name, 1, { a: "1" }),
          () => registry.updatePrompt(name, { description: "x" }),
          () => registry.renamePrompt(name, uniqueName()),
          () => registry.deleteVersion(name, 1),
          () => registry.deletePrompt(name),
        ]) {
          await refused(call(), "not_found", said);
        }
        expect(await registry.getVersions([{ name, version: 1 }])).toEqual([]);
      }
    });

    it("of tags are made of letters, digits, spaces and a few signs", async () => {
      const name = uniqueName();

      for (const key of ["", "a,b", "a'b", 'a"b', "a`b", "a%", "a\n", "/a", "a//b", "a/../b"]) {
        await refused(subject.registry.tagPrompt(name, { [key]: "x" }), "invalid", "tag key");
        await refused(subject.registry.tagVersion(name, 1, { [key]: "x" }), "invalid", "tag key");
      }
    });

    it("of versions are whole numbers from 1", async () => {
      const name = uniqueName();

      for (const version of [0, -1, 1.5, Number.NaN, 2 ** 53]) {
        await refused(subject.registry.getVersion(name, { version }), "invalid", "version");
        await refused(subject.registry.setAlias(name, "x", version), "invalid", "version");
        await refused(subject.registry.tagVersion(name, version, {}), "invalid", "version");
        await refused(subject.registry.deleteVersion(name, version), "invalid", "version");
      }
    });

    it("hold no character that a database cannot store", async () => {
      const name = uniqueName();
      const { registry } = subject;

      for (const bad of ["a\0b", "a\ud83eb"]) {
        await refused(registry.registerVersion(name, text(bad)), "invalid");
        await refused(registry.registerVersion(name, text("x", { commitMessage: bad })), "invalid");
        await refused(registry.createPrompt(name, { description: bad }), "invalid");
        await refused(registry.createPrompt(name, { tags: { a: bad } }), "invalid");
        await refused(registry.tagPrompt(name, { a: bad }), "invalid");
        await refused(registry.tagVersion(name, 1, { a: bad }), "invalid");
        await refused(registry.getPrompt(bad), "invalid");
      }
    });
  });
}
