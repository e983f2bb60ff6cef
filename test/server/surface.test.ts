import { expect, it } from "vitest";
import { helpText } from "../../src/cli/help.ts";
import { ChangeHub } from "../../src/registry/changes/change-hub.ts";
import { connect, emptyRegistry, sessionOf, text } from "../support/embedded-session.ts";
import { modelsAt } from "../support/models.ts";

it("the MCP surface is as reviewed", async () => {
  const registry = emptyRegistry();
  await registry.registerVersion("greet", { ...text("Hello {{ name }}"), commitMessage: "First" });
  const client = await connect(sessionOf(registry, { changes: new ChangeHub().of(undefined) }));
  expect({
    capabilities: client.getServerCapabilities(),
    instructions: client.getInstructions(),
    ...(await client.listTools()),
    ...(await client.listPrompts()),
    ...(await client.listResources()),
    ...(await client.listResourceTemplates()),
  }).toMatchSnapshot();
});

it("the tool that asks a model is as reviewed", async () => {
  const models = modelsAt({ url: "http://127.0.0.1:1/v1", names: ["small", "large"] });
  const client = await connect(sessionOf(emptyRegistry(), models));
  const { tools } = await client.listTools();
  expect(tools.find(({ name }) => name === "run_prompt")).toMatchSnapshot();
});

it("the help text is as reviewed", () => {
  expect(helpText()).toMatchSnapshot();
});
