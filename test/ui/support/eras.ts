import { readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { isolated, program, startHttp } from "../../support/program.ts";
import type { Server } from "./foreign-hosts.ts";

/** A server of a test, and the revisions of MCP in which its host has called tools so far. */
export interface Watched<Kind extends Server> {
  readonly server: Kind;
  readonly revisions: () => readonly string[];
}

/** The built program over HTTP, behind a proxy that looks at the header of the revision. */
export async function watchedHttp(): Promise<Watched<{ readonly url: string }>> {
  const target = new URL((await startHttp(isolated().environment)).url);
  const revisions = new Set<string>();
  const proxy = createServer((incoming, response) => {
    const { method, headers } = incoming;
    const revision = headers["mcp-protocol-version"];
    if (typeof revision === "string") revisions.add(revision);
    const path = incoming.url;
    const options = { method, path, headers: { ...headers, host: target.host } };
    const outgoing = request(target, options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on("error", () => response.destroy());
    response.on("close", () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const address = proxy.address();
  if (address === null || typeof address === "string") throw new Error("The proxy has no port.");
  const url = `http://127.0.0.1:${address.port}${target.pathname}`;
  return { server: { url }, revisions: () => [...revisions] };
}

/** The built program over stdio, whose input is copied to a file. */
export function watchedStdio(): Watched<Extract<Server, { readonly command: string }>> {
  const { environment, home } = isolated();
  const copy = join(home, "input.jsonl");
  const run = 'tee "$0" | "$@"';
  const args = ["-c", run, copy, process.execPath, program, "stdio"];
  const server = { command: "sh", args, env: environment };
  const versions = /"(?:io\.modelcontextprotocol\/)?protocolVersion":"([\d-]+)"/g;
  return {
    server,
    revisions: () => [
      ...new Set([...readFileSync(copy, "utf8").matchAll(versions)].map(([, one = ""]) => one)),
    ],
  };
}
