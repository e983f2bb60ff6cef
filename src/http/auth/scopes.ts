import { tools } from "../../tools/catalogue.ts";
import type { McpCall } from "../mcp/calls.ts";
import type { Scope } from "./identity.ts";

const scopeOfEffect = {
  reads: "prompts:read",
  adds: "prompts:write",
  moves: "prompts:write",
  deletes: "prompts:delete",
} as const satisfies Record<string, Scope>;

/** Methods that show nothing of the registry: a token that may do nothing may still ask them. */
const open = new Set([
  "initialize",
  "ping",
  "server/discover",
  "tools/list",
  "resources/templates/list",
]);

/**
 * What a GET stream needs: it tells of changes.
 * @param replayed what the requests of the session needed whose answers may be replayed
 */
export function scopesOfStream(replayed: Iterable<Scope>): ReadonlySet<Scope> {
  return new Set<Scope>(["prompts:read", ...replayed]);
}

/** What calls need together. */
export function scopesOf(calls: readonly McpCall[]): ReadonlySet<Scope> {
  return new Set(calls.map(scopeOf).filter((scope) => scope !== undefined));
}

/** What a call needs; undefined when every caller may make it. */
export function scopeOf(call: McpCall): Scope | undefined {
  if (call.method === "tools/call") {
    const tool = tools.find(({ name }) => name === call.name);
    return tool && scopeOfEffect[tool.effect];
  }
  if (open.has(call.method) || call.method.startsWith("notifications/")) return undefined;
  return "prompts:read";
}
