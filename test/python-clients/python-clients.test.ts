import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { tools } from "../../src/tools/catalogue.ts";
import { toolDefinition } from "../../src/tools/definitions.ts";
import { available, title } from "../support/mlflow-install.ts";
import { isolated, program } from "../support/program.ts";
import { installPackages, packageBin, versionsIn } from "../support/python-packages.ts";

/** Clients that need one release of the MCP SDK, and those that need the next, cannot be together. */
const environments = [
  {
    folder: "python-clients-mcp-2",
    clients: ["llama-index", "google-genai"],
    packages: { "llama-index-tools-mcp": "0.6.0", "google-genai": "3.6.1", mcp: "2.3.0" },
  },
  {
    folder: "python-clients-mcp-1",
    clients: ["langchain", "semantic-kernel"],
    packages: { "langchain-mcp-adapters": "0.3.1", "semantic-kernel": "1.44.0", mcp: "1.30.0" },
  },
] as const;

const seen = z.object({
  tools: z.array(z.string()),
  schemas: z.array(z.unknown()),
  registered: z.string(),
  listed: z.string(),
  picture: z.string(),
});

const script = fileURLToPath(new URL("clients.py", import.meta.url));

/** The errors of clients that fail on a prompt with an image and a resource. */
const failures: Readonly<Record<string, string>> = {
  "llama-index": "NotImplementedError",
  langchain: "ValueError: Unsupported prompt message content type: image",
};

for (const { folder, clients, packages } of environments) {
  const names = Object.keys(packages);
  const installed = await available(() =>
    installPackages({
      title: `Python clients (${names.join(", ")})`,
      folder,
      packages: Object.entries(packages).map(([name, version]) => `${name}==${version}`),
      isComplete: async (bin) =>
        (await versionsIn(bin, names)) === Object.values(packages).join(" "),
    }),
  );

  async function use(client: string, messages: "auto" | "one") {
    const { home } = isolated();
    const registry = `sqlite:///${join(home, "prompts.db")}`;
    const args = [script, client, process.execPath, program, registry, messages];
    const { stdout } = await promisify(execFile)(join(packageBin(folder), "python"), args);
    return seen.parse(JSON.parse(stdout));
  }

  describe.skipIf(!installed.ok)(title("A client in Python", installed), () => {
    it.each(clients)("%s takes every tool, calls them and reads the results", async (client) => {
      const taken = await use(client, "auto");

      // They show no views, so the tools of the view are not listed to them.
      const listed = tools.filter(({ view }) => view === undefined);
      expect(taken.tools.toSorted()).toEqual(listed.map(({ name }) => name).toSorted());
      for (const [index, name] of taken.tools.entries()) {
        const tool = tools.find((one) => one.name === name);
        const inputs = Object.keys((tool && toolDefinition(tool).inputSchema.properties) ?? {});
        const schema = JSON.stringify(taken.schemas[index]);
        for (const input of inputs) expect(schema, `${name}.${input}`).toContain(`"${input}"`);
      }
      expect(taken.registered).toContain(`Created prompt from-${client} with version 1.`);
      expect(taken.listed).toContain(`- from-${client} (latest 1`);
      expect(taken.picture).toContain(failures[client] ?? "Look:");
    });

    it.each(clients)("%s takes a prompt with an image where it is one message", async (client) => {
      const { picture } = await use(client, "one");
      expect(picture).toContain("Look:");
      expect(picture).toContain("[image omitted]");
    });
  });
}
