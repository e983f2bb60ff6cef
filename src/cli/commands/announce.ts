import { description, homepage, mcpName } from "../../../package.json";
import { type Config, loadConfig } from "../../config/config.ts";
import { ConfigError } from "../../config/errors.ts";
import { addressText } from "../../config/texts.ts";
import { userAgent, version } from "../../config/version.ts";
import { openAudit } from "../../log/audit.ts";
import { warnOfInsecureTls } from "../../log/insecure-tls.ts";
import { localUser } from "../../log/local-user.ts";
import { createLog } from "../../log/log.ts";
import { createMlflowClient } from "../../mlflow/client.ts";
import { MlflowMcpServers, requireMcpServers, type ServerJson } from "../../mlflow/mcp-servers.ts";
import type { Action } from "../command.ts";

const serverJson: ServerJson = {
  ...{ name: mcpName, version, description },
  title: "MLflow Prompts",
  websiteUrl: homepage,
};

/** One change of MLflow's registry. */
interface Step {
  /** Such as "Add the address https://host/mcp". */
  readonly title: string;
  readonly run: () => Promise<void>;
}

/**
 * Enters the address of a server into MLflow's registry of MCP servers, or removes it. What is there
 * already stays.
 * @throws ConfigError for an address that is none, and where the registry is embedded
 * @throws RegistryError where MLflow is older than 3.15, is unavailable, or refuses
 */
export const run: Action = async ({ flags, environment, output }, [word = ""], options) => {
  const url = readUrl(word);
  const config = loadConfig(flags, environment);
  const log = createLog(output.errors);
  warnOfInsecureTls(config.registry, log);
  const { api, close } = openApi(config);
  const audit = openAudit(config.auditLog, log);
  const remove = options.has("remove");
  const dryRun = options.has("dry-run");
  const operation = remove ? "announce_remove" : "announce";
  const actor = { workspace: config.workspace, who: localUser() };
  try {
    requireMcpServers((await api.describe()).release);
    const servers = new MlflowMcpServers(api);
    const steps = await (remove ? planRemoval(servers, url) : planEntry(servers, url));
    for (const { title, run } of steps) {
      if (!dryRun) {
        await run();
        audit.record(actor, { operation, outcome: "ok" });
      }
      if (!output.wantsJson) output.write(`${dryRun ? "Would do" : "Done"}: ${title}.\n`);
    }
    const { name } = serverJson;
    const titles = steps.map(({ title }) => title);
    output.print({ name, version, url, remove, dry_run: dryRun, steps: titles }, () => {
      if (steps.length > 0) return;
      output.write(`${url} ${remove ? "is not entered" : "is entered already"}.\n`);
    });
  } finally {
    audit.close();
    await close();
  }
};

/** The endpoints of MLflow as the local user reaches them. */
function openApi({ registry, workspace }: Config) {
  if (registry.kind === "embedded") {
    throw new ConfigError(
      "The registry is embedded: there is no MLflow server to announce a server in. Set MLFLOW_TRACKING_URI to the address of an MLflow server.",
    );
  }
  const { credential, ...connection } = registry;
  const client = createMlflowClient({ ...connection, userAgent });
  const api = client.api({
    ...(workspace === undefined ? {} : { workspace }),
    ...(credential === undefined ? {} : { credential }),
  });
  return { api, close: () => client.close() };
}

function readUrl(text: string): string {
  const parsed = addressText().safeParse(text);
  if (parsed.success) return parsed.data.href;
  throw new ConfigError(
    `The address cannot be used: ${parsed.error.issues[0]?.message}. Name that of the MCP endpoint, such as https://prompts.example.com/mcp.`,
  );
}

async function planEntry(servers: MlflowMcpServers, url: string): Promise<readonly Step[]> {
  const { name } = serverJson;
  const server = await servers.find(name);
  const known = server && (await servers.findVersion(name, version));
  const endpoint = server?.access_endpoints.find((each) => each.url === url);
  const steps: Step[] = [];
  if (server === undefined) {
    const run = () => servers.create(name, description);
    steps.push({ title: `add the server ${name}`, run });
  }
  if (known === undefined) {
    const run = () => servers.createVersion(serverJson);
    steps.push({ title: `add its version ${version}`, run });
  } else if (known.status !== "active") {
    const run = () => servers.setStatus(name, version, "active");
    steps.push({ title: `make its version ${version} active`, run });
  }
  if (endpoint === undefined) {
    const run = () => servers.createEndpoint(name, url, version);
    steps.push({ title: `add the address ${url}`, run });
  } else if (endpoint.server_version !== version) {
    const run = () => servers.moveEndpoint(name, endpoint.id, version);
    steps.push({ title: `point the address ${url} at version ${version}`, run });
  }
  return steps;
}

/** Without its last address the entry is of no use, also one that an interrupted removal left. */
async function planRemoval(servers: MlflowMcpServers, url: string): Promise<readonly Step[]> {
  const { name } = serverJson;
  const server = await servers.find(name);
  if (server === undefined) return [];
  const endpoint = server.access_endpoints.find((each) => each.url === url);
  const steps: Step[] = [];
  if (endpoint !== undefined) {
    const run = () => servers.deleteEndpoint(name, endpoint.id);
    steps.push({ title: `remove the address ${url}`, run });
  }
  if (server.access_endpoints.length > steps.length) return steps;
  for (const { version: number, status } of await servers.listVersions(name)) {
    if (status !== "active") continue;
    const run = () => servers.setStatus(name, number, "deprecated");
    steps.push({ title: `deprecate its version ${number}`, run });
  }
  return [...steps, { title: `remove the server ${name}`, run: () => servers.delete(name) }];
}
