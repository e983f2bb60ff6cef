import { execFileSync } from "node:child_process";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { onTestFinished } from "vitest";
import * as z from "zod";
import { isolated } from "./program.ts";

const overHttp = z.object({
  url: z.string(),
  headers: z.record(z.string(), z.string()).optional(),
});
const overStdio = z.object({
  command: z.string(),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()),
});
const printed = z.union([overHttp, overStdio]);
const inFile = z.record(z.string(), z.object({ "mlflow-prompts": printed }));

export type PrintedConfig = z.output<typeof printed>;

/** The configurations that a start of `http` has printed, by their client and transport. */
export function configsIn(output: string): Readonly<Record<string, PrintedConfig>> {
  const lines = [...output.matchAll(/^(\w.*)\n {2}HTTP: +(.*)\n(?: {2}stdio: +(.*)\n)?/gm)];
  return Object.fromEntries(
    lines.flatMap(([, client = "", http = "", stdio]) => [
      [`${client} over HTTP`, read(http)],
      ...(stdio === undefined ? [] : [[`${client} over stdio`, read(stdio)]]),
    ]),
  );
}

function read(text: string): PrintedConfig {
  if (text.startsWith("claude ")) return readCommand(text);
  const [config] = Object.values(inFile.parse(JSON.parse(text)));
  if (config === undefined) throw new Error(`No configuration: ${text}`);
  return config["mlflow-prompts"];
}

/** Reads a command as a shell does, and its options as `claude mcp add` does (2.1.197). */
function readCommand(text: string): PrintedConfig {
  const echo = "claude() { printf '%s\\n' \"$@\"; }";
  const stdout = execFileSync("sh", ["-c", `${echo}\n${text}`], { encoding: "utf8" });
  const words = stdout.trimEnd().split("\n");
  const end = words.indexOf("--");
  const options = end === -1 ? words : words.slice(0, end);
  const valuesOf = (option: string, mark: string) =>
    Object.fromEntries(
      options.flatMap((word, index) => {
        if (options[index - 1] !== option) return [];
        const at = word.indexOf(mark);
        return [[word.slice(0, at), word.slice(at + mark.length)]];
      }),
    );
  if (end === -1) return { url: words[5] ?? "", headers: valuesOf("--header", ": ") };
  const [command = "", ...args] = words.slice(end + 1);
  return { command, args, env: valuesOf("--env", "=") };
}

/**
 * Connects as the configuration says, from another folder than the server's, with no variable but
 * those that clients pass on.
 */
export async function connectPasted(config: PrintedConfig, cwd = "/"): Promise<Client> {
  const client = new Client({ name: "test", version: "1.0.0" });
  const { HOME = "", PATH = "" } = isolated().environment;
  await client.connect(
    "url" in config
      ? new StreamableHTTPClientTransport(new URL(config.url), {
          requestInit: { headers: config.headers ?? {} },
        })
      : new StdioClientTransport({ ...config, env: { HOME, PATH, ...config.env }, cwd }),
  );
  onTestFinished(() => client.close());
  return client;
}

/** Which registry a client sees: what describes it, and its prompts. */
export async function registryOf(client: Client): Promise<unknown> {
  const { structuredContent } = await client.callTool({ name: "describe_registry", arguments: {} });
  const { prompts } = await client.listPrompts();
  return { ...z.record(z.string(), z.unknown()).parse(structuredContent), prompts };
}
