import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCommand } from "../support/command-line.ts";
import { isolated } from "../support/program.ts";

const text = {
  id: "cl1",
  createdAt: "2025-03-01T10:00:00.000Z",
  createdBy: "ada",
  name: "support/triage",
  version: 1,
  type: "text",
  prompt: "Sort {{ticket}} by {{ urgency }}",
  config: { model: "gpt-4o", temperature: 0.5 },
  labels: [],
  tags: ["support"],
  commitMessage: "First",
};
const second = {
  ...text,
  version: 3,
  prompt: "Sort {{ticket}}",
  config: {},
  labels: ["production", "latest", "eu.west", "v2"],
  commitMessage: null,
};
const chat = {
  name: "chat",
  version: 1,
  type: "chat",
  prompt: [
    { type: "chatmessage", role: "system", content: "Be {{ tone }}" },
    { type: "placeholder", name: "history" },
    { role: "user", content: "{{ question }}" },
  ],
  labels: ["production", "latest"],
  tags: [],
};

/** A file with an export, and how to run commands on the registry that it goes to. */
function exported(content: string) {
  const { home, environment } = isolated();
  const path = join(home, "export.json");
  writeFileSync(path, content);
  const to = `sqlite:///${join(home, "registry.db")}`;
  const on = (...argv: string[]) => runCommand(argv, { ...environment, MLFLOW_TRACKING_URI: to });
  const migrate = (...more: string[]) =>
    on("migrate", "--from", `langfuse:${path}`, "--to", to, ...more);
  return { on, migrate };
}

const forms = {
  "a list": JSON.stringify([second, text, chat]),
  "a list in data": JSON.stringify({ data: [text, second, chat], meta: { page: 1 } }),
  "JSON Lines": `${[text, second, chat].map((one) => JSON.stringify(one)).join("\n")}\n`,
  "the columns of its database": JSON.stringify([
    {
      ...text,
      createdBy: undefined,
      created_by: "ada",
      commitMessage: null,
      commit_message: "First",
    },
    second,
    chat,
  ]),
};

describe("migrating from Langfuse", () => {
  it.each(Object.entries(forms))("reads %s", async (_, content) => {
    const { on, migrate } = exported(content);

    const { code, stdout } = await migrate();

    expect([code, stdout.trim().split("\n")]).toEqual([
      0,
      [
        'support-triage: It is named "support/triage" in Langfuse.',
        'support-triage: The label "eu.west" became the alias "eu-west".',
        'support-triage: The label "v2" of version 3 was left out: no alias can have this name.',
        "2 prompts created, 0 completed, 0 unchanged, 0 in conflict, 0 failed; 3 versions and 3 aliases.",
      ],
    ]);
    const first = JSON.parse((await on("show", "support-triage/1", "--json")).stdout);
    expect(first).toMatchObject({
      template: "Sort {{ticket}} by {{ urgency }}",
      commit_message: "First",
      llm_config: { model_name: "gpt-4o", temperature: 0.5 },
      tags: { "mcp.created_at": "2025-03-01T10:00:00.000Z", "mcp.registered_by": "ada" },
    });
    const newest = JSON.parse((await on("show", "support-triage@production", "--json")).stdout);
    expect(newest).toMatchObject({ version: 3, aliases: ["eu-west", "production"] });
    expect(newest).not.toHaveProperty("llm_config");
    const { messages } = JSON.parse((await on("show", "chat@production", "--json")).stdout);
    expect(messages).toEqual([
      { role: "system", content: "Be {{ tone }}" },
      { type: "placeholder", name: "history" },
      { role: "user", content: "{{ question }}" },
    ]);
    const listed = JSON.parse((await on("list", "--tag", "support=true", "--json")).stdout);
    expect(listed).toMatchObject([{ name: "support-triage" }]);
    const again = JSON.parse((await migrate("--json")).stdout);
    expect(again).toMatchObject({ created: 0, unchanged: 2, versions: 0, aliases: 0 });
  });

  it("says what MLflow reads otherwise, and which names meet", async () => {
    const { migrate } = exported(
      JSON.stringify([
        { ...text, prompt: "{% if a %}@@@langfusePrompt:name=b|label=production@@@{% endif %}" },
        { ...text, name: "support-triage" },
        { ...chat, config: ["a"], prompt: [{ content: "no role" }] },
      ]),
    );

    const { code, stdout } = await migrate();

    expect(code).toBe(1);
    expect(stdout).toContain('Version 1 has "{%", which MLflow reads as Jinja2.');
    expect(stdout).toContain("Version 1 refers to another prompt of Langfuse");
    expect(stdout).toContain(
      'support-triage: failed: Its name would be "support-triage", as that of "support/triage".',
    );
    expect(stdout).toContain("chat: Version 1 was left out: A message of it has no role.");
  });

  it.each([
    ["words", "line 1 is none either"],
    ["{}", "it is no list of prompt versions"],
    ['[{"name": "a"}]', "entry 1 is no version of a prompt"],
  ])("refuses %s", async (content, says) => {
    const { code, stderr } = await exported(content).migrate();

    expect(code).toBe(1);
    expect(stderr).toContain(says);
  });
});
