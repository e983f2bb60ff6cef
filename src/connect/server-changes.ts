import type { JsonObject } from "../registry/json.ts";
import { type Change, changesTo } from "./changes.ts";
import type { McpClient } from "./client.ts";
import type { ConfigFile } from "./config-file.ts";
import { UnreadableConfig } from "./unreadable-config.ts";
import { isObject, valueAt } from "./value-at.ts";

/** What has to change in a client's file so that it has the server. Nothing when it has it. */
export function changesForServer(
  client: McpClient,
  { root }: ConfigFile,
  name: string,
  entry: JsonObject,
): readonly Change[] {
  const { section, isList = false } = client;
  const servers = valueAt(root, [section]) ?? undefined;
  if (isList && servers === undefined) return [{ path: [section], value: [entry] }];
  if (servers !== undefined && !(isList ? Array.isArray(servers) : isObject(servers))) {
    const kind = isList ? "a list" : "an object";
    throw new UnreadableConfig(`"${section}" is not ${kind}`, 1, 1);
  }
  return changesTo(valueAt(root, [section, name]), entry, [section, name]);
}
