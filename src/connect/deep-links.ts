import type { JsonObject } from "../registry/json.ts";

/** Opens Cursor, which shows the server and asks whether to add it. */
export function cursorLink(name: string, entry: JsonObject): string {
  const config = Buffer.from(JSON.stringify(entry)).toString("base64");
  const query = new URLSearchParams({ name, config });
  return `cursor://anysphere.cursor-deeplink/mcp/install?${query}`;
}

/** Opens VS Code, which shows the server and asks whether to add it. */
export function vscodeLink(name: string, entry: JsonObject, inputs: readonly object[]): string {
  const config = { name, ...entry, ...(inputs.length === 0 ? {} : { inputs }) };
  return `vscode:mcp/install?${encodeURIComponent(JSON.stringify(config))}`;
}
