import { describe, expect, it } from "vitest";
import { connect, emptyRegistry, sessionOf, text } from "../support/embedded-session.ts";

describe("a version that nobody can fill in", () => {
  const liquid = text("{% assign a = 1 %}{{ a }}");

  it("is not listed, and another version of its prompt is", async () => {
    const registry = emptyRegistry();
    await registry.registerVersion("liquid", liquid);
    await registry.registerVersion("staged", liquid);
    await registry.registerVersion("staged", text("Hello"));
    await registry.setAlias("staged", "production", 1);
    const listed = async (serve: readonly string[]) => {
      const { prompts } = await (await connect(sessionOf(registry, { serve }))).listPrompts();
      return prompts.map(({ name }) => name);
    };
    expect(await listed(["production", "latest"])).toEqual([]);
    expect(await listed(["latest"])).toEqual(["staged"]);
  });

  it("is an error of the request, which names the problem before anybody is asked", async () => {
    const registry = emptyRegistry();
    const template = "{{ name }}{{> header}}";
    await registry.registerVersion("greet", text(template, { "mcp.template_format": "mustache" }));
    const questions: string[] = [];
    const answer = () => ({ action: "decline" as const });
    const client = await connect(sessionOf(registry), { questions, answer });
    await expect(client.getPrompt({ name: "greet" })).rejects.toMatchObject({
      code: -32_602,
      message: expect.stringMatching(
        /Prompt greet version 1 cannot be filled in with any values: it includes the partial "header"/,
      ),
    });
    expect(questions).toEqual([]);
  });

  it("is an error that names the version", async () => {
    const registry = emptyRegistry();
    await registry.registerVersion("chat", text("Hi"));
    await registry.registerVersion("chat", liquid);
    const client = await connect(sessionOf(registry, { serve: ["latest"] }));
    await expect(client.getPrompt({ name: "chat" })).rejects.toMatchObject({
      code: -32_602,
      data: { kind: "unreadable", prompt: "chat", version: 2 },
    });
  });
});
