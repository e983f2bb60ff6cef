import * as z from "zod";
import type { ContractChange } from "../../registry/contract/contract-change.ts";
import { aliasElsewhere, quote, RegistryError, versionNotFound } from "../../registry/errors.ts";
import { findUnsafeContent } from "../../registry/text/unsafe-content.ts";
import type { Prompt, PromptVersion } from "../../registry/types.ts";
import { findAliasedVersion } from "../../registry/versions/served-version.ts";
import type { Call } from "../../session/call.ts";
import { ElicitationRequest } from "../../session/elicitation.ts";
import type { Policy } from "../../session/policy.ts";
import type { Session } from "../../session/session.ts";
import { confirmBreaking } from "../checks/confirm.ts";
import { findUnfillable } from "../checks/fitness.ts";
import {
  canBreakCallers,
  checkAliasWritable,
  findLookAlikes,
  isProtected,
} from "../checks/protection.ts";
import { checkContent, formatWarnings, warningsView } from "../output/content-warnings.ts";
import {
  changeBetween,
  contractChangeView,
  formatContractChange,
  viewContractChange,
} from "../output/contract-view.ts";
import { formatRollback, planRollback, type Rollback, rollbackView } from "../output/rollback.ts";
import { line, ToolText } from "../output/tool-text.ts";
import type { ToolResult } from "../tool.ts";

export const movedView = z.object({
  name: z.string(),
  alias: z.string(),
  version: z.int(),
  moved: z.boolean().describe("False when the alias already pointed there."),
  previous_version: z.int().optional().describe("Absent when the alias is new."),
  contract_change: contractChangeView.optional(),
  problem: z.string().optional().describe("Why nobody can fill in the version of a new alias."),
  warnings: warningsView,
  rollback: rollbackView
    .optional()
    .describe("The call that undoes this. Absent when nothing moved."),
});

/** A planned move of an alias, from the state of the registry at the time of the check. */
export interface Move {
  readonly name: string;
  readonly alias: string;
  readonly version: number;
  /** The version the alias points at; undefined when the alias is new. */
  readonly previous: number | undefined;
  /** Undefined when the alias is new, or when its version no longer exists. */
  readonly change: ContractChange | undefined;
  /** Why nobody can fill in the version, where there is no older one to compare it with. */
  readonly problem: string | undefined;
  /** Warnings about the version's content and about aliases that look like protected ones. */
  readonly found: readonly string[];
}

/**
 * Plans a move, and changes nothing.
 * @throws RegistryError `forbidden` for an alias that callers may not set, `conflict` when the alias
 *   does not point at `expected_version`, `not_found` when the version does not exist
 */
export async function planMove(
  session: Session,
  prompt: Pick<Prompt, "name" | "aliases">,
  given: {
    readonly alias: string;
    /** A number, or a version that is about to be registered. */
    readonly version: number | PromptVersion;
    readonly expected_version?: number | undefined;
  },
  call: Call,
): Promise<Move> {
  const { name } = prompt;
  const { alias, expected_version: expected } = given;
  checkAliasWritable(session, alias);
  const previous = findAliasedVersion(prompt, alias);
  if (expected !== undefined && expected !== (previous ?? 0)) {
    throw aliasElsewhere(name, alias, expected, previous);
  }
  const draft = typeof given.version === "number" ? undefined : given.version;
  const version = typeof given.version === "number" ? given.version : given.version.version;
  const move = { name, alias, version, previous };
  if (previous === version) return { ...move, change: undefined, problem: undefined, found: [] };
  const wanted = [draft === undefined ? version : undefined, previous];
  const versions = await session.registry.getVersions(
    wanted.flatMap((number) => (number === undefined ? [] : [{ name, version: number }])),
    call,
  );
  const newer = draft ?? versions.find((one) => one.version === version);
  // Somebody could register this version before the write; then nothing would have compared it.
  if (newer === undefined) throw versionNotFound(name, version);
  const older = versions.find((one) => one.version === previous);
  const found = [...findUnsafeContent(newer), ...findLookAlikes(session, prompt, alias)];
  const change = older && (await changeBetween(session, older, newer, call));
  const problem = older ? undefined : await findUnfillable(session, newer, call);
  return { ...move, change, problem, found };
}

/**
 * Checks a planned move against the policy, and confirms it.
 * @returns the content's warnings, or the elicitation request while the person has not answered
 * @throws RegistryError `invalid` (`unsafe_content`), `conflict` (`protected`) without
 *   `allow_breaking`, `forbidden` (`declined`) when the person declines
 */
export function checkMove(
  move: Move,
  session: Session,
  allowBreaking: boolean,
  call: Call,
): { readonly warnings?: string[] } | ElicitationRequest {
  const { name, alias, found } = move;
  const undone = `${name}@${alias} was not moved`;
  const checked = checkContent(session, found, undone, { prompt: name, alias });
  const response = confirmMove(move, session, allowBreaking, call);
  return response instanceof ElicitationRequest ? response : checked;
}

/**
 * Carries out a planned move. The alias must still point at the version that was compared.
 * @returns the call that undoes it; undefined when the alias already pointed there
 */
export async function carryOutMove(
  { registry }: Session,
  { name, alias, version, previous }: Move,
  call: Call,
): Promise<Rollback | undefined> {
  if (previous === version) return undefined;
  await registry.setAlias(name, alias, version, { expectedVersion: previous ?? 0 }, call);
  return planRollback({ name, alias, version, previous });
}

export function moveResult(
  { name, alias, version, previous, change, problem }: Move,
  undo?: Rollback,
  warnings?: string[],
): ToolResult<z.infer<typeof movedView>> {
  return {
    structured: {
      name,
      alias,
      version,
      moved: undo !== undefined,
      ...(previous === undefined ? {} : { previous_version: previous }),
      ...(change ? { contract_change: viewContractChange(change) } : {}),
      ...(problem === undefined ? {} : { problem }),
      ...(warnings ? { warnings } : {}),
      ...(undo ? { rollback: undo } : {}),
    },
    text: ToolText.join(
      describeMove(`${name}@${alias}`, version, previous),
      change && formatContractChange(change),
      problem !== undefined && line`Nobody can fill in version ${version}: ${problem}.`,
      ...formatWarnings(warnings),
      undo && formatRollback(undo),
    ),
  };
}

function describeMove(what: string, version: number, previous: number | undefined): ToolText {
  if (previous === undefined) return line`${what} is new and points at version ${version}.`;
  if (previous === version)
    return line`${what} already points at version ${version}: nothing moved.`;
  return line`${what} moved from version ${previous} to version ${version}.`;
}

/**
 * Confirms a move that can break callers of a protected alias, or that makes such an alias of a
 * version that nobody can fill in. Any other move is confirmed already.
 * @returns the elicitation request while the person has not answered
 * @throws RegistryError `conflict` (`protected`) without `allow_breaking`, `forbidden` (`declined`)
 *   when the person declines
 */
function confirmMove(
  move: Move,
  policy: Policy,
  allowBreaking: boolean,
  { elicitation }: Call,
): "confirmed" | ElicitationRequest {
  const { name, alias, version, previous } = move;
  const effect = isProtected(policy, alias) ? effectOf(move) : undefined;
  if (effect === undefined) return "confirmed";
  const subject = { prompt: name, alias, version };
  if (!allowBreaking) {
    const instead =
      previous === undefined
        ? "Register a corrected version"
        : "Register a version that takes the same variables and returns the same form";
    throw new RegistryError(
      "conflict",
      `${name}@${alias} was not moved. ${effect} ${instead}, or ask the person and call again with allow_breaking true.`,
      subject,
      { reason: "protected" },
    );
  }
  const from = previous === undefined ? "" : ` from version ${previous}`;
  const messages = {
    question: `Move ${name}@${alias}${from} to version ${version}? ${effect}`,
    declined: `${name}@${alias} was not moved: the person declined version ${version}. ${effect}`,
  };
  return confirmBreaking(messages, subject, elicitation);
}

/** Describes what the move of a protected alias means for its callers; undefined if nothing breaks. */
function effectOf({ alias, version, previous, change, problem }: Move): string | undefined {
  const opening = `The alias ${quote(alias)} is protected, and`;
  if (problem !== undefined) return `${opening} nobody can fill in version ${version}: ${problem}.`;
  if (change === undefined || !canBreakCallers(change)) return undefined;
  const how = change.verdict === "breaking" ? "would" : "may";
  return `${opening} version ${version} ${how} break the callers of version ${previous}. ${change.line}`;
}
