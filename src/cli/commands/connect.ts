import { loadConfig } from "../../config/config.ts";
import { ConfigError } from "../../config/errors.ts";
import type { Environment } from "../../config/settings.ts";
import { stdioStart } from "../../config/stdio-start.ts";
import type { Machine, McpClient } from "../../connect/client.ts";
import { clientFile } from "../../connect/client-file.ts";
import { mcpClients } from "../../connect/clients.ts";
import type { Connection } from "../../connect/connection.ts";
import { fileDiff } from "../../connect/file-diff.ts";
import { listClients } from "../../connect/list-clients.ts";
import { machineOf } from "../../connect/machine.ts";
import {
  configFor,
  entryOf,
  type Plan,
  planServer,
  type ServerRequest,
} from "../../connect/plan.ts";
import { writeConfigText } from "../../connect/write-config.ts";
import { quote } from "../../registry/errors.ts";
import { findClosestNames } from "../../registry/text/closest-names.ts";
import { asUsage } from "../as-usage.ts";
import type { Action, CommandContext } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import type { OptionValues } from "../option-values.ts";
import { confirm } from "../output/confirm.ts";

/**
 * Writes the configuration of a client, after it has shown the change, or lists the clients.
 * @throws ConfigError for wrong usage
 * @throws RegistryError for a file that cannot be read or changed, or that changed in the meantime
 */
export const run: Action = async (context, [id], options) => {
  const machine = machineOf(context.environment);
  const name = options.text("name") ?? "mlflow-prompts";
  if (id === undefined) return list(context, machine, name, options.has("project"));
  const client = clientOf(id);
  const request = { client, name, connection: connectionOf(context, options) };
  asUsage(() => entryOf(client, name, request.connection));
  if (options.has("print")) return print(context, request);
  const plan = planServer(request, fileOf(client, machine, options.has("project")));
  await change(context, request, plan, options);
};

function list(
  { output }: CommandContext,
  machine: Machine,
  name: string,
  inProject: boolean,
): void {
  const clients = listClients(mcpClients, machine, name, { path: process.cwd(), inProject });
  output.print(clients, () =>
    output.table({
      head: ["client", "installed", "configured", "file"],
      rows: clients.map(({ client, installed, configured, file }) => [
        ...[client, installed ? "yes" : "no", configured, file],
      ]),
    }),
  );
}

function clientOf(id: string): McpClient {
  const client = mcpClients.find((one) => one.id === id);
  if (client !== undefined) return client;
  const ids = mcpClients.map((one) => one.id);
  const [meant] = findClosestNames(id, ids);
  const hint = meant === undefined ? "" : `, did you mean ${meant}?`;
  throw new ConfigError(`Unknown client ${quote(id)}${hint} The clients are ${ids.join(", ")}.`);
}

function fileOf(client: McpClient, machine: Machine, inProject: boolean): string {
  const file = clientFile(client, machine, inProject ? process.cwd() : undefined);
  if (file !== undefined) return file;
  throw new ConfigError(
    inProject
      ? `${client.title} has no configuration in a project: leave out --project.`
      : `${client.title} reads a configuration in a project: add --project.`,
  );
}

function connectionOf(
  { flags, environment, program }: CommandContext,
  options: OptionValues,
): Connection {
  const url = options.text("http");
  if (url === undefined) {
    if (options.has("authorization")) {
      throw new ConfigError("--authorization belongs to --http URL: give both, or neither.");
    }
    const config = loadConfig(flags, environment);
    const start = stdioStart(config, flags, environment, program);
    return { kind: "stdio", ...start, env: withoutDefaultFile(start.env, environment) };
  }
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new ConfigError(
      `--http is ${quote(url)}: it must be the address of a server, such as https://prompts.example.com/mcp.`,
    );
  }
  const authorization = options.has("authorization") ? [["Authorization", "<Authorization>"]] : [];
  return { kind: "http", url, headers: Object.fromEntries(authorization) };
}

/**
 * The default file is not named, because its first start puts samples into it, and a file that is
 * named starts empty.
 */
function withoutDefaultFile(
  { MLFLOW_TRACKING_URI, ...env }: Readonly<Record<string, string>>,
  { XDG_DATA_HOME, ...environment }: Environment,
): Readonly<Record<string, string>> {
  if (environment.MLFLOW_TRACKING_URI || environment.MLFLOW_REGISTRY_URI) {
    return { ...env, ...(MLFLOW_TRACKING_URI ? { MLFLOW_TRACKING_URI } : {}) };
  }
  return { ...(XDG_DATA_HOME ? { XDG_DATA_HOME } : {}), ...env };
}

function print({ output }: CommandContext, request: ServerRequest): void {
  const { text: config, link, placeholders } = configFor(request);
  output.print({ ...told(request), config, placeholders }, () => {
    output.write(config);
    if (link !== undefined) output.note(`Or open ${link}`);
  });
  noteSecrets(output, placeholders);
}

/** What JSON says of a client, whatever is done. */
function told(request: ServerRequest) {
  const { link } = configFor(request);
  const { id: client, title } = request.client;
  return { client, title, ...(link === undefined ? {} : { link }) };
}

/** @throws ConfigError where nobody can be asked whether to write */
async function change(
  context: CommandContext,
  request: ServerRequest,
  { file, before, after, placeholders }: Plan,
  options: OptionValues,
): Promise<void> {
  const { output } = context;
  const changed = before !== after;
  const diff = changed ? fileDiff(file, before, after) : "";
  if (!output.wantsJson) output.write(diff);
  const consent = changed ? await consentTo(context, file, options) : "nothing to write";
  const written = consent === "yes";
  const copy = written ? writeConfigText(file, before, after, new Date()) : undefined;
  output.print(
    { ...told(request), file, changed, written, diff, ...(copy ? { copy } : {}), placeholders },
    () => {},
  );
  if (written) {
    output.note(`Wrote ${file}.${copy === undefined ? "" : ` The file as it was: ${copy}`}`);
    noteSecrets(output, placeholders);
  } else if (consent === "unasked") {
    throw new ConfigError("Nothing was written. Add --yes to write it, or --dry-run.");
  } else {
    output.note(`${changed ? "" : `${file} has the server already. `}Nothing was written.`);
    if (consent === "no") context.exitWith(exitCodes.failure);
  }
}

/** Whether the change may be written. */
async function consentTo(
  { output, stdin }: CommandContext,
  file: string,
  options: OptionValues,
): Promise<"yes" | "no" | "dry run" | "unasked"> {
  if (options.has("dry-run")) return "dry run";
  if (options.has("yes")) return "yes";
  if (!output.isTerminal || output.wantsJson) return "unasked";
  return (await confirm(`Write ${file}?`, stdin, output.errors)) ? "yes" : "no";
}

function noteSecrets(output: CommandContext["output"], placeholders: readonly string[]): void {
  if (placeholders.length === 0) return;
  output.note(`Replace ${placeholders.join(" and ")} in it: this program writes no secrets.`);
}
