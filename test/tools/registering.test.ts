import { describe, expect, it, vi } from "vitest";
import { RegistryError } from "../../src/registry/errors.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyRegistry, sessionOf, text } from "../support/embedded-session.ts";

async function versions(registry: ReturnType<typeof emptyRegistry>) {
  return (await registry.listVersions("greet", { limit: 10 })).items.length;
}

async function greeted() {
  const registry = emptyRegistry();
  await registry.registerVersion("greet", { ...text("Hello {{ name }}"), commitMessage: "First" });
  return { registry, client: await connect(sessionOf(registry, { who: "ada" })) };
}

describe("register_prompt", () => {
  it("records the base version, the user and the client", async () => {
    const { client, registry } = await greeted();

    const answer = await callTool(client, "register_prompt", {
      name: "greet",
      template: "Hi {{ name }}",
      base_version: 1,
    });

    expect(answer.structured).toMatchObject({
      version: 2,
      registered: true,
      overtaken: [],
      contract_change: { verdict: "compatible" },
      diff: expect.stringContaining("+Hi {{ name }}"),
    });
    expect((await registry.getVersion("greet", "latest")).tags).toMatchObject({
      "mcp.registered_by": "ada",
      "mcp.client": "test/1.0.0",
      "mcp.base_version": "1",
    });
    expect((await registry.getPrompt("greet")).tags).toEqual({});
  });

  it("writes nothing when the base is not the newest version, and shows what to merge", async () => {
    const { client, registry } = await greeted();
    await registry.registerVersion("greet", { ...text("Hey {{ name }}"), commitMessage: "Theirs" });

    const answer = await callTool(client, "register_prompt", {
      name: "greet",
      template: "Hi {{ name }}",
      base_version: 1,
    });

    expect(answer.isError).toBe(true);
    expect(answer.text).toMatch(/newest version of "greet" is 2 .*"Theirs"/);
    expect(answer.text).toContain("-Hello {{ name }}");
    expect(answer.text).toContain("+Hey {{ name }}");
    expect(await versions(registry)).toBe(2);
  });

  it.each([{}, { base_version: 0 }, { force: true }, { dry_run: true }])(
    "never extends a prompt by accident: %j",
    async (more) => {
      const { client, registry } = await greeted();

      const answer = await callTool(client, "register_prompt", {
        name: "greet",
        template: "Another prompt of the same name",
        ...more,
      });

      expect(answer.isError).toBe(true);
      expect(answer.text).toMatch(
        /^Error: Nothing was registered: a prompt named "greet" exists\. Its newest version is 1 \(registered 20.*Z.*, commit message "First"\), and it begins with "Hello \{\{ name }}"\. .*base_version 1.*another name/,
      );
      expect(await versions(registry)).toBe(1);
    },
  );

  it("says who registered the version that is there", async () => {
    const { client } = await greeted();
    const args = { name: "greet", template: "Hi {{ name }}", base_version: 1 };
    await callTool(client, "register_prompt", args);

    const answer = await callTool(client, "register_prompt", { name: "greet", template: "Hey" });

    expect(answer.text).toContain('by "ada", no commit message');
  });

  it("does not extend a prompt that somebody creates after the check", async () => {
    const { client, registry } = await greeted();
    vi.spyOn(registry, "getPrompt").mockImplementationOnce(async () => {
      const draft = { ...text("Theirs"), commitMessage: "Quicker" };
      await registry.registerVersion("new", draft);
      throw new RegistryError("not_found", "No prompt.");
    });

    const answer = await callTool(client, "register_prompt", { name: "new", template: "Mine" });

    expect(answer.isError).toBe(true);
    expect(answer.text).toContain('commit message "Quicker"');
    const { items } = await registry.listVersions("new", { limit: 10 });
    expect(items.map(({ commitMessage }) => commitMessage)).toEqual(["Quicker"]);
  });

  it("answers with the diff, and does not repeat the prompt", async () => {
    const { client, registry } = await greeted();
    const long = Array.from({ length: 200 }, (_, index) => `Line ${index}`).join("\n");
    await registry.registerVersion("long", text(`Dear {{ name }}\n${long}`));

    const created = await callTool(client, "register_prompt", {
      name: "copy",
      template: `Dear {{ name }}\n${long}`,
    });
    const changed = await callTool(client, "register_prompt", {
      name: "long",
      template: `Hello {{ name }}\n${long}`,
      base_version: 1,
    });
    const restored = await callTool(client, "restore_prompt_version", { name: "long", version: 1 });

    for (const { text: shown, structured } of [created, changed, restored]) {
      for (const answer of [shown, JSON.stringify(structured)]) {
        expect(answer.length).toBeLessThan(1_000);
        expect(answer).toContain("name");
        expect(answer).not.toContain("Line 100");
      }
    }
    for (const answer of [changed.text, JSON.stringify(changed.structured)]) {
      expect(answer).toContain("-Dear {{ name }}");
      expect(answer).toContain("+Hello {{ name }}");
    }
    expect(created.structured).toMatchObject({ version: 1, arguments: [{ name: "name" }] });
  });

  it("accepts base_version 0 for a new prompt", async () => {
    const { client, registry } = await greeted();
    const args = { template: "Hi", base_version: 0 };

    const taken = await callTool(client, "register_prompt", { name: "greet", ...args });
    const fresh = await callTool(client, "register_prompt", { name: "other", ...args });

    expect(taken.isError).toBe(true);
    expect(fresh.structured).toMatchObject({ created_prompt: true, version: 1 });
    expect(fresh.structured).not.toHaveProperty("contract_change");
    expect(await versions(registry)).toBe(1);
  });

  it("writes nothing when the newest version has the same content, unless forced", async () => {
    const { client, registry } = await greeted();
    const args = { name: "greet", template: "Hello {{ name }}", commit_message: "Again" };

    const same = await callTool(client, "register_prompt", args);
    expect(same.structured).toMatchObject({ version: 1, registered: false, created_prompt: false });
    expect(same.text).toMatch(/^Nothing was registered: .*same content.*base_version 1 and force/);
    expect(await versions(registry)).toBe(1);

    const forced = await callTool(client, "register_prompt", {
      ...args,
      base_version: 1,
      force: true,
    });
    expect(forced.structured).toMatchObject({ version: 2, registered: true });
  });

  it("predicts the result with dry_run, and writes nothing", async () => {
    const { client, registry } = await greeted();

    const answer = await callTool(client, "register_prompt", {
      name: "greet",
      template: "Hello {{ name }} from {{ place }}",
      base_version: 1,
      dry_run: true,
    });

    expect(answer.structured).toMatchObject({
      version: 2,
      registered: false,
      arguments: [{ name: "name" }, { name: "place" }],
      contract_change: { verdict: "breaking" },
      served: { before: 1, after: 2 },
      refusal: expect.stringContaining("call again with allow_breaking true"),
      refused_by: "protected",
    });
    expect(answer.text).toContain('requires the new variable "place"');
    expect(answer.text).toContain("Without dry_run it would be refused");
    expect(await versions(registry)).toBe(1);
  });

  it.each([
    [{ template: "x", base_version: 2 }, "newest version"],
    [{ template: "x".repeat(100_001) }, "100001 characters"],
    [
      { name: "folder/sub", template: "x" },
      '"folder/sub" cannot be a prompt name: a name has only letters (a-z, A-Z), digits, "_", "-" and ".", and is not "." or "..". Use "folder-sub".',
    ],
    [{ name: "a/b/c", template: "x", dry_run: true }, 'Use "a-b-c".'],
    [{ name: "team@ml ops", template: "x" }, 'Use "team-ml-ops".'],
    [{ name: "prompts:/a%2Fb", template: "x" }, '"a/b" cannot be a prompt name'],
    [{ name: "..", template: "x" }, 'Use "prompt".'],
    [{ name: "no spaces", template: "x" }, "cannot be a prompt name"],
  ])("refuses with dry_run what it refuses without: %j", async (input, sentence) => {
    const { client } = await greeted();

    const answer = await callTool(client, "register_prompt", {
      name: "greet",
      dry_run: true,
      ...input,
    });

    expect(answer.isError).toBe(true);
    expect(answer.text).toContain(sentence);
  });

  it("shows with dry_run a new prompt of any syntax", async () => {
    const { client } = await greeted();

    const answer = await callTool(client, "register_prompt", {
      name: "new",
      template: "{{#list}}{{ . }}{{/list}}",
      dry_run: true,
    });

    expect(answer.structured).toMatchObject({ name: "new", version: 1, registered: false });
    expect(answer.text).toContain("the new prompt new");
  });

  it.each(["mcp.registered_by", "mcp.client", "mcp.base_version", "mcp.write_id"])(
    "lets nobody else say %s, and no tag either",
    async (key) => {
      const { client, registry } = await greeted();

      const registered = await callTool(client, "register_prompt", {
        name: "greet",
        template: "Hi",
        tags: { [key]: "x" },
      });
      const tagged = await callTool(client, "update_prompt", {
        name: "greet",
        version: 1,
        tags: { [key]: null },
      });

      expect(registered.text).toContain(key);
      expect(tagged.text).toContain(key);
      expect([registered.isError, tagged.isError]).toEqual([true, true]);
      expect(await versions(registry)).toBe(1);
    },
  );
});

describe("restore_prompt_version", () => {
  it("registers an old version's content as the newest", async () => {
    const { client, registry } = await greeted();
    await registry.registerVersion("greet", {
      ...text("Bye", { tone: "rude" }),
      modelConfig: { model_name: "m" },
    });

    const answer = await callTool(client, "restore_prompt_version", {
      name: "greet",
      version: 1,
      base_version: 2,
      allow_breaking: true,
    });

    expect(answer.structured).toMatchObject({
      version: 3,
      restored_version: 1,
      registered: true,
      commit_message: "Restore version 1: First",
      diff: expect.stringContaining("+Hello {{ name }}"),
    });
    const restored = await registry.getVersion("greet", "latest");
    expect(restored).not.toHaveProperty("modelConfig");
    expect(restored.tags).toMatchObject({ "mcp.base_version": "2", "mcp.registered_by": "ada" });
    expect(await versions(registry)).toBe(3);
  });

  it("keeps the tags of the version, but not its origin", async () => {
    const { client, registry } = await greeted();
    const contract = JSON.stringify({ name: { default: "you" } });
    await registry.registerVersion("greet", text("Hi {{ name }}", { "mcp.arguments": contract }));
    await registry.registerVersion("greet", text("Bye"));

    await callTool(client, "restore_prompt_version", { name: "greet", version: 2 });

    const [old, restored] = await registry.getVersions([
      { name: "greet", version: 2 },
      { name: "greet", version: 4 },
    ]);
    expect(restored?.tags["mcp.arguments"]).toBe(contract);
    expect(restored?.tags["mcp.write_id"]).not.toBe(old?.tags["mcp.write_id"]);
  });

  it("registers nothing when the newest version has this content, or is not the base", async () => {
    const { client, registry } = await greeted();

    const same = await callTool(client, "restore_prompt_version", { name: "greet", version: 1 });
    await registry.registerVersion("greet", text("Bye"));
    const late = await callTool(client, "restore_prompt_version", {
      name: "greet",
      version: 1,
      base_version: 1,
    });

    expect(same.structured).toMatchObject({ version: 1, registered: false });
    expect(late.isError).toBe(true);
    expect(await versions(registry)).toBe(2);
  });
});
