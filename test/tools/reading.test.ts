import { describe, expect, it } from "vitest";
import { AnnouncingRegistry } from "../../src/registry/changes/announcing-registry.ts";
import type { PromptRegistry } from "../../src/registry/prompt-registry.ts";
import type { FoundPrompts } from "../../src/registry/search/prompt-search.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyRegistry, sessionOf, text } from "../support/embedded-session.ts";
import { nextMillisecond } from "../support/next-millisecond.ts";

async function filled(): Promise<PromptRegistry> {
  const registry = emptyRegistry();
  await registry.registerVersion("qa-assistant", {
    ...text("Answer: {{ question }}", { team: "search" }),
    commitMessage: "First",
  });
  await registry.registerVersion("qa-assistant", {
    ...text("Answer briefly: {{ question }} in {{ language }}"),
    commitMessage: "Shorter",
    modelConfig: { model_name: "m", temperature: 0.5 },
    responseFormat: { type: "string" },
  });
  await registry.setAlias("qa-assistant", "production", 1);
  await registry.registerVersion("chat", {
    template: {
      kind: "chat",
      messages: [
        { role: "system", content: "Be {{ tone }}." },
        { role: "user", content: "{{ question }}" },
      ],
    },
  });
  return registry;
}

describe("list_prompts", () => {
  it("lists prompts with the facts needed to choose one", async () => {
    const client = await connect(sessionOf(await filled()));
    const { text, structured } = await callTool(client, "list_prompts");
    expect(structured).toMatchObject({
      prompts: [
        { name: "chat", latest_version: 1, variables: ["tone", "question"] },
        {
          name: "qa-assistant",
          description: "First",
          latest_version: 2,
          aliases: { production: 1 },
          tags: { team: "search" },
          variables: ["question", "language"],
        },
      ],
    });
    expect(text).toMatch(
      /^- qa-assistant \(latest 2, \S+Z; @production=1; variables question, language; tags \{"team":"search"\}\): First$/m,
    );
  });

  it("says who changed what last, newest first", async () => {
    const registry = await filled();
    await nextMillisecond();
    await registry.registerVersion("qa-assistant", {
      ...text("Answer: {{ question }}", { "mcp.registered_by": "ann" }),
      commitMessage: "Language dropped",
    });
    await registry.setAlias("qa-assistant", "production", 3, { record: { by: "bob" } });
    const client = await connect(sessionOf(registry));

    const { text: said, structured } = await callTool(client, "list_prompts", {
      changed_since: "yesterday",
      order: "changed",
    });

    expect(structured).toMatchObject({
      prompts: [
        {
          name: "qa-assistant",
          latest_version: 3,
          latest_author: "ann",
          latest_commit_message: "Language dropped",
          alias_moves: [{ alias: "production", from_version: 1, to_version: 3, by: "bob" }],
        },
        { name: "chat", latest_commit_message: "" },
      ],
    });
    expect(said).toMatch(
      /^- qa-assistant \(latest 3, \S+Z by ann; .*Changed: version 3: Language dropped; production moved from version 1 to version 3, by bob, at \S+Z$/m,
    );
  });

  it.each([
    [{ name: "QA" }, ["qa-assistant"]],
    [{ alias: "production" }, ["qa-assistant"]],
    [{ tags: { team: "search" } }, ["qa-assistant"]],
    [{ name: "none" }, []],
  ])("filters by %j", async (filter, names) => {
    const client = await connect(sessionOf(await filled()));
    const { structured } = await callTool(client, "list_prompts", filter);
    expect(structured).toMatchObject({ prompts: names.map((name) => ({ name })) });
  });

  it("pages", async () => {
    const client = await connect(sessionOf(await filled()));
    const first = await callTool(client, "list_prompts", { limit: 1 });
    expect(first.structured).toMatchObject({
      prompts: [{ name: "chat" }],
      next_cursor: expect.any(String),
    });
    const cursor = /cursor (\S+)$/.exec(first.text)?.[1];
    const second = await callTool(client, "list_prompts", { limit: 1, cursor });
    expect(second.structured).toEqual({
      prompts: [expect.objectContaining({ name: "qa-assistant" })],
    });
  });

  it("finds by words, best match first, and names the matching fields", async () => {
    const registry = await filled();
    await registry.createPrompt("brief", { description: "No question", tags: { area: "QA" } });
    const client = await connect(sessionOf(registry));

    const { text, structured } = await callTool(client, "list_prompts", {
      query: "qa  Question",
    });

    expect(structured).toMatchObject({
      prompts: [
        { name: "qa-assistant", matched: ["name", "text"] },
        { name: "brief", matched: ["description", "tags"] },
      ],
    });
    expect(text).toMatch(/^- qa-assistant \(.*; matches in name, text\): First$/m);
  });

  it("says which words the best matches lack, when no prompt has all", async () => {
    const client = await connect(sessionOf(await filled()));

    const { text, structured } = await callTool(client, "list_prompts", {
      query: "assistant for zebras",
    });

    expect(structured).toMatchObject({ prompts: [{ name: "qa-assistant", missing: ["zebras"] }] });
    expect(text).toMatch(
      /^No prompt has all words of the query\. These match best:\n- qa-assistant \(.*; lacks "zebras"\): First$/,
    );
  });

  it("names the nearest names when nothing matches", async () => {
    const client = await connect(sessionOf(await filled()));

    const { text, structured } = await callTool(client, "list_prompts", { query: "asistents" });

    expect(structured).toEqual({ prompts: [], nearest: ["qa-assistant"] });
    expect(text).toBe("No prompt matches.\nThe most similar names: qa-assistant");
  });

  it("searches the version that is served, not the newest one alone", async () => {
    const registry = await filled();
    await registry.registerVersion("qa-assistant", text("Zebras"));
    await registry.registerVersion("qa-assistant", text("Lions"));
    await registry.setAlias("qa-assistant", "production", 3);
    const client = await connect(sessionOf(registry));

    const { structured } = await callTool(client, "list_prompts", { query: "zebra" });

    expect(structured).toMatchObject({ prompts: [{ name: "qa-assistant", latest_version: 4 }] });
  });

  it.each([
    [{ variable: "tone" }, ["chat"]],
    [{ query: "be", alias: "production" }, []],
    [{ query: "briefly", alias: "production" }, ["qa-assistant"]],
    [{ changed_since: "2026-01-31" }, ["chat", "qa-assistant"]],
    [{ changed_since: "2026-01-31T08:00:00+01:00", order: "changed" }, ["chat", "qa-assistant"]],
    [{ changed_since: "3000-01-01T00:00:00Z" }, []],
  ])("finds by %j", async (search, names) => {
    const registry = await filled();
    const client = await connect(sessionOf(registry));

    const { structured } = await callTool(client, "list_prompts", search);

    expect(structured).toMatchObject({ prompts: names.map((name) => ({ name })) });
  });

  it.each(["tomorrow", "2026-02-30", "week", "1"])(
    "does not take %s for a time",
    async (changed_since) => {
      const client = await connect(sessionOf(emptyRegistry()));

      const { isError, text } = await callTool(client, "list_prompts", { changed_since });

      expect(isError).toBe(true);
      expect(text).toContain("changed_since");
      expect(text).toContain('"yesterday", "3 hours", "7 days ago"');
    },
  );

  it.each<[FoundPrompts, RegExp]>([
    [
      { items: [], cut: true },
      /^No prompt matches\.\nThe search stopped after 10,000 prompts.* changed_since/,
    ],
    [{ items: [], nextCursor: "abc" }, /^No prompt matches so far\. .*: cursor abc$/],
  ])("says what to do when the search stopped early: %j", async (page, words) => {
    class Found extends AnnouncingRegistry {
      override async searchPrompts() {
        return page;
      }
    }
    const registry = new Found(emptyRegistry(), () => {});
    const client = await connect(sessionOf(registry));

    const { text, structured } = await callTool(client, "list_prompts", { query: "x" });

    expect(text).toMatch(words);
    expect(structured).toEqual({
      prompts: [],
      ...(page.cut ? { cut: true } : {}),
      ...(page.nextCursor ? { next_cursor: page.nextCursor } : {}),
    });
  });
});

describe("load_prompt", () => {
  it("loads the latest version as it is stored", async () => {
    const client = await connect(sessionOf(await filled()));
    const { text, structured } = await callTool(client, "load_prompt", { name: "qa-assistant" });
    expect(structured).toMatchObject({
      name: "qa-assistant",
      version: 2,
      uri: "prompts:/qa-assistant/2",
      template: "Answer briefly: {{ question }} in {{ language }}",
      arguments: [
        { name: "question", required: true },
        { name: "language", required: true },
      ],
      commit_message: "Shorter",
      llm_config: { model_name: "m", temperature: 0.5 },
      response_format: { type: "string" },
    });
    expect(text).toContain("qa-assistant version 2 (prompts:/qa-assistant/2)");
    expect(text).toContain(
      'Template (each line begins with "| "):\n| Answer briefly: {{ question }} in {{ language }}',
    );
  });

  it("says where all aliases of the prompt point, and what the prompt is for", async () => {
    const client = await connect(sessionOf(await filled()));
    const { text, structured } = await callTool(client, "load_prompt", { name: "qa-assistant" });
    expect(structured).toMatchObject({
      version: 2,
      aliases: [],
      prompt_aliases: { production: 1 },
      description: "First",
    });
    expect(text).toContain("Description: First\n");
    expect(text).toContain("\nAll aliases: production at version 1");
  });

  it.each([
    [{ version: 1 }, 1],
    [{ alias: "production" }, 1],
    [{ alias: "latest" }, 2],
  ])("loads %j", async (selector, version) => {
    const client = await connect(sessionOf(await filled()));
    const args = { name: "qa-assistant", ...selector };
    expect((await callTool(client, "load_prompt", args)).structured).toMatchObject({ version });
  });

  it("loads chat messages as messages", async () => {
    const client = await connect(sessionOf(await filled()));
    const { structured, text } = await callTool(client, "load_prompt", { name: "chat" });
    expect(structured).toMatchObject({
      messages: [
        { role: "system", content: "Be {{ tone }}." },
        { role: "user", content: "{{ question }}" },
      ],
    });
    expect(structured).not.toHaveProperty("template");
    expect(text).toContain("{{ question }}");
  });

  it.each([
    [{ name: "qa-asistant" }, 'No prompt named "qa-asistant". Closest name: "qa-assistant".'],
    [{ name: "qa-assistant", version: 9 }, 'Prompt "qa-assistant" has no version 9.'],
    [{ name: "qa-assistant", alias: "no" }, 'Prompt "qa-assistant" has no alias "no".'],
    [{ name: "chat", version: 1, alias: "a" }, "Both version and alias are given"],
    [{ name: "chat", version: "one" }, "version: Invalid input: expected number"],
    [
      { name: "chat", verison: 1 },
      'unknown key "verison"; the keys there are: version, name, alias.',
    ],
    [{}, "name: is missing"],
  ])("says what is wrong with %j", async (args, sentence) => {
    const client = await connect(sessionOf(await filled()));
    const { isError, text, structured } = await callTool(client, "load_prompt", args);
    expect(isError).toBe(true);
    expect(text).toMatch(/^Error: /);
    expect(text).toContain(sentence);
    expect(structured).toBeUndefined();
  });
});

describe("render_prompt", () => {
  it("fills in the published version", async () => {
    const client = await connect(sessionOf(await filled()));
    const { text, structured } = await callTool(client, "render_prompt", {
      name: "qa-assistant",
      variables: { question: "Why {{ tone }}? $& $1" },
    });
    expect(text).toBe("Answer: Why {{ tone }}? $& $1");
    expect(structured).toEqual({
      name: "qa-assistant",
      version: 1,
      uri: "prompts:/qa-assistant/1",
      text: "Answer: Why {{ tone }}? $& $1",
    });
  });

  it("fills in chat messages and keeps their roles", async () => {
    const client = await connect(sessionOf(await filled()));
    const variables = { tone: "kind", question: 42 };
    const { structured } = await callTool(client, "render_prompt", { name: "chat", variables });
    expect(structured).toMatchObject({
      messages: [
        { role: "system", content: "Be kind." },
        { role: "user", content: "42" },
      ],
    });
  });

  it("ignores values without a variable, as MLflow does", async () => {
    const client = await connect(sessionOf(await filled()));
    const variables = { question: "Why?", mood: "calm" };
    const answer = await callTool(client, "render_prompt", { name: "qa-assistant", variables });
    expect(answer.text).toBe("Answer: Why?");
  });

  it("names every missing variable at once", async () => {
    const client = await connect(sessionOf(await filled()));
    const { isError, text } = await callTool(client, "render_prompt", { name: "chat" });
    expect(isError).toBe(true);
    expect(text).toMatch(/"tone".*"question"/s);
  });
});

describe("list_prompt_versions", () => {
  it("shows the history, newest first", async () => {
    const client = await connect(sessionOf(await filled()));
    const { text, structured } = await callTool(client, "list_prompt_versions", {
      name: "qa-assistant",
    });
    expect(structured).toMatchObject({
      versions: [
        { version: 2, commit_message: "Shorter", aliases: [], variables: ["question", "language"] },
        { version: 1, commit_message: "First", aliases: ["production"], variables: ["question"] },
      ],
    });
    expect(text).toMatch(/version 2 .*: Shorter\n- version 1 @production .*: First/);
  });

  it("names who registered a version, as load_prompt does", async () => {
    const registry = emptyRegistry();
    await registry.registerVersion("greet", text("Hi", { "mcp.registered_by": "ann" }));
    const client = await connect(sessionOf(registry));

    const listed = await callTool(client, "list_prompt_versions", { name: "greet" });
    const loaded = await callTool(client, "load_prompt", { name: "greet" });

    expect(listed.structured).toMatchObject({ versions: [{ author: "ann" }] });
    expect(listed.text).toMatch(/^- version 1 \(\S+Z by ann\)/m);
    expect(loaded.structured).toMatchObject({ author: "ann" });
    expect(loaded.text).toMatch(/, registered \S+Z by ann$/m);
  });
});

describe("compare_prompt_versions", () => {
  it("shows the diff and the added and removed variables", async () => {
    const client = await connect(sessionOf(await filled()));
    const { text, structured } = await callTool(client, "compare_prompt_versions", {
      name: "qa-assistant",
      from_version: 1,
    });
    expect(structured).toMatchObject({
      from_version: 1,
      to_version: 2,
      added_variables: ["language"],
      removed_variables: [],
    });
    expect(text).toContain("-Answer: {{ question }}\n");
    expect(text).toContain("+Answer briefly: {{ question }} in {{ language }}");
    expect(text).toContain("Variables added: language");
  });

  it("says first whether callers need a change", async () => {
    const client = await connect(sessionOf(await filled()));
    const { text, structured } = await callTool(client, "compare_prompt_versions", {
      name: "qa-assistant",
      from_version: 1,
    });
    const summary =
      'Breaks callers: requires the new variable "language"; asks for a response format. It also adds an LLM config; changes the wording.';
    expect(structured).toMatchObject({
      contract_change: {
        verdict: "breaking",
        summary,
        reasons: [
          { effect: "breaking", says: 'requires the new variable "language"' },
          { effect: "breaking", says: "asks for a response format" },
          { effect: "compatible", says: "adds an LLM config" },
          { effect: "compatible", says: "changes the wording" },
        ],
      },
    });
    expect(text).toContain(`qa-assistant version 1 to 2\n${summary}\n`);
  });

  it("says who registered both versions, and when", async () => {
    const registry = await filled();
    await registry.registerVersion("chat", {
      ...text("{{ question }}", { "mcp.registered_by": "ann" }),
      commitMessage: "A text",
    });
    const client = await connect(sessionOf(registry));

    const { text: said, structured } = await callTool(client, "compare_prompt_versions", {
      name: "chat",
      from_version: 1,
    });

    expect(said).toMatch(
      /^Version 1, registered \S+Z\nVersion 2, registered \S+Z by ann: A text$/m,
    );
    expect(structured).toMatchObject({ newer: { author: "ann", commit_message: "A text" } });
    expect(structured).not.toHaveProperty("older.author");
  });

  it("distinguishes breaking changes by the syntax of the prompt", async () => {
    const registry = emptyRegistry();
    const declared = { tone: { default: "kind" } };
    await registry.registerVersion("vip", text("{{ name }}"));
    await registry.registerVersion(
      "vip",
      text("{{ name }} {{ tone }}{{#vip}}{{ title }}{{/vip}}", {
        "mcp.arguments": JSON.stringify(declared),
      }),
    );
    await registry.tagPrompt("vip", { "mcp.template_format": "mustache" });
    const client = await connect(sessionOf(registry));
    const compared = async (from: number, to: number) =>
      callTool(client, "compare_prompt_versions", {
        name: "vip",
        from_version: from,
        to_version: to,
      });
    expect((await compared(1, 2)).text).toContain(
      'Adds the optional variables "tone", "vip", "title"; callers need not change.',
    );
    expect((await compared(2, 1)).structured).toMatchObject({
      contract_change: { verdict: "breaking" },
    });
    expect((await compared(1, 1)).text).toMatch(
      /^vip version 1 to 1\nSame: the wording, the contract and the LLM config are unchanged\.\n(?:Version 1, registered \S+Z\n){2}The texts are equal\.$/,
    );
  });

  it("lists other differences", async () => {
    const registry = emptyRegistry();
    const declared = (it: object) => ({ "mcp.arguments": JSON.stringify(it) });
    await registry.registerVersion("a", text("{{ a }} {{ b }}", declared({ b: { enum: ["x"] } })));
    await registry.registerVersion("a", text("{{ a }} {{ b }} {{ c }}"));
    const client = await connect(sessionOf(registry));
    const args = { name: "a", from_version: 1 };
    expect((await callTool(client, "compare_prompt_versions", args)).text).toContain(
      'Breaks callers: requires the new variable "c". It also accepts any value for "b"; changes the wording.\n',
    );
  });
});

describe("describe_registry", () => {
  it("says what is served and how", async () => {
    const policy = { readOnly: true, writableAliases: ["staging"] };
    const client = await connect(sessionOf(await filled(), policy));
    const { text, structured } = await callTool(client, "describe_registry");
    expect(structured).toMatchObject({
      backend: "embedded",
      location: expect.stringContaining("registry.db"),
      published_versions: ["production", "latest"],
      protected_aliases: ["production"],
      writable_aliases: ["staging"],
      skills: "tagged",
      read_only: true,
    });
    expect(text).toContain("Read-only");
    expect(text).toContain(
      "Protected aliases: production\nOnly these aliases can be set and deleted: staging\n",
    );
  });
});
