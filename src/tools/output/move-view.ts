import * as z from "zod";
import type { ContractChange } from "../../registry/contract/contract-change.ts";
import type { GateCheck } from "../checks/gate.ts";
import { contractChangeView, viewContractChange } from "./contract-view.ts";
import { formatGateCheck, gateCheckView, viewGateCheck } from "./gate-view.ts";
import { formatRollback, type Rollback, rollbackView } from "./rollback.ts";
import { line, ToolText } from "./tool-text.ts";

/** The alias that a registration moves, in its result. */
export const aliasMoveView = z.object({
  alias: z.string(),
  moved: z.boolean().describe("False in a dry run, and when the alias already pointed there."),
  previous_version: z.int().optional().describe("Absent when the alias is new."),
  contract_change: contractChangeView
    .optional()
    .describe("What the move means for callers of the alias."),
  gate: gateCheckView.optional(),
  rollback: rollbackView
    .optional()
    .describe("The call that moves it back. Absent when nothing moved."),
});

interface PlannedMove {
  readonly name: string;
  readonly alias: string;
  readonly version: number;
  readonly previous: number | undefined;
  readonly change: ContractChange | undefined;
  readonly gate: GateCheck | undefined;
}

/** A move of a registration that was planned, and its undo call if it was carried out. */
export interface RegistrationMove {
  readonly move: PlannedMove;
  /** In a dry run nothing moves. */
  readonly isPlanned: boolean;
  /** In a dry run: the person would be asked first. */
  readonly asksPerson: boolean;
  readonly undo?: Rollback | undefined;
}

export function viewAliasMove({ move, undo }: RegistrationMove): z.infer<typeof aliasMoveView> {
  const { alias, previous, change, gate } = move;
  return {
    alias,
    moved: undo !== undefined,
    ...(previous === undefined ? {} : { previous_version: previous }),
    ...(change ? { contract_change: viewContractChange(change) } : {}),
    ...(gate ? { gate: viewGateCheck(gate) } : {}),
    ...(undo ? { rollback: undo } : {}),
  };
}

/** @param compared the version whose callers the result speaks of already */
export function formatAliasMove(
  { move, isPlanned, asksPerson, undo }: RegistrationMove,
  compared: number | undefined,
): ToolText {
  const { previous, change, gate } = move;
  return ToolText.join(
    line`${isPlanned ? describePlannedMove(move, asksPerson) : describeMove(move)}`,
    change !== undefined &&
      previous !== compared &&
      line`For callers of version ${previous ?? 0}, where the alias pointed: ${change.line}`,
    ...formatGateCheck(gate),
    undo && formatRollback(undo),
  );
}

export function describeMove({ name, alias, version, previous }: PlannedMove): string {
  const what = `${name}@${alias}`;
  if (previous === undefined) return `${what} is new and points at version ${version}.`;
  if (previous === version) return `${what} already points at version ${version}: nothing moved.`;
  return `${what} moved from version ${previous} to version ${version}.`;
}

export function describePlannedMove(
  { name, alias, version, previous }: PlannedMove,
  asksPerson: boolean,
): string {
  const what = `${name}@${alias}`;
  const asked = asksPerson ? " The person would be asked first." : "";
  if (previous === undefined)
    return `${what} would be new and point at version ${version}.${asked}`;
  if (previous === version) return `${what} already points at version ${version}.`;
  return `${what} would move from version ${previous} to version ${version}.${asked}`;
}
