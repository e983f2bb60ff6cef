import type { ContractChange } from "../../registry/contract/contract-change.ts";
import { aliasElsewhere, quote, versionNotFound } from "../../registry/errors.ts";
import { checkNewAlias } from "../../registry/limits.ts";
import { findUnsafeContent } from "../../registry/text/unsafe-content.ts";
import type { Prompt, PromptVersion } from "../../registry/types.ts";
import {
  type AliasMove,
  findRecentDeparture,
  readAliasHistory,
} from "../../registry/versions/alias-history.ts";
import { createMoveRecord } from "../../registry/versions/provenance.ts";
import { findAliasedVersion } from "../../registry/versions/served-version.ts";
import type { Moved } from "../../registry/writes.ts";
import type { Call } from "../../session/call.ts";
import { ElicitationRequest } from "../../session/elicitation.ts";
import type { Policy } from "../../session/policy.ts";
import type { Session } from "../../session/session.ts";
import { confirmBreaking, refuseBreaking } from "../checks/confirm.ts";
import { findUnfillable } from "../checks/fitness.ts";
import { checkGates, type GateCheck } from "../checks/gate.ts";
import { asksToOverride, refuseUngated } from "../checks/override.ts";
import {
  canBreakCallers,
  checkAliasWritable,
  findLookAlikes,
  isProtected,
} from "../checks/protection.ts";
import { checkContent } from "../output/content-warnings.ts";
import { changeBetween } from "../output/contract-view.ts";
import { planRollback, type Rollback } from "../output/rollback.ts";

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
  /** The alias left the version less than a day ago, so going back breaks nobody for good. */
  readonly departure: AliasMove | undefined;
  /** The version is about to be registered. */
  readonly isNewVersion: boolean;
  /** What the gates of the alias say; undefined where it has none, and where nothing moves. */
  readonly gate: GateCheck | undefined;
}

/** What the caller asks to be permitted. */
export interface Permits {
  readonly allowBreaking: boolean;
  readonly overrideGate: boolean;
  /** Why the alias moves. */
  readonly reason: string | undefined;
}

/**
 * Plans a move, and changes nothing.
 * @throws RegistryError `forbidden` for an alias that callers may not set, `invalid` for a name that no
 *   alias can have, `conflict` when the alias does not point at `expected_version`, `not_found` when
 *   the version does not exist
 */
export async function planMove(
  session: Session,
  prompt: Pick<Prompt, "name" | "aliases" | "aliasHistory" | "tags">,
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
  checkNewAlias(alias);
  const previous = findAliasedVersion(prompt, alias);
  if (expected !== undefined && expected !== (previous ?? 0)) {
    throw aliasElsewhere(name, alias, expected, previous);
  }
  const draft = typeof given.version === "number" ? undefined : given.version;
  const version = typeof given.version === "number" ? given.version : given.version.version;
  const departure = findRecentDeparture(readAliasHistory(prompt), alias, version);
  const isNewVersion = draft !== undefined;
  const move = { name, alias, version, previous, departure, isNewVersion };
  if (previous === version) {
    return { ...move, change: undefined, problem: undefined, found: [], gate: undefined };
  }
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
  const guarded = { alias, version: isNewVersion ? undefined : version, previous, departure };
  const gate = await checkGates(session, prompt, guarded, call);
  return { ...move, change, problem, found, gate };
}

/**
 * Checks a planned move against the policy, and confirms it.
 * @param servedBreak how it breaks the callers of the version served so far (`findServedBreak`)
 * @returns the content's warnings, or the elicitation request while the person has not answered
 * @throws RegistryError `invalid` (`unsafe_content`), `conflict` (`protected`) without
 *   `allow_breaking`, and (`gate`) without the evidence that a gate wants and `override_gate`;
 *   `forbidden` (`declined`) when the person declines
 */
export function checkMove(
  move: Move,
  session: Session,
  { servedBreak, ...permits }: Permits & { readonly servedBreak?: string | undefined },
  call: Call,
): { readonly warnings?: string[] } | ElicitationRequest {
  const checked = checkFound(move, session);
  const breaks = findBreaks(move, session, servedBreak);
  const response = confirmMove(move, breaks, permits, call);
  return response instanceof ElicitationRequest ? response : checked;
}

/** @throws RegistryError `invalid` (`unsafe_content`) where the operator refuses such content */
export function checkFound(move: Move, session: Session): { readonly warnings?: string[] } {
  const { name, alias, found } = move;
  return checkContent(session, found, describeUndone(move), { prompt: name, alias });
}

/** How a move breaks callers, a sentence each: what `allow_breaking` permits. */
export function findBreaks(
  move: Move,
  policy: Policy,
  servedBreak: string | undefined,
): readonly string[] {
  if (move.departure !== undefined) return [];
  return [protectedBreak(move, policy), servedBreak].filter((effect) => effect !== undefined);
}

/** The outcome of a move that was carried out. */
export interface MoveOutcome extends Moved {
  /** The call that undoes it; absent when the alias already pointed there. */
  readonly undo?: Rollback;
}

/** Carries out a planned move. The alias must still point at the version that was compared. */
export async function carryOutMove(
  { registry, who }: Session,
  { name, alias, version, previous, gate }: Move,
  { reason, allowBreaking }: Permits,
  call: Call,
): Promise<MoveOutcome> {
  if (previous === version) return {};
  // Nothing gets here without its evidence unless the caller overrides the gate.
  const overrideGate = isOverridden(gate);
  const record = createMoveRecord({
    ...{ who, caller: call.caller, reason, allowBreaking, overrideGate },
  });
  const conditions = { expectedVersion: previous ?? 0, record };
  const moved = await registry.setAlias(name, alias, version, conditions, call);
  return { ...moved, undo: planRollback({ name, alias, version, previous }) };
}

/** Whether a move that is carried out lacks the evidence that a gate wants. */
function isOverridden(gate: GateCheck | undefined): boolean {
  return gate !== undefined && gate.refusals.length > 0;
}

/** How an error begins that refuses a move. */
function describeUndone({ name, alias, isNewVersion }: Move): string {
  return isNewVersion ? "Nothing was registered" : `${name}@${alias} was not moved`;
}

/** What the move of a protected alias breaks, or makes of it. Undefined when it does neither. */
function protectedBreak(
  { alias, version, previous, change, problem }: Move,
  policy: Policy,
): string | undefined {
  if (!isProtected(policy, alias)) return undefined;
  const opening = `The alias ${quote(alias)} is protected, and`;
  if (problem !== undefined) return `${opening} nobody can fill in version ${version}: ${problem}.`;
  if (change === undefined || !canBreakCallers(change)) return undefined;
  const how = change.verdict === "breaking" ? "would" : "may";
  return `${opening} version ${version} ${how} break the callers of version ${previous}. ${change.line}`;
}

/**
 * Confirms a move that can break callers. Any other move is confirmed already.
 * @param breaks how it breaks callers
 * @returns the elicitation request while the person has not answered
 * @throws RegistryError `conflict` (`protected`) without `allow_breaking`, `forbidden` when the person
 *   does not agree
 */
function confirmMove(
  move: Move,
  breaks: readonly string[],
  { allowBreaking, overrideGate, reason }: Permits,
  { elicitation }: Call,
): "confirmed" | ElicitationRequest {
  const { name, alias, version, previous, problem, isNewVersion, gate } = move;
  const { refusals = [], instead: evidence } = gate ?? {};
  const subject = { prompt: name, alias, version };
  const undone = describeUndone(move);
  const override = asksToOverride({ override_gate: overrideGate, reason }, undone, subject);
  const present = [...breaks, ...refusals];
  if (present.length === 0) return "confirmed";
  const instead =
    problem === undefined
      ? "Register a version that takes the same variables and returns the same form"
      : "Register a corrected version";
  refuseBreaking(breaks, { allowBreaking, undone, subject, instead });
  refuseUngated(refusals, { override, undone, subject, instead: evidence });
  const from = previous === undefined ? "" : ` from version ${previous}`;
  const effect = present.join(" ");
  const messages = {
    question: `${isNewVersion ? `Register version ${version} of ${name}, and move` : "Move"} ${name}@${alias}${from} to version ${version}? ${effect}`,
    declined: `${undone}: the person declined version ${version}. ${effect}`,
  };
  return confirmBreaking(messages, subject, elicitation);
}
