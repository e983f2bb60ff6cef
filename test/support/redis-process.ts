import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { freePort } from "./free-port.ts";

/** A Redis of one's own, that can be stopped and started again on the same port. */
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

/** Starts one that keeps nothing. */
export async function openRedis(...settings: readonly string[]): Promise<RedisServer> {
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
