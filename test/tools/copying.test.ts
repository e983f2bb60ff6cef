import { describe, expect, it } from "vitest";
import { RegistryError } from "../../src/registry/errors.ts";
import type { PromptRegistry } from "../../src/registry/prompt-registry.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyRegistry, sessionOf, text } from "../support/embedded-session.ts";

/** A prompt with three versions, the second of which is deleted, and two aliases. */
async function scene(policy: Parameters<typeof sessionOf>[1] = {}) {
  const registry = emptyRegistry();
  await registry.registerVersion("greet", {
    ...text("Hello {{ name }}", { team: "search" }),
    commitMessage: "First",
    modelConfig: { temperature: 0.2 },
  });
  await registry.registerVersion("greet", text("Bad"));
  await registry.registerVersion("greet", {
    ...text("Hi {{ name }}"),
    commitMessage: "Third",
    responseFormat: { type: "object" },
  });
  await registry.deleteVersion("greet", 2);
  await registry.setAlias("greet", "production", 1);
  await registry.setAlias("greet", "staging", 3);
  await registry.updatePrompt("greet", { description: "Greets people" });
  await registry.tagPrompt("greet", { team: null, "mcp.title": "Greeting" });
  const client = await connect(sessionOf(registry, { who: "ada", ...policy }));
  return { registry, client };
}

describe("copy_prompt", () => {
  it("copies all versions with everything they have, and aliases, tags and description", async () => {
    const { registry, client } = await scene();
    const answer = await callTool(client, "copy_prompt", { name: "greet", new_name: "welcome" });

    expect(answer.structured, answer.text).toMatchObject({
      name: "welcome",
      copied_from: "greet",
      versions: [
        { from_version: 1, to_version: 1 },
        { from_version: 3, to_version: 2 },
      ],
      aliases: { production: 1, staging: 2 },
      served: { after: 1 },
    });
    expect(answer.text).toContain("Copied 2 versions of greet to welcome.");
    expect(await registry.getPrompt("welcome")).toMatchObject({
      description: "Greets people",
      tags: { "mcp.title": "Greeting" },
      aliases: { production: 1, staging: 2 },
    });
    expect((await registry.getPrompt("welcome")).tags).not.toHaveProperty("team");
    expect(await registry.getVersion("welcome", { version: 1 })).toMatchObject({
      template: { text: "Hello {{ name }}" },
      commitMessage: "First",
      modelConfig: { temperature: 0.2 },
      tags: {
        team: "search",
        "mcp.copied_from": "prompts:/greet/1",
        "mcp.registered_by": "ada",
      },
    });
    expect(await registry.getVersion("welcome", { version: 2 })).toMatchObject({
      commitMessage: "Third",
      responseFormat: { type: "object" },
    });
    // The original stays as it is.
    expect(await registry.getPrompt("greet")).toMatchObject({ aliases: { production: 1 } });
  });

  it("copies some versions by number or alias, with their aliases only", async () => {
    const { registry, client } = await scene();
    const args = { name: "greet", new_name: "welcome", versions: ["staging"] };
    const { structured } = await callTool(client, "copy_prompt", args);
    expect(structured).toMatchObject({ versions: [{ from_version: 3, to_version: 1 }] });
    expect((await registry.getPrompt("welcome")).aliases).toEqual({ staging: 1 });
  });

  it("leaves out aliases that may not be set, and says so", async () => {
    const { registry, client } = await scene({ writableAliases: ["staging"] });
    const args = { name: "greet", new_name: "welcome" };
    const { structured, text: shown } = await callTool(client, "copy_prompt", args);
    expect(structured).toMatchObject({ left_out: ["production"], aliases: { staging: 2 } });
    expect(shown).toContain("Not copied, because this server does not allow them to be set");
    expect((await registry.getPrompt("welcome")).aliases).toEqual({ staging: 2 });
  });

  it.each([
    [{ name: "greet", new_name: "greet" }, "cannot be copied onto itself"],
    [{ name: "greet" }, "cannot be copied onto itself"],
    [{ name: "greet", new_name: "taken" }, 'a prompt named "taken" exists'],
    [{ name: "greet", new_name: "a/b" }, "a/b"],
    [{ name: "greet", new_name: "welcome", versions: [2] }, "2"],
    [{ name: "gone", new_name: "welcome" }, "gone"],
    [{ name: "greet", new_name: "welcome", workspace: "other" }, "one workspace only"],
  ])("refuses %j and changes nothing", async (args, reason) => {
    const { registry, client } = await scene();
    await registry.registerVersion("taken", text("x"));
    const answer = await callTool(client, "copy_prompt", args);
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain(reason);
    await expect(registry.getPrompt("welcome")).rejects.toMatchObject({ kind: "not_found" });
    expect((await registry.getPrompt("taken")).latest?.version).toBe(1);
  });

  it("removes what it made when it fails in the middle", async () => {
    const { registry, client } = await scene();
    const failing = failingAfter(registry, 1);
    const other = await connect(sessionOf(failing));
    const args = { name: "greet", new_name: "welcome" };
    const answer = await callTool(other, "copy_prompt", args);
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain("Nothing was copied: MLflow is away.");
    await expect(registry.getPrompt("welcome")).rejects.toMatchObject({ kind: "not_found" });
    expect((await callTool(client, "copy_prompt", args)).isError).toBe(false);
  });

  it("copies into another workspace that the caller may use, and no other", async () => {
    const elsewhere = emptyRegistry();
    const openWorkspace = async (name: string) => {
      if (name === "team-b") return elsewhere;
      throw new RegistryError("forbidden", `The workspace "${name}" cannot be used.`);
    };
    const { registry, client } = await scene({ workspace: "team-a", openWorkspace });
    const copied = await callTool(client, "copy_prompt", { name: "greet", workspace: "team-b" });
    expect(copied.structured, copied.text).toMatchObject({ name: "greet", workspace: "team-b" });
    expect((await elsewhere.getPrompt("greet")).aliases).toEqual({ production: 1, staging: 2 });

    const refused = await callTool(client, "copy_prompt", { name: "greet", workspace: "team-c" });
    expect(refused.isError).toBe(true);
    expect(refused.text).toContain('The workspace "team-c" cannot be used.');
    expect((await registry.getPrompt("greet")).latest?.version).toBe(3);
  });
});

/** The registry, whose registrations fail after some. */
function failingAfter(registry: PromptRegistry, count: number): PromptRegistry {
  let left = count;
  return new Proxy(registry, {
    get(target, key) {
      if (key === "registerVersion" && left-- <= 0) {
        return () => Promise.reject(new RegistryError("unavailable", "MLflow is away."));
      }
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
