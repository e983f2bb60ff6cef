import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { executedBy } from "../../src/prompts/hosts.ts";
import { neutralizeCommands } from "../../src/prompts/neutralize-commands.ts";
import { connect, emptyRegistry, sessionOf } from "../support/embedded-session.ts";
import { runs } from "../support/runs.ts";

const template = "Run !`id` and !{id} with @{file}, then {{ more }}";
const more = "!`whoami` !{whoami} @{secret} !$1`id`";
const asItIs = template.replace("{{ more }}", more);

async function served(clientName: string): Promise<readonly unknown[]> {
  const registry = emptyRegistry();
  const messages = [
    { role: "system", content: template },
    { role: "user", content: [{ type: "text", text: "{{ more }}" }] },
    { role: "!`id`", content: "and" },
  ];
  await registry.registerVersion("text", { template: { kind: "text", text: template } });
  await registry.registerVersion("chat", { template: { kind: "chat", messages } });
  const client = await connect(sessionOf(registry), undefined, clientName);
  const answers = [
    await client.getPrompt({ name: "text", arguments: { more } }),
    await client.getPrompt({ name: "chat", arguments: { more } }),
  ];
  return answers.flatMap((answer) =>
    answer.messages.map(({ content }) => (content.type === "text" ? content.text : "")),
  );
}

describe("what a host would execute", () => {
  it.each(["opencode", "OpenCode", "kilo", "claude-code"])(
    "is parted by a space for %s, values included",
    async (client) => {
      const [text, ...chat] = await served(client);
      expect(text).toBe(
        "Run ! `id` and !{id} with @{file}, then ! `whoami` !{whoami} @{secret} ! $1`id`",
      );
      expect(chat.join()).not.toContain("!`");
      expect(chat.join()).toContain("! `whoami`");
      expect(chat.join()).toContain("[! `id`]");
    },
  );

  it.each(["gemini-cli-mcp-client", "gemini-cli-mcp-client-prompts", "qwen-code-mcp-client"])(
    "is parted by a space for %s, values included",
    async (client) => {
      const [text, chat] = await served(client);
      expect(text).toBe(
        "Run !`id` and ! {id} with @ {file}, then !`whoami` ! {whoami} @ {secret} !$1`id`",
      );
      expect(chat).not.toMatch(/[!@]\{/);
    },
  );

  it.each(["test", "my-opencode", "Visual Studio Code"])("is unchanged for %s", async (client) => {
    const [text, ...chat] = await served(client);
    expect(text).toBe(asItIs);
    expect(chat.join()).toContain(more);
  });

  it("is not searched in an image, and is neutralized in an embedded text", () => {
    const image = { type: "image", mimeType: "image/png", data: "AAAA" } as const;
    const resource = (text: string) =>
      ({ type: "resource", resource: { uri: "urn:x", mimeType: "text/plain", text } }) as const;
    const messages = [
      { role: "user" as const, content: image },
      { role: "user" as const, content: resource("!`id`") },
    ];

    expect(neutralizeCommands(messages, "shell")).toEqual([
      { role: "user", content: image },
      { role: "user", content: resource("! `id`") },
    ]);
    expect(neutralizeCommands(messages, undefined)).toBe(messages);
  });
});

/** What opencode does before it searches for commands (`session/prompt.ts`, 2026), without arguments. */
function filledIn(text: string): string {
  return text.replaceAll(/\$(\d+)/g, "").replaceAll("$ARGUMENTS", "");
}

describe("in any prompt", () => {
  const pieces = fc.constantFrom("!", "`", "$", "1", "{", "}", "@", "a", "\n", "$ARGUMENTS", "$A");
  const texts = fc.array(pieces, { maxLength: 30 }).map((all) => all.join(""));
  const parted = (text: string, client: string) => {
    const messages = [{ role: "user" as const, content: { type: "text" as const, text } }];
    const [message] = neutralizeCommands(messages, executedBy(client));
    return message?.content.type === "text" ? message.content.text : "";
  };

  it("opencode finds no command", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(filledIn(parted(text, "opencode"))).not.toMatch(/!`([^`]+)`/);
      }),
      { numRuns: runs(500) },
    );
  });

  it("Gemini CLI finds no command and no file", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(parted(text, "gemini-cli-mcp-client")).not.toMatch(/[!@]\{/);
      }),
      { numRuns: runs(500) },
    );
  });
});
