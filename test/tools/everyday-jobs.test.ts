import type { Client } from "@modelcontextprotocol/client";
import { describe, expect, it } from "vitest";
import type { PromptRegistry } from "../../src/registry/prompt-registry.ts";
import { callTool, type ToolOutcome } from "../support/call-tool.ts";
import { connect, emptyRegistry, sessionOf } from "../support/embedded-session.ts";
import { fromStructured, fromText, type Reading } from "../support/reading.ts";

/** A call of a tool that must succeed. */
type Do = (tool: string, args: Readonly<Record<string, unknown>>) => Promise<ToolOutcome>;

/** An agent without a model: it knows what the tools' results say, in one of their two forms. */
function agentOf(client: Client): { do: Do; refused: Do } {
  return {
    async do(tool, args) {
      const result = await callTool(client, tool, args);
      expect(result.isError, result.text).toBe(false);
      return result;
    },
    async refused(tool, args) {
      const result = await callTool(client, tool, args);
      expect(result.isError, result.text).toBe(true);
      return result;
    },
  };
}

async function agentNamed(registry: PromptRegistry, who: string) {
  return agentOf(await connect(sessionOf(registry, { who })));
}

const refund = {
  name: "refund-reply",
  template: "Answer {{ customer }} about the refund of order {{ order }}.",
  commit_message: "Answers to refunds",
  llm_config: { model_name: "m", temperature: 0.2 },
};

/** A registry with a few prompts; production of the refund reply is at version 1. */
async function scene() {
  const registry = emptyRegistry();
  const ada = await agentNamed(registry, "ada");
  await ada.do("register_prompt", { ...refund, alias: "production" });
  await ada.do("register_prompt", { name: "summarize", template: "Summarize {{ text }}." });
  await ada.do("register_prompt", { name: "translate", template: "Translate {{ text }}." });
  return { registry, ada };
}

/** A later version of the refund reply. */
function politely(version: number) {
  return {
    name: "refund-reply",
    base_version: version,
    template: "Answer {{ customer }} politely about the refund of order {{ order }}.",
    commit_message: "Be polite",
  };
}

describe.each<[string, Reading]>([
  ["text", fromText],
  ["structured content", fromStructured],
])("an agent that reads only %s", (_, read) => {
  it("finds a prompt and uses it", async () => {
    const { ada } = await scene();
    const found = await ada.do("list_prompts", { query: "prompt about refunds" });
    const [name] = read.names(found);
    expect(name).toBe("refund-reply");
    const variables = { customer: "Ada", order: 7 };
    const rendered = await ada.do("render_prompt", { name: `${name}@production`, variables });
    expect(read.rendered(rendered)).toBe("Answer Ada about the refund of order 7.");
  });

  it("improves a prompt and stages it", async () => {
    const { registry, ada } = await scene();
    const loaded = await ada.do("load_prompt", { name: "refund-reply@production" });
    const base = read.version(loaded);
    const template = read.template(loaded).replace("Answer", "Kindly answer");
    const change = { name: "refund-reply", template, base_version: base, alias: "staging" };
    const preview = await ada.do("register_prompt", { ...change, dry_run: true });
    expect(read.verdict(preview)).toBe("compatible");
    expect(read.served(preview)).toEqual([1, 1]);

    const registered = await ada.do("register_prompt", change);
    expect(read.version(registered)).toBe(2);
    expect(read.served(registered)).toEqual([1, 1]);
    expect(await registry.getVersion("refund-reply", { alias: "staging" })).toMatchObject({
      version: 2,
      template: { text: `Kindly ${refund.template.replace("Answer", "answer")}` },
      // What it did not give stays.
      modelConfig: refund.llm_config,
    });
  });

  it("meets another agent that improves the same prompt", async () => {
    const { registry, ada } = await scene();
    const bo = await agentNamed(registry, "bo");
    const base = read.version(await ada.do("load_prompt", { name: "refund-reply" }));
    await bo.do("register_prompt", politely(base));

    const mine = { name: "refund-reply", template: "Be brief.", base_version: base };
    const refused = await ada.refused("register_prompt", mine);
    // An error has no structured content in any client.
    expect(refused.text).toContain("the newest version");
    expect(refused.text).toContain("| +Answer {{ customer }} politely");
    const newest = await ada.do("load_prompt", { name: "refund-reply" });
    const merged = {
      ...{ name: "refund-reply", base_version: read.version(newest) },
      template: `${read.template(newest)} Be brief.`,
    };
    expect(read.version(await ada.do("register_prompt", merged))).toBe(3);
  });

  it("rolls back", async () => {
    const { registry, ada } = await scene();
    await ada.do("register_prompt", politely(1));
    const promote = { name: "refund-reply", alias: "production", version: 2, reason: "polite" };
    const moved = await ada.do("set_prompt_alias", promote);
    expect(read.served(moved)).toEqual([1, 2]);

    const history = await ada.do("list_prompt_versions", { name: "refund-reply" });
    expect(read.moves(history, "production")).toEqual([
      [1, 2],
      [undefined, 1],
    ]);
    const back = await ada.do("set_prompt_alias", {
      ...{ name: "refund-reply", alias: "production", version: "previous" },
    });
    expect(read.served(back)).toEqual([2, 1]);
    // And the way back from that.
    const { tool, args } = read.undo(back);
    await ada.do(tool, args);
    expect((await registry.getPrompt("refund-reply")).aliases).toEqual({ production: 2 });
  });

  it("says what changed last week and by whom", async () => {
    const { registry } = await scene();
    const bo = await agentNamed(registry, "bo");
    await bo.do("register_prompt", politely(1));
    const since = { changed_since: "7 days", order: "changed" };
    const changed = read.changes(await bo.do("list_prompts", since));
    expect(changed[0]).toEqual({ name: "refund-reply", by: "bo" });
    expect(changed.slice(1)).toEqual(
      expect.arrayContaining([
        { name: "summarize", by: "ada" },
        { name: "translate", by: "ada" },
      ]),
    );
  });

  it("renames a variable, and callers of the old name go on", async () => {
    const { ada } = await scene();
    const template = refund.template.replace("customer", "person");
    const renamed = { name: "refund-reply", template, base_version: 1 };
    const alone = await ada.do("register_prompt", { ...renamed, dry_run: true });
    expect(read.verdict(alone)).toBe("breaking");

    const kept = { ...renamed, arguments: { person: { aliases: ["customer"] } } };
    const registered = await ada.do("register_prompt", kept);
    expect(read.verdict(registered)).toBe("compatible");
    await ada.do("set_prompt_alias", { name: "refund-reply", alias: "production", version: 2 });
    const rendered = await ada.do("render_prompt", {
      ...{ name: "refund-reply@production", variables: { customer: "Ada", order: "7" } },
    });
    expect(read.rendered(rendered)).toBe("Answer Ada about the refund of order 7.");
  });

  it("copies a prompt under another name", async () => {
    const { registry, ada } = await scene();
    await ada.do("register_prompt", politely(1));
    await ada.do("copy_prompt", { name: "refund-reply", new_name: "refund-answer" });
    const copied = await ada.do("load_prompt", { name: "refund-answer@production" });
    expect(read.template(copied)).toBe(refund.template);
    expect((await registry.getPrompt("refund-answer")).latest).toMatchObject({
      version: 2,
      modelConfig: refund.llm_config,
    });
  });

  it("deletes a version in use only after its alias has moved, and confirmed", async () => {
    const { registry, ada } = await scene();
    await ada.do("register_prompt", politely(1));
    const name = "refund-reply";
    const refused = await ada.refused("delete_prompt_version", { name, version: 1, confirm: name });
    expect(refused.text).toContain('the protected alias "production" points at it');

    await ada.do("set_prompt_alias", { name, alias: "production", version: 2 });
    const asked = await ada.do("delete_prompt_version", { name, version: 1 });
    expect(read.isDeleted(asked)).toBe(false);
    const deleted = await ada.do("delete_prompt_version", { name, version: 1, confirm: name });
    expect(read.isDeleted(deleted)).toBe(true);
    expect(read.served(deleted)).toEqual([2, 2]);
    const left = await registry.listVersions(name, { limit: 10 });
    expect(left.items.map(({ version }) => version)).toEqual([2]);
  });
});
