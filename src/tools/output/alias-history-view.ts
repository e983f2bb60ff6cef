import type { AliasMove } from "../../registry/versions/alias-history.ts";
import { line, ToolText } from "./tool-text.ts";

/** The moves of a prompt's aliases, a line each. */
export function formatAliasHistory(moves: readonly AliasMove[]): ToolText | undefined {
  if (moves.length === 0) return undefined;
  return ToolText.join(line`Moves of aliases, newest first:`, ...moves.map(formatMove));
}

function formatMove(move: AliasMove): ToolText {
  return line`- ${move.at}: ${describeAliasMove(move)}`;
}

/** What a move did, who made it, and why, without its time. */
export function describeAliasMove(move: AliasMove): string {
  const {
    alias,
    from_version: from,
    to_version: to,
    by,
    reason,
    allow_breaking,
    override_gate,
  } = move;
  const notes = [
    by && `by ${by}`,
    allow_breaking && "with allow_breaking",
    override_gate && "with override_gate",
    reason && `reason: ${reason}`,
  ];
  return [describeMove(alias, from, to), ...notes].filter(Boolean).join(", ");
}

function describeMove(alias: string, from: number | undefined, to: number | undefined): string {
  if (to === undefined) return `${alias} deleted, it pointed at version ${from ?? "?"}`;
  if (from === undefined) return `${alias} created at version ${to}`;
  return `${alias} moved from version ${from} to version ${to}`;
}
