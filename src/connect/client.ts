import type { JsonObject } from "../registry/json.ts";
import type { ConfigFormat } from "./config-file.ts";
import type { Connection } from "./connection.ts";

/** The folders of a person and of the machine's kind. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  /** `$XDG_CONFIG_HOME`, or `~/.config`, on every platform. */
  readonly configHome: string;
  /** Where desktop applications keep settings: that on Linux, `~/Library/Application Support`, `%APPDATA%`. */
  readonly applications: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** An MCP client, and how its configuration names a server. */
export interface McpClient {
  /** What the command line calls it. */
  readonly id: string;
  readonly title: string;
  readonly format: ConfigFormat;
  /** The file of a person; absent if the client has none. The first that exists is used. */
  readonly userFiles?: (machine: Machine) => readonly string[];
  /** The file of a project, relative to its folder; absent if the client has none. */
  readonly projectFile?: string;
  /** The key that holds the servers. */
  readonly section: string;
  /** The server as the client writes it; undefined where the client has not this kind of connection. */
  readonly entry: (connection: Connection, name: string) => JsonObject | undefined;
  /** The section is a list of servers with their names. Absent: an object by name. */
  readonly isList?: boolean;
  /** The client asks for secrets itself (VS Code's `inputs`). Absent: a person writes them into the file. */
  readonly asksForSecrets?: boolean;
}
