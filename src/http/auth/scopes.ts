import type { Effect } from "../../session/policy.ts";
import { tools } from "../../tools/catalogue.ts";
import type { McpCall } from "../mcp/calls.ts";
import type { Scope } from "./identity.ts";

const scopeOfEffect = {
  reads: "prompts:read",
  runs: "prompts:write",
  adds: "prompts:write",
  moves: "prompts:write",
  deletes: "prompts:delete",
} as const satisfies Record<Effect, Scope>;

const effects: readonly Effect[] = ["reads", "runs", "adds", "moves", "deletes"];

/** Methods that show nothing of the registry, which need no scope. */
const open = new Set([
  "initialize",
  "ping",
  "server/discover",
  "tools/list",
  "resources/templates/list",
]);

/**
 * The scopes that a GET stream needs, which sends notifications of changes.
 * @param replayed the scopes of the session's requests whose responses may be replayed
 */
export function scopesOfStream(replayed: Iterable<Scope>): ReadonlySet<Scope> {
  return new Set<Scope>(["prompts:read", ...replayed]);
}

/** The scopes that calls need together. */
export function scopesOf(calls: readonly McpCall[]): ReadonlySet<Scope> {
  return new Set(calls.map(scopeOf).filter((scope) => scope !== undefined));
}

/** What tools may do with a token of these scopes. */
export function effectsOf(scopes: ReadonlySet<Scope>): ReadonlySet<Effect> {
  return new Set(effects.filter((effect) => scopes.has(scopeOfEffect[effect])));
}

/** The scope that a call needs; undefined when it needs none. */
export function scopeOf(call: McpCall): Scope | undefined {
  if (call.method === "tools/call") {
    const tool = tools.find(({ name }) => name === call.name);
    return tool && scopeOfEffect[tool.effect];
  }
  if (open.has(call.method) || call.method.startsWith("notifications/")) return undefined;
  return "prompts:read";
}
