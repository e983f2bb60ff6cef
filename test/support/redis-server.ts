import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import { type Available, available } from "./mlflow-install.ts";
import { openRedis, type RedisServer } from "./redis-process.ts";

export type { RedisServer } from "./redis-process.ts";

export async function redisAvailable(): Promise<Available> {
  return available(async () => {
    await promisify(execFile)("redis-server", ["--version"]).catch((cause: unknown) => {
      throw new Error("There is no redis-server.", { cause });
    });
  });
}

/** Starts one that keeps nothing and ends with the test. */
export async function startRedis(...settings: string[]): Promise<RedisServer> {
  const server = await openRedis(...settings);
  onTestFinished(() => server.stop());
  return server;
}
