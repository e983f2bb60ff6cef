import { expect, it } from "vitest";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyRegistry, sessionOf } from "../support/embedded-session.ts";

it("a change of line ends alone is one line in every answer that shows a diff", async () => {
  const client = await connect(sessionOf(emptyRegistry()));
  const lines = ["Hello {{ name }}", ...Array.from({ length: 300 }, (_, index) => `Rule ${index}`)];
  const said = "Only the line ends differ: CR LF before, LF after. All lines are the same.";
  await callTool(client, "register_prompt", { name: "greet", template: lines.join("\r\n") });

  const registered = await callTool(client, "register_prompt", {
    name: "greet",
    template: lines.join("\n"),
    base_version: 1,
  });
  const compared = await callTool(client, "compare_prompt_versions", {
    name: "greet",
    from_version: 1,
  });
  const { contents } = await client.readResource({ uri: "prompts:/greet/1...2" });

  for (const { text, structured } of [registered, compared]) {
    expect(text).toContain(`| ${said}`);
    expect(text).not.toContain("Rule 7");
    expect(structured).toMatchObject({ diff: `${said}\n` });
  }
  expect(contents).toMatchObject([{ text: `${said}\n` }]);
});
