import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "./free-port.ts";
import { binFolder, type Release } from "./mlflow-install.ts";
import { createDatabase } from "./mlflow-postgres.ts";

export interface MlflowServerOptions {
  readonly release: Release;
  readonly backendStore?: "sqlite" | "postgresql";
  /** 1 unless told: a server of four takes longer to start, and is what its users run. */
  readonly workers?: number;
  /** Signs in an administrator of this name and password, and whom that creates. */
  readonly auth?: MlflowAuth;
  readonly workspaces?: boolean;
  /** Where everything lies below, such as "/tracking". */
  readonly staticPrefix?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface MlflowAuth {
  readonly username: string;
  readonly password: string;
  /** What users may do with what is others'. MLflow's own default is READ. */
  readonly defaultPermission: "READ" | "NO_PERMISSIONS";
}

/** A real MLflow server of this machine, with a database of its own. */
export interface MlflowServer {
  /** With the static prefix. */
  readonly url: string;
  /** Runs Python with that MLflow, its tracking URI set to the server; returns what it prints. */
  python(script: string): Promise<string>;
  /** Ends the server with its workers as a crash does. */
  crash(): Promise<void>;
  /** Starts it after a crash, where it was and on what it had stored. */
  restart(): Promise<void>;
  /** Takes connections and answers nothing until `resume`. */
  pause(): void;
  resume(): void;
  /** Ends its connections to PostgreSQL. */
  cutDatabase(): Promise<void>;
  /** Ends the server with its workers and leaves nothing behind. */
  stop(): Promise<void>;
}

const startDeadlineMs = 150_000;

/** Another process took the port between its choice and the start. */
class PortTaken extends Error {
  constructor(options: ErrorOptions) {
    super("Another process listens on the port that was free.", options);
  }
}

/** Starts a server and waits until it answers. Throws with its log when it does not. */
export async function startMlflow(options: MlflowServerOptions): Promise<MlflowServer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      if (!(error instanceof PortTaken) || attempt === 3) throw error;
    }
  }
}

async function startOnce(options: MlflowServerOptions): Promise<MlflowServer> {
  const folder = await mkdtemp(join(tmpdir(), "mlflow-prompts-test-"));
  const database =
    options.backendStore === "postgresql"
      ? await createDatabase()
      : {
          uri: `sqlite:///${join(folder, "mlflow.db")}`,
          cutConnections: async () => {},
          drop: async () => {},
        };
  const port = await freePort();
  const url = `http://127.0.0.1:${port}${options.staticPrefix ?? ""}`;
  const environment = await serverEnvironment(options, folder);
  const log = join(folder, "server.log");
  const output = openSync(log, "a");
  const start = () =>
    spawn(
      join(binFolder(options.release), "mlflow"),
      ["server", ...serverArguments(options, { uri: database.uri, folder, port })],
      { cwd: folder, env: environment, detached: true, stdio: ["ignore", output, output] },
    );
  let server = start();
  const kill = () => killGroup(server, "SIGKILL");
  process.once("exit", kill);

  async function crash(): Promise<void> {
    kill();
    await ended(server);
  }

  async function stop(): Promise<void> {
    killGroup(server, "SIGTERM");
    await Promise.race([ended(server), pause(10_000, undefined, { ref: false })]);
    await crash();
    process.off("exit", kill);
    await database.drop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async function untilServing(): Promise<void> {
    try {
      await untilHealthy(server, `${url}/health`);
    } catch (cause) {
      const said = (await readFile(log, "utf8")).slice(-4_000);
      await stop();
      if (said.includes("address already in use")) throw new PortTaken({ cause });
      throw new Error(`MLflow ${options.release} did not start:\n${said}`, { cause });
    }
  }

  await untilServing();
  return {
    url,
    crash,
    restart: () => {
      server = start();
      return untilServing();
    },
    pause: () => killGroup(server, "SIGSTOP"),
    resume: () => killGroup(server, "SIGCONT"),
    cutDatabase: () => database.cutConnections(),
    stop,
    python: (script) => python(options, { url, folder, environment }, script),
  };
}

function serverArguments(
  options: MlflowServerOptions,
  at: { uri: string; folder: string; port: number },
): string[] {
  return [
    ...["--backend-store-uri", at.uri],
    ...["--artifacts-destination", join(at.folder, "artifacts")],
    ...["--host", "127.0.0.1", "--port", String(at.port)],
    ...["--workers", String(options.workers ?? 1)],
    ...(options.auth ? ["--app-name", "basic-auth"] : []),
    ...(options.workspaces ? ["--enable-workspaces"] : []),
    ...(options.staticPrefix ? ["--static-prefix", options.staticPrefix] : []),
    ...(options.args ?? []),
  ];
}

async function serverEnvironment(
  { auth, env }: MlflowServerOptions,
  folder: string,
): Promise<Record<string, string | undefined>> {
  const inherited = Object.entries(process.env).filter(([key]) => !key.startsWith("MLFLOW_"));
  return {
    ...Object.fromEntries(inherited),
    // A home of its own: MLflow reads credentials there.
    HOME: folder,
    MLFLOW_DISABLE_TELEMETRY: "true",
    // Evaluation jobs: nothing here needs them, and they take seconds to start.
    MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false",
    ...(auth ? await authEnvironment(auth, folder) : {}),
    ...env,
  };
}

async function authEnvironment(auth: MlflowAuth, folder: string): Promise<Record<string, string>> {
  const config = join(folder, "auth.ini");
  const lines = [
    "[mlflow]",
    `default_permission = ${auth.defaultPermission}`,
    `database_uri = sqlite:///${join(folder, "auth.db")}`,
    `admin_username = ${auth.username}`,
    "authorization_function = mlflow.server.auth:authenticate_request_basic_auth",
    // Half a second for every request without.
    "auth_cache_ttl_seconds = 600",
  ];
  await writeFile(config, lines.join("\n"));
  return {
    MLFLOW_AUTH_CONFIG_PATH: config,
    MLFLOW_AUTH_ADMIN_PASSWORD: auth.password,
    MLFLOW_FLASK_SERVER_SECRET_KEY: "a key for tests",
  };
}

async function python(
  { release, auth }: MlflowServerOptions,
  at: { url: string; folder: string; environment: Record<string, string | undefined> },
  script: string,
): Promise<string> {
  const child = spawn(join(binFolder(release), "python"), ["-"], {
    cwd: at.folder,
    env: {
      ...at.environment,
      MLFLOW_TRACKING_URI: at.url,
      PYTHONUTF8: "1",
      ...(auth
        ? { MLFLOW_TRACKING_USERNAME: auth.username, MLFLOW_TRACKING_PASSWORD: auth.password }
        : {}),
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.end(script);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), ended(child)]);
  if (child.exitCode === 0) return out;
  throw new Error(`Python ended with ${child.exitCode ?? child.signalCode}:\n${err.slice(-4_000)}`);
}

/** @throws Error when the server ends, or does not answer in time */
export async function untilHealthy(server: ChildProcess, url: string): Promise<void> {
  const deadline = Date.now() + startDeadlineMs;
  while (Date.now() < deadline) {
    if (server.exitCode !== null) throw new Error(`It ended with ${server.exitCode}.`);
    const healthy = await fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (healthy) return;
    await pause(100);
  }
  throw new Error(`It did not answer within ${startDeadlineMs} ms.`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

/** The server's workers are its children: they are in its process group. */
function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended by itself.
  }
}
