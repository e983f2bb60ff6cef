import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import { freePort } from "./free-port.ts";
import { type Available, available } from "./mlflow-install.ts";

/** A Redis of one test's own, that can be stopped and started again on the same port. */
export interface RedisServer {
  /** `redis://127.0.0.1:<port>` */
  readonly url: string;
  /** `127.0.0.1:<port>` */
  readonly place: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Takes connections and answers nothing until `resume`. */
  pause(): void;
  resume(): void;
}

export async function redisAvailable(): Promise<Available> {
  return available(async () => {
    await promisify(execFile)("redis-server", ["--version"]).catch((cause: unknown) => {
      throw new Error("There is no redis-server.", { cause });
    });
  });
}

/** Starts one that keeps nothing and ends with the test. */
export async function startRedis(...settings: string[]): Promise<RedisServer> {
  const port = await freePort();
  const place = `127.0.0.1:${port}`;
  let running: ChildProcess | undefined;
  const server: RedisServer = {
    url: `redis://${place}`,
    place,
    async start() {
      running = spawn(
        "redis-server",
        ["--bind", "127.0.0.1", "--port", String(port), "--save", "", ...settings],
        { stdio: ["ignore", "pipe", "inherit"] },
      );
      await ready(running);
    },
    async stop() {
      const child = running;
      running = undefined;
      if (child === undefined || child.exitCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
    pause: () => running?.kill("SIGSTOP"),
    resume: () => running?.kill("SIGCONT"),
  };
  onTestFinished(() => server.stop());
  await server.start();
  return server;
}

async function ready(child: ChildProcess): Promise<void> {
  let output = "";
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`Redis ended: ${output}`)));
    child.stdout?.on("data", (chunk) => {
      output += chunk;
      if (output.includes("Ready to accept connections")) resolve();
    });
  });
}
