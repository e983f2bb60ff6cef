import type { JsonObject } from "../registry/json.ts";
import type { Connection } from "./connection.ts";

/** How the keys of a client differ from `{command, args, env}` and `{url, headers}`. */
interface Spelling {
  /** Members before those of a connection over stdio. */
  readonly stdio?: JsonObject;
  /** Members before those of a connection over HTTP. Absent: the client has stdio only. */
  readonly http?: JsonObject;
  readonly url?: string;
  readonly headers?: string;
}

/** The entry of most clients. */
export function plainEntry({ stdio = {}, http, url = "url", headers = "headers" }: Spelling) {
  return (connection: Connection): JsonObject | undefined => {
    if (connection.kind === "stdio") {
      const { command, args, env } = connection;
      return { ...stdio, command, args: [...args], ...unlessEmpty("env", env) };
    }
    if (http === undefined) return undefined;
    return { ...http, [url]: connection.url, ...unlessEmpty(headers, connection.headers) };
  };
}

/** opencode (1.0) has one list for the command and its arguments. */
export function opencodeEntry(connection: Connection): JsonObject {
  if (connection.kind === "http") {
    const { url, headers } = connection;
    return { type: "remote", url, enabled: true, ...unlessEmpty("headers", headers) };
  }
  const { command, args, env } = connection;
  return {
    ...{ type: "local", command: [command, ...args], enabled: true },
    ...unlessEmpty("environment", env),
  };
}

/** Goose needs a name and a time limit in seconds. */
export function gooseEntry(connection: Connection, name: string): JsonObject {
  const common = { name, enabled: true, timeout: 300 };
  if (connection.kind === "http") {
    const { url: uri, headers } = connection;
    return { ...common, type: "streamable_http", uri, ...unlessEmpty("headers", headers) };
  }
  const { command: cmd, args, env } = connection;
  return { ...common, type: "stdio", cmd, args: [...args], ...unlessEmpty("envs", env) };
}

/** Continue has a list of servers, each with its name. */
export function continueEntry(connection: Connection, name: string): JsonObject {
  if (connection.kind === "http") {
    const { url, headers } = connection;
    const common = { name, type: "streamable-http", url };
    if (Object.keys(headers).length === 0) return common;
    return { ...common, requestOptions: { headers: { ...headers } } };
  }
  const { command, args, env } = connection;
  return { name, command, args: [...args], ...unlessEmpty("env", env) };
}

function unlessEmpty(key: string, members: Readonly<Record<string, string>>): JsonObject {
  return Object.keys(members).length === 0 ? {} : { [key]: { ...members } };
}
