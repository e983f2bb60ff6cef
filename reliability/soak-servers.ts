import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mlflowAvailable } from "../test/support/mlflow-install.ts";
import { postgresAvailable } from "../test/support/mlflow-postgres.ts";
import { type MlflowServer, startMlflow } from "../test/support/mlflow-server.ts";
import { openRedis, type RedisServer } from "../test/support/redis-process.ts";
import { type HttpProgram, kill, startHttp } from "./program.ts";

/** One replica of the program. */
export interface Replica {
  readonly name: string;
  /** Undefined while it is down. */
  program: HttpProgram | undefined;
  /** Its last output, for each time that it ended by itself. */
  readonly crashes: string[];
}

export interface Servers {
  readonly mlflow: MlflowServer;
  readonly redis: RedisServer;
  readonly replicas: readonly Replica[];
  /** The address of one that is up. */
  url(random: () => number): string;
  startReplica(replica: Replica): Promise<void>;
  /** SIGTERM waits for calls in flight, SIGKILL for nothing. */
  stopReplica(replica: Replica, signal: "SIGTERM" | "SIGKILL"): Promise<void>;
  stop(): Promise<void>;
}

/** MLflow 3.17.2 on PostgreSQL, a Redis, and two replicas of the built program. */
export async function startServers(): Promise<Servers> {
  for (const need of [await mlflowAvailable("3.17.2"), await postgresAvailable()]) {
    if (!need.ok) throw new Error(need.reason);
  }
  const home = mkdtempSync(join(tmpdir(), "mlflow-prompts-soak-"));
  const redis = await openRedis();
  const mlflow = await startMlflow({
    release: "3.17.2",
    backendStore: "postgresql",
    workers: 2,
  });
  const replicas: Replica[] = ["replica 1", "replica 2"].map((name) => ({
    name,
    program: undefined,
    crashes: [],
  }));
  const environment = {
    HOME: home,
    PATH: process.env.PATH ?? "",
    MLFLOW_TRACKING_URI: mlflow.url,
    MLFLOW_PROMPTS_REDIS_URL: redis.url,
  };

  async function startReplica(replica: Replica): Promise<void> {
    const program = await startHttp(environment, "--rate-limit", "0");
    replica.program = program;
    program.child.once("exit", () => {
      if (replica.program === program) replica.crashes.push(program.lastWords());
    });
  }

  async function stopReplica(replica: Replica, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const { program } = replica;
    replica.program = undefined;
    if (program === undefined) return;
    if (signal === "SIGKILL") return kill(program);
    const ended = once(program.child, "exit");
    program.child.kill(signal);
    await ended;
  }

  process.once("exit", () => {
    for (const { program } of replicas) program?.child.kill("SIGKILL");
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });
  for (const replica of replicas) await startReplica(replica);
  return {
    mlflow,
    redis,
    replicas,
    startReplica,
    stopReplica,
    url(random) {
      const up = replicas.flatMap(({ program }) => program?.url ?? []);
      return up[Math.floor(random() * up.length)] ?? "http://127.0.0.1:9/mcp";
    },
    async stop() {
      for (const replica of replicas) await stopReplica(replica, "SIGTERM");
      await redis.stop();
      await mlflow.stop();
    },
  };
}
