import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import * as z from "zod";

/** The extension of servers and clients that show views. */
export const viewExtension = "io.modelcontextprotocol/ui";

/** The capabilities of a server that has a view. Some hosts show none without it. */
export const viewCapabilities = { [viewExtension]: {} };

/** What a client states about itself, reduced to what the server uses. */
export interface Client {
  readonly info?: { readonly name: string; readonly version: string };
  /** Present if the client supports elicitation, with its modes. */
  readonly elicitation?: { readonly form?: unknown; readonly url?: unknown };
  /** Whether it shows views (MCP Apps 2026-01-26). Absent: it has not said what it can do. */
  readonly showsViews?: boolean;
}

/** What a 2026-07-28 request states about its client (MCP 2026-07-28, Per-Request Metadata). */
const envelope = z.object({
  [CLIENT_INFO_META_KEY]: z
    .object({ name: z.string(), version: z.string() })
    .optional()
    .catch(undefined),
  [CLIENT_CAPABILITIES_META_KEY]: z
    .object({
      elicitation: z.looseObject({}).optional(),
      extensions: z.looseObject({}).optional(),
    })
    .optional()
    .catch(undefined),
});

/** The client of a request. A 2026-07-28 client describes itself in each request, an earlier one at `initialize`. */
export function clientOf(server: Server, { mcpReq }: ServerContext): Client {
  const stated = mcpReq.envelope && envelope.safeParse(mcpReq.envelope).data;
  const info = stated?.[CLIENT_INFO_META_KEY] ?? server.getClientVersion();
  const capabilities = stated?.[CLIENT_CAPABILITIES_META_KEY] ?? server.getClientCapabilities();
  const { elicitation, extensions = {} } = capabilities ?? {};
  return {
    ...(info ? { info: { name: info.name, version: info.version } } : {}),
    ...(elicitation ? { elicitation } : {}),
    ...(capabilities ? { showsViews: viewExtension in extensions } : {}),
  };
}
