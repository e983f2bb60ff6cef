import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import metadata from "../../package.json";
import { title } from "../support/mlflow-install.ts";
import { isolated } from "../support/program.ts";
import { whenDone } from "../support/when-done.ts";
import { checker, checkersAvailable } from "./support/checkers.ts";
import { ended, outputOf, root } from "./support/run.ts";

const checkers = await checkersAvailable();
const read = (path: string) => readFileSync(join(root, path), "utf8");

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "package-"));
  whenDone(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Checks with Python, in which some of the checkers are libraries. */
const python = (script: string, ...args: string[]) =>
  ended(checker("python"), ["-c", script, ...args]);

/** The names of prompts that a client sees, who starts the server with the command. */
async function promptsOf(command: string, args: readonly string[]) {
  const { environment } = isolated();
  // npx finds what it has downloaded before.
  const env = {
    ...environment,
    npm_config_cache: (await outputOf("npm", ["config", "get", "cache"])).trim(),
  };
  const client = new Client({ name: "test", version: "1.0.0" });
  await client.connect(
    new StdioClientTransport({ command, args: [...args], env, stderr: "ignore" }),
  );
  whenDone(() => client.close());
  expect(client.getServerVersion()).toMatchObject({ version: metadata.version });
  return (await client.listPrompts()).prompts.map(({ name }) => name);
}

describe("the npm package", () => {
  let installed: string;

  beforeAll(async () => {
    installed = newFolder();
    await outputOf("npm", [
      "pack",
      "--silent",
      "--ignore-scripts",
      "--pack-destination",
      installed,
    ]);
    const file = join(installed, `${metadata.name}-${metadata.version}.tgz`);
    await outputOf("npm", ["install", "--silent", "--no-audit", "--no-fund", file], {
      cwd: installed,
    });
  });

  it.each([20, 22, 24])("serves a client from an empty folder, on Node %i", async (release) => {
    const program = join(installed, "node_modules/.bin/mlflow-prompts-mcp");
    const node = ["-y", "-p", `node@${release}`, "--", "node", program, "stdio"];

    expect(await promptsOf("npx", node)).toContain("summarize");
  });

  it("names its repository, by which npm and the MCP registry know who publishes it", () => {
    expect(metadata).toMatchObject({
      repository: {
        type: "git",
        url: "git+https://github.com/mlflow-prompts-mcp/mlflow-prompts-mcp.git",
      },
      mcpName: "io.github.mlflow-prompts-mcp/mlflow-prompts-mcp",
    });
    expect(read("Dockerfile")).toContain(
      `io.modelcontextprotocol.server.name="${metadata.mcpName}"`,
    );
    expect(read("Dockerfile")).toContain(`description="${metadata.description}"`);
  });
});

describe("server.json", () => {
  it.skipIf(!checkers.ok)(title("is valid by the MCP registry's schema", checkers), async () => {
    const { output } = await python(
      "import skillsaw, os; print(os.path.dirname(skillsaw.__file__))",
    );
    const schema = join(output.trim(), "schemas/mcp_registry/v2025_12_11/server.schema.json");

    const check = await ended(checker("check-jsonschema"), ["--schemafile", schema, "server.json"]);

    expect(check, check.output).toMatchObject({ code: 0 });
  });

  it("is of the package's name and version", () => {
    const { name, version } = metadata;
    expect(JSON.parse(read("server.json"))).toMatchObject({
      name: metadata.mcpName,
      version,
      packages: [
        { registryType: "npm", identifier: name, version },
        { registryType: "oci", identifier: `ghcr.io/mlflow-prompts-mcp/${name}:${version}` },
      ],
    });
  });
});

describe("the bundle for Claude Desktop", () => {
  it("is valid, and serves a client as its manifest says", async () => {
    const folder = newFolder();
    await outputOf("node", ["deploy/mcpb/bundle.mjs", join(folder, "made.mcpb")]);
    await outputOf("unzip", ["-q", "made.mcpb", "-d", "made"], { cwd: folder });
    const made = join(folder, "made");
    const { version, server } = z
      .object({
        version: z.string(),
        server: z.object({
          mcp_config: z.object({ command: z.string(), args: z.array(z.string()) }),
        }),
      })
      .parse(JSON.parse(readFileSync(join(made, "manifest.json"), "utf8")));
    const { command, args } = server.mcp_config;

    expect(version).toBe(metadata.version);
    const located = args.map((text) => text.replace("$" + "{__dirname}", made));
    expect(await promptsOf(command, located)).toContain("summarize");
  });
});

describe("sbom.json", () => {
  const sbom = z.object({
    components: z.array(z.object({ name: z.string(), version: z.string() })),
  });

  it("lists what LICENSES.txt does, and what npm installs beside it", () => {
    const { components } = sbom.parse(JSON.parse(read("dist/sbom.json")));
    const bundled = read("dist/LICENSES.txt")
      .split(`\n${"-".repeat(80)}\n\n`)
      .map((text) => text.split("\n")[0]);
    const listed = components.map(({ name, version }) => `${name} ${version}`);

    expect(bundled.length).toBeGreaterThan(20);
    expect(listed).toEqual(expect.arrayContaining(bundled));
    expect(listed).toHaveLength(bundled.length + Object.keys(metadata.dependencies).length);
  });

  it.skipIf(!checkers.ok)(title("is valid CycloneDX", checkers), async () => {
    const script = [
      "import sys",
      "from cyclonedx.schema import SchemaVersion",
      "from cyclonedx.validation.json import JsonStrictValidator",
      "problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read())",
      "sys.exit(str(problem) if problem else 0)",
    ];
    const { code, output } = await python(script.join("\n"), "dist/sbom.json");

    expect(code, output).toBe(0);
  });
});

describe.skipIf(!checkers.ok)(title("workflows and the Dockerfile", checkers), () => {
  it.each(["ci.yml", "release.yml"])("%s is valid by GitHub's schema", async (name) => {
    const file = `.github/workflows/${name}`;
    const check = ["--builtin-schema", "vendor.github-workflows", file];

    expect(await ended(checker("check-jsonschema"), check)).toMatchObject({ code: 0 });
    expect(parse(read(file))).toMatchObject({ permissions: { contents: "read" } });
  });

  it("has no fault that hadolint knows", async () => {
    const { code, output } = await ended(checker("hadolint"), ["Dockerfile"]);

    expect(code, output).toBe(0);
  });
});
