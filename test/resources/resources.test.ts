import { describe, expect, it } from "vitest";
import { connect, emptyRegistry, sessionOf, text } from "../support/embedded-session.ts";

async function connected() {
  const registry = emptyRegistry();
  await registry.registerVersion("greet", {
    ...text("Hello {{ name }}", { team: "search" }),
    commitMessage: "First",
  });
  await registry.registerVersion("greet", { ...text("Hi {{ name }}"), commitMessage: "Second" });
  await registry.setAlias("greet", "production", 1);
  return connect(sessionOf(registry));
}

async function read(uri: string) {
  const { contents } = await (await connected()).readResource({ uri });
  const [content] = contents;
  if (!content || !("text" in content)) throw new Error("expected a text");
  return content;
}

describe("resources", () => {
  it("list the history of each prompt", async () => {
    const { resources } = await (await connected()).listResources();
    expect(resources).toEqual([
      {
        uri: "prompts:/greet",
        name: "greet",
        title: "Version history of greet",
        description: "First",
        mimeType: "application/json",
      },
    ]);
  });

  it("have templates for the rest, at MLflow's own URIs", async () => {
    const { resourceTemplates } = await (await connected()).listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      "prompts:/{name}",
      "prompts:/{name}/{version}",
      "prompts:/{name}@{alias}",
      "prompts:/{name}/{from}...{to}",
    ]);
  });

  it("read a history: every version with message, time, aliases, tags and variables", async () => {
    const { text, mimeType } = await read("prompts:/greet");
    expect(mimeType).toBe("application/json");
    expect(JSON.parse(text)).toMatchObject({
      name: "greet",
      aliases: { production: 1 },
      alias_history: [],
      versions: [
        { version: 2, commit_message: "Second", aliases: [], tags: {}, variables: ["name"] },
        {
          version: 1,
          uri: "prompts:/greet/1",
          commit_message: "First",
          created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
          aliases: ["production"],
          tags: { team: "search" },
          variables: ["name"],
        },
      ],
    });
  });

  it.each([
    ["prompts:/greet/2", 2],
    ["prompts:/greet@production", 1],
    ["prompts:/greet@latest", 2],
  ])("read the version %s", async (uri, version) => {
    const content = await read(uri);
    expect(content.uri).toBe(uri);
    expect(JSON.parse(content.text)).toMatchObject({ name: "greet", version });
  });

  it.each([
    "prompts:/greet/1...2",
    "prompts:/greet/production...latest",
    "prompts:/greet/production...2",
  ])("read the diff %s", async (uri) => {
    const { text, mimeType } = await read(uri);
    expect(mimeType).toBe("text/x-diff");
    expect(text).toContain("-Hello {{ name }}");
    expect(text).toContain("+Hi {{ name }}");
  });

  it.each([
    ["prompts:/nothing", 'No prompt named "nothing"'],
    ["prompts:/greet/7", "has no version 7"],
    ["prompts:/greet@nobody", 'has no alias "nobody"'],
    ["prompts:/greet/1...9", "has no version 9"],
    ["prompts:/greet/1...nobody", 'has no alias "nobody"'],
    ["prompts:/greet/x", "is not a version number"],
    ["file:///etc/passwd", "is not the URI of a prompt"],
  ])("answer %s with the error of a missing resource", async (uri, sentence) => {
    await expect(read(uri)).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining(sentence),
      data: { uri },
    });
  });
});
