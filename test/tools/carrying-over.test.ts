import { describe, expect, it } from "vitest";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyRegistry, sessionOf } from "../support/embedded-session.ts";

const base = {
  name: "greet",
  template: "Hello {{ name }}",
  arguments: { name: { description: "Who is greeted" } },
  llm_config: { model_name: "small", temperature: 0.2 },
  response_format: { type: "object" },
  tags: { team: "search", stage: "draft" },
};
const declared = JSON.stringify(base.arguments);

/** Version 1 has everything that a version can have. */
async function registered() {
  const registry = emptyRegistry();
  const client = await connect(sessionOf(registry, { who: "ada" }));
  await callTool(client, "register_prompt", base);
  const change = (args: Readonly<Record<string, unknown>>) =>
    callTool(client, "register_prompt", { name: "greet", base_version: 1, ...args });
  return { change, newest: () => registry.getVersion("greet", "latest") };
}

describe("what is not given with base_version", () => {
  it("stays: arguments, llm_config, response_format and tags, and the answer says so", async () => {
    const { change, newest } = await registered();

    const answer = await change({ template: "Hi {{ name }}" });

    expect(await newest()).toMatchObject({
      version: 2,
      modelConfig: base.llm_config,
      responseFormat: base.response_format,
      tags: { ...base.tags, "mcp.arguments": declared },
    });
    const kept = ["arguments", "llm_config", "response_format", "tag stage", "tag team"];
    const said = /Kept from version 1: (.*)/.exec(answer.text)?.[1] ?? "";
    expect(said.split(", ").toSorted()).toEqual(kept);
    expect(answer.structured).toMatchObject({ kept: said.split(", ") });
  });

  it("stays: the text, when only something else changes", async () => {
    const { change, newest } = await registered();

    const answer = await change({ llm_config: { model_name: "large" } });

    expect(answer.text).toContain("The text is unchanged.");
    expect(await newest()).toMatchObject({
      version: 2,
      template: { kind: "text", text: base.template },
      modelConfig: { model_name: "large" },
      responseFormat: base.response_format,
    });
  });

  it("stays for dry_run too", async () => {
    const { change } = await registered();

    const dry = await change({ template: "Hi {{ name }}", dry_run: true });
    const real = await change({ template: "Hi {{ name }}" });

    expect(dry.structured).toEqual({ ...Object(real.structured), registered: false });
  });

  it.each([
    ["arguments", "tags", { team: "search", stage: "draft" }],
    ["llm_config", "modelConfig", undefined],
    ["response_format", "responseFormat", undefined],
  ] as const)("is dropped by null: %s", async (field, stored, left) => {
    const { change, newest } = await registered();

    await change({ template: "Hi {{ name }}", [field]: null, allow_breaking: true });

    const version = await newest();
    expect(version.version).toBe(2);
    const own = stored === "tags" ? omitOrigin(version.tags) : version[stored];
    expect(own).toEqual(left);
  });

  it.each([
    [null, {}],
    [{ team: null }, { stage: "draft" }],
    [{ team: "sales" }, { stage: "draft", team: "sales" }],
    [{ absent: null }, { stage: "draft", team: "search" }],
  ])("is changed tag by tag: %j", async (tags, left) => {
    const { change, newest } = await registered();

    await change({ template: "Hi {{ name }}", tags });

    expect(omitOrigin((await newest()).tags)).toEqual({ ...left, "mcp.arguments": declared });
  });

  it("leaves the origin of the base version behind", async () => {
    const { change, newest } = await registered();
    const before = await newest();

    await change({ template: "Hi {{ name }}" });

    const { tags } = await newest();
    expect(tags["mcp.base_version"]).toBe("1");
    expect(tags["mcp.write_id"]).not.toBe(before.tags["mcp.write_id"]);
  });

  it("makes a version that differs from the base in nothing no new version", async () => {
    const { change, newest } = await registered();

    const answer = await change({ commit_message: "Nothing" });

    expect(answer.structured).toMatchObject({ version: 1, registered: false });
    expect((await newest()).version).toBe(1);
  });

  it("is an error when there is no such version to take the text from", async () => {
    const { change, newest } = await registered();

    const answer = await change({ base_version: 7, llm_config: null });

    expect(answer.isError).toBe(true);
    expect(answer.text).toContain("no version 7");
    expect((await newest()).version).toBe(1);
  });
});

function omitOrigin(tags: Readonly<Record<string, string>>) {
  const origin = ["mcp.registered_by", "mcp.client", "mcp.base_version", "mcp.write_id"];
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !origin.includes(key)));
}
