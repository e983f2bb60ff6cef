import { beforeAll, describe, expect, it } from "vitest";
import { improvePrompt } from "../support/agent.ts";
import { clients, type McpClient } from "../support/clients.ts";
import { promptLifecycle } from "../support/scenario.ts";

describe.each(Object.entries(clients))("%s, driving the built program", (_, connect) => {
  let client: McpClient;
  let samples: Awaited<ReturnType<McpClient["listPrompts"]>>["prompts"];

  beforeAll(async () => {
    client = await connect();
    samples = (await client.listPrompts()).prompts;
  });

  it("finds the samples, and registers, promotes, fills in, reads and deletes", async () => {
    expect(samples.length).toBeGreaterThanOrEqual(4);

    await promptLifecycle(client);
  });

  it("lets an agent improve a prompt, merge, promote, and take it back", async () => {
    await improvePrompt(client);
  });

  it("offers every sample with values that a person would give", async () => {
    for (const prompt of samples) {
      expect(prompt.description).toBeTruthy();
      const required = (prompt.arguments ?? []).filter((argument) => argument.required);
      const values = Object.fromEntries(required.map(({ name }) => [name, `my ${name}`]));
      const { messages } = await client.getPrompt({ name: prompt.name, arguments: values });
      expect(JSON.stringify(messages)).not.toContain("{{");
    }
  });
});
