import { built } from "./built.ts";
import { newestAlias, olderAlias } from "./prompts.ts";
import { registryFile, type Size } from "./registry-files.ts";

/** A server to start: its command line and its variables. */
export interface Command {
  readonly args: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

export function bareSdkStdio(size: Size): Command {
  return { args: [built.bareSdkStdio, String(size)] };
}

export function bareSdkHttp(size: Size): Command {
  return { args: [built.bareSdkHttp, String(size)] };
}

/** `older` is the version before the newest. */
export type Served = "newest" | "older";

/** The program on an MLflow server, as it is without further settings. */
export function onMlflow(
  transport: "stdio" | "http",
  url: string,
  served: Served = "newest",
): Command {
  const alias = served === "newest" ? newestAlias : olderAlias;
  return {
    args: [...program(transport), "--serve", alias],
    variables: { MLFLOW_TRACKING_URI: url },
  };
}

/** The same without cache and polling: each call sends requests to MLflow, and nothing else does. */
export function uncachedOnMlflow(
  transport: "stdio" | "http",
  url: string,
  served: Served = "newest",
): Command {
  return uncached(onMlflow(transport, url, served));
}

/** The program on a database file. */
export function onFile(transport: "stdio" | "http", file: Size | string): Command {
  const path = typeof file === "string" ? file : registryFile(file);
  return {
    args: program(transport),
    variables: { MLFLOW_TRACKING_URI: `sqlite:///${path}` },
  };
}

/** The program without cache and polling. */
export function uncached({ args, ...rest }: Command): Command {
  return { args: [...args, "--cache-ttl", "0", "--poll-interval", "0"], ...rest };
}

/** The program without polling, which sends requests to MLflow independently of the calls. */
export function unpolled({ args, ...rest }: Command): Command {
  return { args: [...args, "--poll-interval", "0"], ...rest };
}

/** All load comes from one caller, so that caller needs everything and no rate limit. */
const httpFlags = ["--port", "0", "--rate-limit", "0"];

function program(transport: "stdio" | "http"): string[] {
  return [built.program, transport, ...(transport === "http" ? httpFlags : [])];
}
