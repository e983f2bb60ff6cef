import * as z from "zod";
import { plainJsonOrUndefined } from "../json.ts";
import { limits } from "../limits.ts";
import type { Prompt } from "../types.ts";
import type { MoveRecord } from "../writes.ts";

/**
 * A move of an alias, as it is stored and shown. A prompt's tag `mcp.alias_history` holds a JSON list
 * of them, newest first.
 */
export const aliasMove = z.object({
  alias: z.string(),
  from_version: z.int().min(1).optional().describe("Absent when the move created the alias."),
  to_version: z.int().min(1).optional().describe("Absent when the move deleted the alias."),
  at: z.iso.datetime().describe("Time, ISO 8601 in UTC."),
  by: z
    .string()
    .optional()
    .describe("The caller, or its MCP client; absent when neither is known."),
  reason: z.string().optional(),
  allow_breaking: z.literal(true).optional().describe("The caller permitted to break callers."),
  override_gate: z
    .literal(true)
    .optional()
    .describe("The alias moved without the evidence that its gate wants."),
});
export type AliasMove = Readonly<z.infer<typeof aliasMove>>;

/** Maximum number of code points of a reason, so that several moves fit into the tag. */
export const reasonLength = 300;

export function createAliasMove(
  alias: string,
  versions: { readonly from: number | undefined; readonly to: number | undefined },
  { by, reason, allowBreaking, overrideGate }: MoveRecord,
): AliasMove {
  const { from, to } = versions;
  return {
    alias,
    ...(from === undefined ? {} : { from_version: from }),
    ...(to === undefined ? {} : { to_version: to }),
    at: new Date().toISOString(),
    ...(by ? { by } : {}),
    ...(reason ? { reason } : {}),
    ...(allowBreaking ? { allow_breaking: true } : {}),
    ...(overrideGate ? { override_gate: true } : {}),
  };
}

/**
 * The stored history with moves added. As many of the newest moves as fit into a prompt tag are kept.
 * @param moves newest first
 */
export function extendAliasHistory(
  stored: string | undefined,
  moves: readonly AliasMove[],
): string {
  const kept: string[] = [];
  let length = 1;
  for (const move of [...moves, ...parseAliasHistory(stored)]) {
    const text = JSON.stringify(move);
    length += text.length + 1;
    if (length > limits.promptTagLength) break;
    kept.push(text);
  }
  return `[${kept.join(",")}]`;
}

/** The recorded moves of a prompt's aliases, newest first. */
export function readAliasHistory({
  aliasHistory,
}: Pick<Prompt, "aliasHistory">): readonly AliasMove[] {
  return parseAliasHistory(aliasHistory);
}

/**
 * The version that the alias pointed at before its last move. Undefined when the history does not
 * know: it has no move to where the alias points now, or that move created the alias.
 * @param target the version that the alias points at; undefined when there is no such alias
 */
export function findPreviousTarget(
  history: readonly AliasMove[],
  alias: string,
  target: number | undefined,
): number | undefined {
  const last = history.find((move) => move.alias === alias);
  return last?.to_version === target ? last?.from_version : undefined;
}

/** The move that put the alias where it is; undefined when the history does not know it. */
export function findArrival(
  history: readonly AliasMove[],
  alias: string,
  target: number,
): AliasMove | undefined {
  const last = history.find((move) => move.alias === alias);
  return last?.to_version === target ? last : undefined;
}

/** The last move by which the alias left the version, if it was less than a day ago. */
export function findRecentDeparture(
  history: readonly AliasMove[],
  alias: string,
  version: number,
): AliasMove | undefined {
  const now = Date.now();
  return history.find((move) => {
    const age = now - Date.parse(move.at);
    return move.alias === alias && move.from_version === version && age >= 0 && age < dayMs;
  });
}

const dayMs = 24 * 60 * 60 * 1_000;

/** Anyone may have written the tag: what is too long or cannot be parsed is left out. */
function parseAliasHistory(stored: string | undefined): readonly AliasMove[] {
  if (stored === undefined || stored.length > limits.promptTagLength) return [];
  const list = z.array(z.unknown()).safeParse(plainJsonOrUndefined(stored)).data ?? [];
  return list.flatMap((one) => aliasMove.safeParse(one).data ?? []);
}
