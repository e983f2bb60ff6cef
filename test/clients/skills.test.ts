import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { SkillsClient } from "@modelcontextprotocol/client/ext/skills";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { describe, expect, it, onTestFinished } from "vitest";
import { eventually } from "../support/eventually.ts";
import { isolated, program, startHttp } from "../support/program.ts";

const skillUri = "skill://prompts/summarize/SKILL.md";

async function stdioTransport(environment: Readonly<Record<string, string>>) {
  return new StdioClientTransport({
    command: process.execPath,
    args: [program, "stdio"],
    env: { ...environment },
    // The audit goes to standard error, and is not for whoever runs the tests.
    stderr: "ignore",
  });
}

async function httpTransport(environment: Readonly<Record<string, string>>) {
  return new StreamableHTTPClientTransport(new URL((await startHttp(environment)).url));
}

const ways = [
  ["stdio", "legacy", stdioTransport],
  ["stdio", "modern", stdioTransport],
  ["HTTP", "legacy", httpTransport],
  ["HTTP", "modern", httpTransport],
] as const;

/** A client that is told of lists of resources and of the skill; what it is told, in order. */
async function startListening(
  era: "legacy" | "modern",
  transport: Parameters<Client["connect"]>[0],
) {
  const client = new Client(
    { name: "test", version: "1.0.0" },
    era === "modern" ? { versionNegotiation: { mode: { pin: "2026-07-28" } } } : {},
  );
  const heard: string[] = [];
  client.setNotificationHandler("notifications/resources/list_changed", () => {
    heard.push("resources");
  });
  client.setNotificationHandler("notifications/resources/updated", ({ params }) => {
    heard.push(params.uri);
  });
  await client.connect(transport);
  onTestFinished(() => client.close());
  return { client, heard };
}

async function watch(client: Client, era: "legacy" | "modern"): Promise<void> {
  if (era === "legacy") {
    await client.subscribeResource({ uri: skillUri });
    return;
  }
  const listened = await client.listen({
    resourcesListChanged: true,
    resourceSubscriptions: [skillUri],
  });
  onTestFinished(() => listened.close());
}

describe.each(ways)("over %s, %s era", (_, era, transport) => {
  it("a prompt becomes a skill by its tag, and another text by a promotion", async () => {
    const { client, heard } = await startListening(era, await transport(isolated().environment));
    const skills = new SkillsClient(client);
    const call = (name: string, args: Readonly<Record<string, unknown>>) =>
      client.callTool({ name, arguments: { name: "summarize", ...args } });
    await call("register_prompt", { template: "Summarize {{ text }}", alias: "production" });
    expect(skills.supported).toBe(true);
    expect((await skills.list()).skills).toEqual([]);
    await watch(client, era);
    heard.length = 0;

    await call("update_prompt", { tags: { "mcp.skill": "true" } });

    await eventually(() => expect(heard.toSorted()).toEqual(["resources", skillUri]));
    const [skill] = (await skills.list()).skills;
    expect(skill?.frontmatter).toMatchObject({ name: "summarize", metadata: { version: "1" } });
    if (skill === undefined) return;
    expect(await skills.read(skill)).toMatchObject({ verified: true });
    expect((await skills.readDirectory("skill://prompts/summarize")).resources).toMatchObject([
      { uri: skillUri },
    ]);
    heard.length = 0;

    await call("register_prompt", { template: "Summarise {{ text }}", base_version: 1 });
    await call("set_prompt_alias", { alias: "production", version: 2 });

    await eventually(() => expect(heard).toContain(skillUri));
    const { skill: promoted } = await skills.get(skillUri);
    expect(promoted.resources).not.toEqual(skill.resources);
    expect((await skills.read(promoted)).text).toContain("\nSummarise {{ text }}\n");
    await expect(skills.read(skill)).rejects.toMatchObject({
      reason: expect.stringMatching(/^(size|digest)$/),
    });
  });
});
