import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { mcpClients } from "../../src/connect/clients.ts";
import { runCommand } from "../support/command-line.ts";
import { isolated } from "../support/program.ts";

/** A person's folder with files of clients. */
function personWith(files: Readonly<Record<string, string>>, variables = {}) {
  const { home, environment } = isolated(variables);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text, { mode: 0o640 });
  }
  return {
    home,
    run: (words: string, given = {}) =>
      runCommand(["connect", ...words.split(" ").filter(Boolean)], environment, given),
    read: (name: string) => readFileSync(join(home, name), "utf8"),
  };
}

const cursorFile = ".cursor/mcp.json";
const cursor = {
  [cursorFile]:
    '{\n  // mine\n  "mcpServers": {\n    "other": { "env": { "KEY": "s3cret" } }\n  }\n}\n',
};

describe("connect CLIENT", () => {
  it.each([
    ["", 2, "mlflow-prompts-mcp: Nothing was written. Add --yes to write it, or --dry-run.\n"],
    ["--dry-run", 0, "Nothing was written.\n"],
    ["--dry-run --yes", 0, "Nothing was written.\n"],
  ])(
    "shows the change, and writes nothing for a program that says %j",
    async (flags, code, stderr) => {
      const { run, read, home } = personWith(cursor);

      const ran = await run(`cursor ${flags}`);

      expect(ran).toMatchObject({ code, stderr });
      expect(ran.stdout).toContain('+    "mlflow-prompts": {');
      expect(ran.stdout).not.toContain("s3cret");
      expect(read(cursorFile)).toBe(cursor[cursorFile]);
      expect(readdirSync(join(home, ".cursor"))).toEqual(["mcp.json"]);
    },
  );

  it("says to a script what it changed, or would change", async () => {
    const { run, home } = personWith(cursor);
    const file = join(home, cursorFile);
    const client = { client: "cursor", title: "Cursor", file };
    const link = expect.stringContaining("cursor://");
    const diff = expect.stringContaining('+    "mlflow-prompts": {');

    const asked = await run("cursor --json --dry-run");
    const unasked = await run("cursor --json", { columns: 80 });
    const written = await run("cursor --json --yes");
    const again = await run("cursor --json changed,written,copy");

    const change = { ...client, link, diff, changed: true, placeholders: [] };
    expect(asked.code).toBe(0);
    expect(JSON.parse(asked.stdout)).toEqual({ ...change, written: false });
    expect(unasked.code).toBe(2);
    expect(JSON.parse(unasked.stdout)).toEqual({ ...change, written: false });
    expect(written.code).toBe(0);
    expect(JSON.parse(written.stdout)).toEqual({
      ...{ ...change, written: true },
      copy: expect.stringMatching(/mcp\.json\.\S+\.bak$/),
    });
    expect(again).toMatchObject({ code: 0 });
    expect(JSON.parse(again.stdout)).toEqual({ changed: false, written: false, copy: null });
  });

  it("writes with --yes, keeps comments and the mode, and keeps a copy", async () => {
    const { run, read, home } = personWith(cursor);

    const { code, stderr } = await run("cursor --yes");

    expect(code).toBe(0);
    expect(read(cursorFile)).toContain("// mine");
    expect(read(cursorFile)).toContain('"XDG_DATA_HOME"');
    const [copy = ""] = readdirSync(join(home, ".cursor")).filter((name) => name.endsWith(".bak"));
    expect(read(join(".cursor", copy))).toBe(cursor[cursorFile]);
    expect(stderr).toContain(copy);
    for (const name of ["mcp.json", copy]) {
      expect(statSync(join(home, ".cursor", name)).mode & 0o777).toBe(0o640);
    }
    expect((await run("cursor --yes")).stderr).toContain(
      "has the server already. Nothing was written.",
    );
  });

  it.each([
    ["y\n", true],
    ["YES\n", true],
    ["n\n", false],
    ["\n", false],
    ["", false],
  ])("asks a person at a terminal: %j", async (input, written) => {
    const { run, read } = personWith(cursor);

    const { code, stderr } = await run("cursor", { input, columns: 80 });

    expect(code).toBe(written ? 0 : 1);
    expect(stderr).toContain("mcp.json? [y/N] ");
    expect(read(cursorFile).includes("mlflow-prompts")).toBe(written);
  });

  it("makes a file and its folder for the owner alone", async () => {
    const { run, home } = personWith({});
    for (const { id, userFiles } of mcpClients) {
      if (userFiles) expect(await run(`${id} --yes`)).toMatchObject({ code: 0 });
    }
    expect(statSync(join(home, ".codex/config.toml")).mode & 0o777).toBe(0o600);
    const { stdout } = await run("--json client,configured,installed");
    expect(JSON.parse(stdout)).toEqual(
      mcpClients.map(({ id: client, userFiles }) => ({
        ...{ client, configured: userFiles ? "yes" : "no", installed: userFiles !== undefined },
      })),
    );
  });

  it("writes through a link, as people keep settings in git", async () => {
    const { run, read, home } = personWith({ "dotfiles/mcp.json": "{}\n" });
    mkdirSync(join(home, ".cursor"));
    symlinkSync(join(home, "dotfiles/mcp.json"), join(home, cursorFile));

    expect(await run("cursor --yes")).toMatchObject({ code: 0 });
    expect(read("dotfiles/mcp.json")).toContain("mlflow-prompts");
  });

  it.each([
    ["cursor", cursorFile, '{"mcpServers": {broken s3cret'],
    ["codex", ".codex/config.toml", "a = \n[b s3cret"],
    ["goose", ".config/goose/config.yaml", "a: [1\nb: s3cret"],
    ["cursor", cursorFile, '{"mcpServers": [1]}'],
    ["continue", ".continue/config.yaml", "mcpServers: {}\n"],
  ])("leaves a file of %s that it cannot read as it is (%s)", async (client, file, text) => {
    const { run, read, home } = personWith({ [file]: text });

    const { code, stdout, stderr } = await run(`${client} --yes`);

    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(`${join(home, file)} cannot be changed: `);
    expect(stderr).not.toContain("s3cret");
    expect(read(file)).toBe(text);
    expect(readdirSync(dirname(join(home, file)))).toHaveLength(1);
  });

  it("writes no secret, and says which a person must put in", async () => {
    const variables = {
      MLFLOW_TRACKING_URI: "https://mlflow.test",
      MLFLOW_TRACKING_TOKEN: "s3cret",
    };
    const { run, read } = personWith({}, variables);

    const { stdout, stderr } = await run("cursor --yes");

    expect(stderr).toContain("Replace <MLFLOW_TRACKING_TOKEN> in it");
    expect(stdout + stderr + read(cursorFile)).not.toContain("s3cret");
  });

  it("lets VS Code ask for secrets, once", async () => {
    const variables = {
      MLFLOW_TRACKING_URI: "https://mlflow.test",
      MLFLOW_TRACKING_TOKEN: "s3cret",
    };
    const { run, read } = personWith({}, variables);
    const file = ".config/Code/User/mcp.json";

    expect(await run("vscode --yes")).toMatchObject({ code: 0 });
    expect(await run("vscode --yes --name again")).toMatchObject({ code: 0 });

    expect(JSON.parse(read(file))).toMatchObject({
      servers: {
        again: {
          env: {
            MLFLOW_TRACKING_TOKEN: expect.stringMatching(/^\$\{input:mlflow-tracking-token\}$/),
          },
        },
      },
      inputs: [
        ...[
          {
            type: "promptString",
            id: "mlflow-tracking-token",
            description: "MLFLOW_TRACKING_TOKEN",
            password: true,
          },
        ],
      ],
    });
  });

  it("prints a configuration and changes nothing with --print", async () => {
    const { run, home } = personWith({});

    const { code, stdout, stderr } = await run(
      "cursor --print --http https://x.test/mcp --authorization",
    );

    expect(code).toBe(0);
    const entry = { url: "https://x.test/mcp", headers: { Authorization: "<Authorization>" } };
    expect(JSON.parse(stdout)).toEqual({ mcpServers: { "mlflow-prompts": entry } });
    const [, link = ""] = /Or open (\S+)/.exec(stderr) ?? [];
    const query = new URL(link).searchParams;
    expect(query.get("name")).toBe("mlflow-prompts");
    expect(JSON.parse(Buffer.from(query.get("config") ?? "", "base64").toString())).toEqual(entry);
    const printed = await run("cursor --print --json --http https://x.test/mcp --authorization");
    const placeholders = ["<Authorization>"];
    expect(JSON.parse(printed.stdout)).toEqual({
      ...{ client: "cursor", title: "Cursor", config: stdout, link, placeholders },
    });
    expect(existsSync(join(home, ".cursor"))).toBe(false);
  });

  it.each([
    ["curser", 2, 'Unknown client "curser", did you mean cursor?'],
    ["claude-desktop --http https://x.test/mcp", 2, "no connections over HTTP"],
    ["cursor --http x", 2, '--http is "x"'],
    ["cursor --authorization", 2, "belongs to --http"],
    ["mcp-json", 2, "add --project"],
    ["goose --project", 2, "leave out --project"],
  ])("refuses %s", async (words, code, message) => {
    const { run } = personWith({});
    const ran = await run(words);
    expect(ran).toMatchObject({ code, stdout: "" });
    expect(ran.stderr).toContain(message);
  });
});

describe("connect", () => {
  it("knows the clients that docs/clients.md lists", () => {
    const rows = readFileSync("docs/clients.md", "utf8").matchAll(/^\| [^|]+ \| `([a-z-]+)` \| /gm);
    expect([...rows].map(([, id]) => id)).toEqual(mcpClients.map(({ id }) => id));
  });

  it("lists the clients, those with broken files too", async () => {
    const { run } = personWith({
      ...cursor,
      ".kiro/settings/mcp.json": "{",
      ".codex/config.toml": "[mcp_servers.mlflow-prompts]\n",
    });

    const { stdout } = await run("");

    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t").slice(0, 3));
    expect(rows).toEqual(
      expect.arrayContaining([
        ["cursor", "yes", "no"],
        ["kiro", "yes", "unreadable"],
        ["codex", "yes", "yes"],
        ["windsurf", "no", "no"],
      ]),
    );
  });

  it("lists the files of the project, and what has no other", async () => {
    const { run } = personWith({});
    const file = join(process.cwd(), ".mcp.json");

    const { stdout } = await run("--json client,file");
    const inProject = await run("--project --json client,file");

    expect(JSON.parse(stdout)).toContainEqual({ client: "mcp-json", file });
    expect(JSON.parse(inProject.stdout)).toEqual(
      mcpClients.flatMap(({ id: client, projectFile }) =>
        projectFile ? [{ client, file: join(process.cwd(), projectFile) }] : [],
      ),
    );
  });
});
