import { RegistryError } from "../registry/errors.ts";
import type { JsonObject } from "../registry/json.ts";
import type { Change } from "./changes.ts";
import type { McpClient } from "./client.ts";
import { changeConfig, readConfigFile } from "./config-formats.ts";
import { type Connection, isPlaceholder } from "./connection.ts";
import { cursorLink, vscodeLink } from "./deep-links.ts";
import { changesForInputs, type SecretInput, withSecretInputs } from "./secret-inputs.ts";
import { changesForServer } from "./server-changes.ts";
import { isObject } from "./value-at.ts";
import { readConfigText } from "./write-config.ts";

/** What the server is to be called in which client. */
export interface ServerRequest {
  readonly client: McpClient;
  readonly name: string;
  readonly connection: Connection;
}

/** The configuration of a server as its client writes it. */
export interface ClientConfig {
  /** A whole file with nothing but the server. */
  readonly text: string;
  /** An address that opens the client, which then asks whether to add the server. */
  readonly link?: string;
  /** The secrets that a person must put in: `<MLFLOW_TRACKING_TOKEN>`. The client asks for others. */
  readonly placeholders: readonly string[];
}

/** @throws RegistryError `invalid` where the client has not this kind of connection */
export function configFor({ client, name, connection }: ServerRequest): ClientConfig {
  const { entry, inputs } = entryOf(client, name, connection);
  const text = changeConfig(client.format, "", allChanges(client, "", name, entry, inputs));
  const placeholders = placeholdersIn(entry);
  if (client.id === "cursor") return { text, link: cursorLink(name, entry), placeholders };
  if (client.id === "vscode") return { text, link: vscodeLink(name, entry, inputs), placeholders };
  return { text, placeholders };
}

/** A change of a file, before it is made. */
export interface Plan {
  readonly file: string;
  /** Undefined: there is no file yet. */
  readonly before: string | undefined;
  /** The same as `before` when the file has the server. */
  readonly after: string;
  readonly placeholders: readonly string[];
}

/** @throws RegistryError `unreadable` for a file that is not of its format; as `configFor` */
export function planServer({ client, name, connection }: ServerRequest, file: string): Plan {
  const { entry, inputs } = entryOf(client, name, connection);
  const before = readConfigText(file);
  const text = before ?? "";
  try {
    const changes = allChanges(client, text, name, entry, inputs);
    const after = changes.length === 0 ? text : changeConfig(client.format, text, changes);
    const placeholders = placeholdersIn(entry).filter((one) => after.includes(one));
    return { file, before, after, placeholders };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RegistryError(
      "unreadable",
      `${file} cannot be changed: ${reason}. Nothing was written. Mend the file, or add by hand what --print shows.`,
      {},
      { cause },
    );
  }
}

/** @throws RegistryError `invalid` for a connection that the client has no form for */
export function entryOf(client: McpClient, name: string, connection: Connection) {
  const entry = client.entry(connection, name);
  if (entry === undefined) {
    throw new RegistryError(
      "invalid",
      `${client.title} has no connections over HTTP in its configuration. Leave out --http.`,
    );
  }
  return client.asksForSecrets ? withSecretInputs(entry) : { entry, inputs: [] };
}

function allChanges(
  client: McpClient,
  text: string,
  name: string,
  entry: JsonObject,
  inputs: readonly SecretInput[],
): readonly Change[] {
  const file = readConfigFile(client.format, text);
  return [...changesForServer(client, file, name, entry), ...changesForInputs(file, inputs)];
}

function placeholdersIn(value: JsonObject): readonly string[] {
  return Object.values(value).flatMap((member) => {
    if (typeof member === "string") return isPlaceholder(member) ? [member] : [];
    return isObject(member) ? placeholdersIn(member) : [];
  });
}
