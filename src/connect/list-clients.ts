import type { Machine, McpClient } from "./client.ts";
import { clientFile, isInstalled } from "./client-file.ts";
import { readConfigFile } from "./config-formats.ts";
import { isObject, valueAt } from "./value-at.ts";
import { readConfigText } from "./write-config.ts";

/** A client on this machine. */
export interface FoundClient {
  readonly client: string;
  readonly title: string;
  readonly installed: boolean;
  /** Whether its file has the server. `unreadable`: the file is not of its format. */
  readonly configured: "yes" | "no" | "unreadable";
  readonly file: string;
}

/**
 * The clients with their files of a person's or of a project, and whether it has a server of the name.
 * What reads files of projects alone is in both lists.
 */
export function listClients(
  clients: readonly McpClient[],
  machine: Machine,
  name: string,
  project: { readonly path: string; readonly inProject: boolean },
): readonly FoundClient[] {
  return clients.flatMap((client) => {
    const inProject = project.inProject || client.userFiles === undefined;
    const file = clientFile(client, machine, inProject ? project.path : undefined);
    if (file === undefined) return [];
    const installed = isInstalled(file, [machine.home, machine.applications, project.path]);
    const { id, title } = client;
    return [{ client: id, title, installed, configured: isConfigured(client, file, name), file }];
  });
}

function isConfigured(
  { format, section }: McpClient,
  file: string,
  name: string,
): FoundClient["configured"] {
  try {
    const { root } = readConfigFile(format, readConfigText(file) ?? "");
    return isObject(valueAt(root, [section, name])) ? "yes" : "no";
  } catch {
    // Said in the list: one broken file must not hide the other clients.
    return "unreadable";
  }
}
