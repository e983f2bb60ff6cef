import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import * as z from "zod";

/** What a client says of itself, as far as it is looked at. */
export interface Client {
  readonly info?: { readonly name: string; readonly version: string };
  /** Present when it asks the person before it what a server wants to know; by mode. */
  readonly elicitation?: { readonly form?: unknown; readonly url?: unknown };
}

/** What a request of 2026-07-28 says of its client (MCP 2026-07-28, Per-Request Metadata). */
const envelope = z.object({
  [CLIENT_INFO_META_KEY]: z
    .object({ name: z.string(), version: z.string() })
    .optional()
    .catch(undefined),
  [CLIENT_CAPABILITIES_META_KEY]: z
    .object({ elicitation: z.looseObject({}).optional() })
    .optional()
    .catch(undefined),
});

/** The client of a request: those of 2026-07-28 say it with each request, others once. */
export function clientOf(server: Server, { mcpReq }: ServerContext): Client {
  const said = mcpReq.envelope && envelope.safeParse(mcpReq.envelope).data;
  const info = said?.[CLIENT_INFO_META_KEY] ?? server.getClientVersion();
  const { elicitation } =
    said?.[CLIENT_CAPABILITIES_META_KEY] ?? server.getClientCapabilities() ?? {};
  return {
    ...(info ? { info: { name: info.name, version: info.version } } : {}),
    ...(elicitation ? { elicitation } : {}),
  };
}
