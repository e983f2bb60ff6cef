import { expect, it } from "vitest";
import { helpText } from "../../src/cli/help.ts";
import { ChangeHub } from "../../src/registry/changes/change-hub.ts";
import { connect, emptyRegistry, sessionOf, text } from "../support/embedded-session.ts";

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

it("the help text is as reviewed", () => {
  expect(helpText()).toMatchSnapshot();
});
