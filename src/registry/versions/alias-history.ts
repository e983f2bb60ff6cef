import * as z from "zod";
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
});
export type AliasMove = Readonly<z.infer<typeof aliasMove>>;

/** Maximum number of code points of a reason, so that several moves fit into the tag. */
export const reasonLength = 300;

export function createAliasMove(
  alias: string,
  versions: { readonly from: number | undefined; readonly to: number | undefined },
  { by, reason, allowBreaking }: MoveRecord,
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
  const list = z.array(z.unknown()).safeParse(parseJson(stored)).data ?? [];
  return list.flatMap((one) => aliasMove.safeParse(one).data ?? []);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
