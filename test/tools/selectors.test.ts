import { describe, expect, it } from "vitest";
import {
  selectName,
  selectPrompt,
  selectPromptVersion,
  selectVersion,
} from "../../src/tools/input/selectors.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyRegistry, sessionOf, text } from "../support/embedded-session.ts";

/** Three versions of "greet": production is 1, staging 2. */
async function greetings() {
  const registry = emptyRegistry();
  for (const greeting of ["Hello", "Hi", "Good day"]) {
    await registry.registerVersion("greet", text(`${greeting} {{ name }}`));
  }
  await registry.setAlias("greet", "production", 1);
  await registry.setAlias("greet", "staging", 2);
  return registry;
}

describe("a prompt and a version", () => {
  it.each([
    [{ name: "greet" }, undefined],
    [{ name: "prompts:/greet" }, undefined],
    [{ name: "greet/2" }, { version: 2 }],
    [{ name: "prompts:/greet/2" }, { version: 2 }],
    [{ name: "greet@production" }, { alias: "production" }],
    [{ name: "prompts:/greet@production" }, { alias: "production" }],
    [{ name: "greet@Latest" }, "latest"],
    [{ name: "greet", version: 2 }, { version: 2 }],
    [{ name: "greet", alias: "production" }, { alias: "production" }],
    [{ name: "greet", alias: "LATEST" }, "latest"],
    [{ name: "greet/2", version: 2 }, { version: 2 }],
    [{ name: "greet@production", alias: "production" }, { alias: "production" }],
  ])("are read from %j", async (given, selector) => {
    const session = sessionOf(await greetings());
    expect(await selectPrompt(session, given, {})).toEqual({
      name: "greet",
      ...(selector === undefined ? {} : { selector }),
    });
  });

  it.each([
    [{ name: "greet", version: 1, alias: "production" }, "Both version and alias are given"],
    [{ name: "greet/2", version: 3 }, 'The name "greet/2" gives version 2'],
    [{ name: "greet@staging", version: 2 }, 'gives the alias "staging"'],
    [{ name: "prompts:/greet@latest", alias: "staging" }, "gives the newest version"],
    [{ name: "greet/x" }, '"x" is not a version number'],
  ])("are refused in %j", async (given, sentence) => {
    const session = sessionOf(await greetings());
    await expect(selectPrompt(session, given, {})).rejects.toThrow(sentence);
  });

  it("are the prompt of exactly that name, if there is one", async () => {
    const registry = await greetings();
    const asked: string[] = [];
    const odd = Object.assign(Object.create(registry), {
      async hasPrompt(name: string) {
        asked.push(name);
        return name === "greet@b";
      },
    });
    const session = sessionOf(odd);
    expect(await selectPrompt(session, { name: "greet@b" }, {})).toEqual({ name: "greet@b" });
    expect(asked).toEqual(["greet@b"]);
    await selectPrompt(session, { name: "greet" }, {});
    await selectPrompt(session, { name: "prompts:/greet@b" }, {});
    expect(asked, "only a name with a short form costs a request").toHaveLength(1);
  });

  it("are refused without a version where one is needed", async () => {
    const session = sessionOf(await greetings());
    await expect(selectPromptVersion(session, { name: "greet" }, {})).rejects.toThrow(
      'Nothing was done: no version of "greet" is given.',
    );
  });
});

describe("a version", () => {
  it.each([
    [3, { version: 3 }],
    ["3", { version: 3 }],
    ["production", { alias: "production" }],
    ["@production", { alias: "production" }],
    ["Latest", "latest"],
    ["greet/3", { version: 3 }],
    ["greet@production", { alias: "production" }],
    ["prompts:/greet/3", { version: 3 }],
  ])("is read from %j", (given, selector) => {
    expect(selectVersion("greet", given)).toEqual(selector);
  });

  it.each([
    ["a/b/3", "a/b", { version: 3 }],
    ["a@b@latest", "a@b", "latest"],
  ])("is read from %j of %j", (given, name, selector) => {
    expect(selectVersion(name, given)).toEqual(selector);
  });

  it.each(["other/3", "prompts:/greet"])("is refused in %j", (given) => {
    expect(() => selectVersion("greet", given)).toThrow(
      `"${given}" is not a version of "greet": give its number or an alias.`,
    );
  });
});

describe("a name where a tool takes no version in it", () => {
  it.each([
    { name: "prompts:/greet" },
    { name: "greet@staging", alias: "staging", version: 3 },
    { name: "greet/3", alias: "staging", version: 3 },
  ])("is read from %j", async (given) => {
    expect(await selectName(sessionOf(await greetings()), given, {})).toBe("greet");
  });

  it("is refused with another version", async () => {
    const session = sessionOf(await greetings());
    await expect(selectName(session, { name: "greet/2" }, {})).rejects.toThrow(
      'The name "greet/2" gives version 2',
    );
  });
});

describe("the tools take references as they are printed", () => {
  const found = { name: "greet", version: 1 };

  it.each([
    ["load_prompt", { name: "greet/1" }, found],
    ["load_prompt", { name: "prompts:/greet@production" }, found],
    ["render_prompt", { name: "greet@production", variables: { name: "Ada" } }, found],
    ["list_prompt_versions", { name: "prompts:/greet/1" }, { name: "greet" }],
    [
      "compare_prompt_versions",
      { name: "greet", from_version: "production", to_version: "@staging" },
      { name: "greet", from_version: 1, to_version: 2 },
    ],
    ["compare_prompt_versions", { name: "greet@production" }, { from_version: 1, to_version: 3 }],
    ["register_prompt", { name: "greet/3", template: "Hey" }, { name: "greet", version: 4 }],
    [
      "register_prompt",
      {
        name: "prompts:/greet",
        base_version: 3,
        template: "",
        messages: [{ role: "user", content: "Hey" }],
      },
      { name: "greet", version: 4, registered: true },
    ],
    ["restore_prompt_version", { name: "greet@production" }, { restored_version: 1, version: 4 }],
    ["restore_prompt_version", { name: "greet", version: "staging" }, { restored_version: 2 }],
    ["set_prompt_alias", { name: "greet@staging", alias: "staging", version: 3 }, { version: 3 }],
    ["delete_prompt_alias", { name: "prompts:/greet", alias: "staging" }, { name: "greet" }],
    ["delete_prompt_version", { name: "greet", version: "staging" }, { version: 2 }],
    ["delete_prompt_version", { name: "greet@latest" }, { version: 3 }],
  ])("%s %j", async (tool, args, expected) => {
    const client = await connect(sessionOf(await greetings()));
    const { structured, text } = await callTool(client, tool, args);
    expect(structured, text).toMatchObject(expected);
  });

  it.each([
    [{ name: "greet/2" }, "is 3"],
    [{ name: "greet/2", base_version: 3 }, "gives version 2"],
    [{ name: "greet@production" }, 'gives the alias "production"'],
  ])("register_prompt takes the version in %j as base_version", async (given, sentence) => {
    const registry = await greetings();
    const client = await connect(sessionOf(registry));
    const args = { ...given, template: "Hey" };
    const { text, isError } = await callTool(client, "register_prompt", args);
    expect(isError).toBe(true);
    expect(text).toContain(sentence);
    expect((await registry.getPrompt("greet")).latest?.version).toBe(3);
  });

  it("delete_prompt refuses the name of a version", async () => {
    const registry = await greetings();
    const client = await connect(sessionOf(registry, { protectedAliases: [] }));
    const args = { name: "greet/2", confirm: "greet" };
    const { text, isError } = await callTool(client, "delete_prompt", args);
    expect(isError).toBe(true);
    expect(text).toContain('Give "greet" as name.');
    expect((await registry.getPrompt("greet")).latest?.version).toBe(3);
  });
});
