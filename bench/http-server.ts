import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { serverEnvironment } from "./environment.ts";
import type { Command } from "./measured-servers.ts";

/** A server over HTTP as a child process. */
export interface HttpServer {
  readonly url: string;
  /** The view's address, with its start token; empty for servers without a view. */
  readonly page: string;
  readonly pid: number;
  close(): Promise<void>;
}

/** Starts a server that prints its URL on standard output. */
export async function startHttpServer({ args, variables = {} }: Command): Promise<HttpServer> {
  const child = spawn(process.execPath, args, {
    env: serverEnvironment(variables),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const { url, page } = await announced(child);
  return {
    url,
    page,
    pid: child.pid ?? 0,
    async close() {
      process.off("exit", kill);
      child.kill("SIGTERM");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
  };
}

function announced(child: ChildProcess): Promise<Pick<HttpServer, "url" | "page">> {
  return new Promise((resolve, reject) => {
    let output = "";
    let errors = "";
    child.stdout?.on("data", (chunk) => {
      output += chunk;
      const url = /http:\/\/\S+\/mcp(?=\n)/.exec(output)?.[0];
      const page = /In a browser: (\S+)/.exec(output)?.[1] ?? "";
      if (url !== undefined) resolve({ url, page });
    });
    child.stderr?.on("data", (chunk) => {
      errors += chunk;
    });
    child.once("exit", () => reject(new Error(`The server ended: ${errors}`)));
  });
}
