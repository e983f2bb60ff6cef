import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { eventually } from "../../support/eventually.ts";
import { freePort } from "../../support/free-port.ts";
import { binFolder } from "../../support/mlflow-install.ts";
import { createDatabase } from "../../support/mlflow-postgres.ts";
import { untilHealthy } from "../../support/mlflow-server.ts";
import { isolated, program, startCommand } from "../../support/program.ts";
import { openRedis } from "../../support/redis-process.ts";
import { whenDone } from "../../support/when-done.ts";
import { composeFolder, readCompose } from "./compose.ts";
import { outputOf } from "./run.ts";

type Variables = Readonly<Record<string, string>>;

/** The services of compose.yaml as processes of this machine, which end with the file. */
export interface ComposeProcesses {
  /** Of the proxy. */
  readonly publicUrl: string;
  readonly replicas: readonly {
    readonly url: string;
    readonly child: Awaited<ReturnType<typeof startCommand>>["child"];
  }[];
  readonly administrator: { readonly username: string; readonly password: string };
}

/** Starts the services with the files, variables and secrets that compose.yaml gives them. */
export async function startServices(): Promise<ComposeProcesses> {
  const folder = mkdtempSync(join(tmpdir(), "compose-"));
  whenDone(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of readdirSync(composeFolder)) {
    if (statSync(join(composeFolder, name)).isFile())
      copyFileSync(join(composeFolder, name), join(folder, name));
  }
  await outputOf("sh", ["make-secrets.sh"], { cwd: folder });
  const [redisUrl, mlflowUrl] = await Promise.all([startRedis(folder), startMlflow(folder)]);
  const publicUrl = `http://localhost:${await freePort()}`;
  const { environment = {} } = readCompose().services["prompts-1"] ?? {};
  const variables = {
    ...environment,
    MLFLOW_TRACKING_URI: mlflowUrl,
    MLFLOW_PROMPTS_PUBLIC_URL: publicUrl,
    MLFLOW_PROMPTS_TRUST_PROXY: "loopback",
    MLFLOW_PROMPTS_REDIS_URL_FILE: redisUrl,
    MLFLOW_PROMPTS_AUDIT_SECRET_FILE: join(folder, "secrets", "audit_secret"),
  };
  const replicas = await Promise.all([startReplica(variables), startReplica(variables)]);
  startProxy(folder, {
    PUBLIC_URL: publicUrl,
    REPLICAS: replicas.map(({ url }) => new URL(url).host).join(" "),
  });
  await eventually(async () => {
    const { status } = await fetch(`${publicUrl}/mcp`, { method: "POST" });
    if (status !== 401) throw new Error(`The proxy answers ${status}.`);
  });
  return {
    publicUrl,
    replicas,
    administrator: { username: "admin", password: secret(folder, "mlflow_admin_password") },
  };
}

function secret(folder: string, name: string): string {
  return readFileSync(join(folder, "secrets", name), "utf8");
}

/** @returns the file with its address */
async function startRedis(folder: string): Promise<string> {
  const server = await openRedis("--aclfile", join(folder, "secrets", "redis_users"));
  whenDone(() => server.stop());
  const file = join(folder, "redis_url");
  writeFileSync(file, secret(folder, "redis_url").replace("redis:6379", server.place));
  return file;
}

/** @returns its address */
async function startMlflow(folder: string): Promise<string> {
  const database = await createDatabase();
  whenDone(() => database.drop());
  const accounts = readFileSync(join(folder, "mlflow-auth.ini"), "utf8");
  writeFileSync(join(folder, "mlflow-auth.ini"), accounts.replace("/mlflow/", `${folder}/`));
  const port = await freePort();
  const server = start("sh", ["mlflow-start.sh"], folder, {
    PATH: [binFolder("3.17.2"), process.env.PATH].join(delimiter),
    HOME: folder,
    MLFLOW_AUTH_CONFIG_PATH: join(folder, "mlflow-auth.ini"),
    MLFLOW_DISABLE_TELEMETRY: "true",
    MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false",
    SECRETS: join(folder, "secrets"),
    DATABASE: database.uri,
    HOST: "127.0.0.1",
    PORT: String(port),
    FOLDER: folder,
  });
  const url = `http://127.0.0.1:${port}`;
  await untilHealthy(server, `${url}/health`);
  return url;
}

async function startReplica(variables: Variables) {
  const port = await freePort();
  const { environment } = isolated({ ...variables, MLFLOW_PROMPTS_PORT: String(port) });
  const { child } = await startCommand([process.execPath, program, "http"], environment);
  return { url: `http://127.0.0.1:${port}/mcp`, child };
}

function startProxy(folder: string, variables: Variables): void {
  const home = {
    PATH: process.env.PATH ?? "",
    HOME: folder,
    XDG_DATA_HOME: folder,
    XDG_CONFIG_HOME: folder,
  };
  start("caddy", ["run", "--adapter", "caddyfile", "--config", "Caddyfile"], folder, {
    ...home,
    ...variables,
  });
}

function start(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Variables,
): ChildProcess {
  const child = spawn(command, args, { cwd, env, detached: true, stdio: "ignore" });
  whenDone(async () => {
    if (child.exitCode !== null || child.pid === undefined) return;
    process.kill(-child.pid, "SIGKILL");
    await once(child, "close");
  });
  return child;
}
