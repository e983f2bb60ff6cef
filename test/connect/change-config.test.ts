import { describe, expect, it } from "vitest";
import { mcpClients } from "../../src/connect/clients.ts";
import { changeConfig, readConfigFile } from "../../src/connect/config-formats.ts";
import { changesForServer } from "../../src/connect/server-changes.ts";
import { UnreadableConfig } from "../../src/connect/unreadable-config.ts";

/** Files as people have them, with what must not be lost, and what has to be added. */
const files = {
  "JSON with comments and tabs": {
    id: "zed",
    text: '// mine\n{\n\t"theme": "One Dark", // night\n\t"context_servers": {\n\t\t/* other */\n\t\t"other": { "source": "custom", "command": "x" },\n\t},\n}\n',
    added: ['\t\t"prompts": {', '\t\t\t"command": "node",'],
  },
  "JSON without servers": { id: "cursor", text: '{"a": 1}', added: ['"mcpServers": {'] },
  "an empty file": { id: "claude-code", text: "", added: ['  "mcpServers": {'] },
  "JSON with CR LF": {
    id: "cursor",
    text: '{\r\n  "mcpServers": {}\r\n}\r\n',
    added: ['    "prompts": {\r'],
  },
  "TOML with comments": {
    id: "codex",
    text: '# top\nmodel = "x" # c\n\n[mcp_servers.other] # other\ncommand = "a"\nenv = { A = "b" }   # keep\n\n[profiles.x]\nbig = 12345678901234567890\nwhen = 2020-01-01T00:00:00Z\n',
    added: ["[mcp_servers.prompts]", 'command = "node"'],
  },
  "TOML with servers on one line": {
    id: "codex",
    text: "mcp_servers = {}\n[profiles.x]\ny = 1.0\n",
    added: ["prompts = "],
  },
  "YAML with comments": {
    id: "goose",
    text: "# top\nextensions:\n    # mine\n    other:   # o\n        enabled: true\nGOOSE_MODEL: gpt   # keep\nlist: [ 1,2 ]\n",
    added: ["    prompts:", "        name: prompts".trimStart()],
  },
  "YAML without servers": {
    id: "goose",
    text: "GOOSE_MODEL: gpt   # keep\n",
    added: ["extensions:", "  prompts:"],
  },
  "a YAML list": {
    id: "continue",
    text: "name: me\nmcpServers:\n  - name: other   # o\n    command: x\nmodels: []\n",
    added: ["  - name: prompts"],
  },
};

const stdio = {
  kind: "stdio",
  command: "node",
  args: ["main.js", "stdio"],
  env: { A: "<A>" },
} as const;

function withServer(
  id: string,
  text: string,
  connection: Parameters<(typeof mcpClients)[0]["entry"]>[0] = stdio,
) {
  const client = mcpClients.find((one) => one.id === id);
  const entry = client?.entry(connection, "prompts");
  if (client === undefined || entry === undefined) throw new Error(id);
  const changes = changesForServer(client, readConfigFile(client.format, text), "prompts", entry);
  return { changes, text: changeConfig(client.format, text, changes) };
}

describe("adding a server to a configuration", () => {
  it.each(Object.entries(files))("keeps every line of %s", (_, { id, text, added }) => {
    const { text: changed } = withServer(id, text);
    const lines = changed.split("\n");
    const kept = text.split("\n").filter((line) => line.includes("#") || line.includes("//"));
    expect(lines).toEqual(expect.arrayContaining(kept));
    for (const line of added) expect(changed).toContain(line);
    expect(withServer(id, changed)).toEqual({ changes: [], text: changed });
  });

  it.each([
    ["cursor", '{ "mcpServers": {} }\r\n'],
    ["cursor", ""],
    ["codex", "model = 'x'\n"],
    ["goose", "GOOSE_MODEL: gpt\n"],
  ])("keeps a byte order mark in the file of %s: %j", (id, text) => {
    const marked = withServer(id, `\uFEFF${text}`);

    expect(marked.text).toBe(`\uFEFF${withServer(id, text).text}`);
    expect(withServer(id, marked.text)).toEqual({ changes: [], text: marked.text });
  });

  it.each([
    ["cursor", "// mine\n/* and\n theirs */", 'theirs */\n{\n  "mcpServers"'],
    ["cursor", "// mine\r\n\r\n", '// mine\r\n{\r\n  "mcpServers"'],
    ["codex", "# mine", "# mine\n\n[mcp_servers"],
    ["goose", "# mine\n", "# mine\n"],
  ])("keeps the comments in a file of %s that has nothing else: %j", (id, text, kept) => {
    const { text: changed } = withServer(id, text);

    expect(changed).toContain(text.trimEnd());
    expect(changed).toContain(kept);
    expect(withServer(id, changed)).toEqual({ changes: [], text: changed });
  });

  it.each([
    [
      '{\n  "mcpServers": {},\n  "mcpServers": {}\n}',
      '"mcpServers" is there twice (line 3, column 3)',
    ],
    ['{"mcpServers": {"prompts": {}, "prompts": {}}}', '"prompts" is there twice (line 1'],
    ['{"mcpServers": {"prompts": {"env": {"A": "1"}, "env": {}}}}', '"env" is there twice'],
  ])("refuses to change what is there twice: %s", (text, problem) => {
    expect(() => withServer("cursor", text)).toThrow(UnreadableConfig);
    expect(() => withServer("cursor", text)).toThrow(problem);
  });

  it("changes a file in which something else is there twice", () => {
    const { text } = withServer("cursor", '{"a": 1, "a": 2, "mcpServers": {"x": {}, "x": {}}}');

    expect(text).toContain('"prompts"');
    expect(text).toContain('"a": 1, "a": 2');
  });

  it("leaves whatever stands before and after the addition byte for byte", () => {
    for (const { id, text } of [files["TOML with comments"], files["YAML with comments"]]) {
      const { text: changed } = withServer(id, text);
      const surplus = changed.length - text.length;
      const at = [...text].findIndex((character, index) => character !== changed[index]);
      const from = at === -1 ? text.length : at;
      expect(changed.slice(0, from) + changed.slice(from + surplus)).toBe(text);
    }
  });

  it.each([
    ["cursor", '{"mcpServers": {broken'],
    ["cursor", '["a"]'],
    ["cursor", '{"mcpServers": []}'],
    ["codex", "a = \n[b"],
    ["goose", "a: [1\nb: 2"],
    ["goose", "- a"],
    ["continue", "mcpServers:\n  a: 1\n"],
  ])("refuses what is no configuration of %s: %s", (id, text) => {
    expect(() => withServer(id, text)).toThrow(UnreadableConfig);
  });

  it("quotes nothing of the file in an error, because it holds secrets", () => {
    for (const [id, text] of [
      ["cursor", '{"token": "s3cret" "x": 1}'],
      ["codex", 'token = "s3cret\n'],
      ["goose", 'token: "s3cret" x\n'],
    ] as const) {
      expect(() => withServer(id, text)).toThrow(/line 1|line 2/);
      expect(() => withServer(id, text)).not.toThrow(/s3cret/);
    }
  });
});

describe("changing a server that is there", () => {
  const text = `{
  "mcpServers": {
    "prompts": {
      // mine
      "command": "old",
      "args": [],
      "env": { "A": "s3cret", "GONE": "1" },
      "disabled": true,
      "autoApprove": ["list_prompts"]
    }
  }
}
`;

  it("keeps secrets, comments, and what is no part of the connection", () => {
    const { text: changed } = withServer("cline", text);
    expect(readConfigFile("json", changed).root).toEqual({
      mcpServers: {
        prompts: {
          ...{ command: "node", args: ["main.js", "stdio"], env: { A: "s3cret" } },
          ...{ disabled: true, autoApprove: ["list_prompts"] },
        },
      },
    });
    expect(changed).toContain("// mine");
  });

  it("leaves nothing of the other transport", () => {
    const http = { kind: "http", url: "https://x.test/mcp", headers: {} } as const;
    const { text: changed } = withServer("cursor", text, http);
    expect(readConfigFile("json", changed).root).toEqual({
      mcpServers: {
        prompts: { disabled: true, autoApprove: ["list_prompts"], url: "https://x.test/mcp" },
      },
    });
  });

  it.each(["codex", "goose", "continue"])("does so in the file of %s", (id) => {
    const before = withServer(id, "").text;
    const { text: changed } = withServer(id, before, { ...stdio, command: "npx", env: {} });
    expect(changed).toContain("npx");
    expect(changed).not.toContain("<A>");
    expect(withServer(id, changed, { ...stdio, command: "npx", env: {} }).changes).toEqual([]);
  });
});
