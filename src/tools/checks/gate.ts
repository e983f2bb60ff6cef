import { checkGate, type GateVerdict, isCompared } from "../../evaluation/gate/evidence.ts";
import { givenScorers } from "../../evaluation/gate/gate-scorers.ts";
import { quote } from "../../registry/errors.ts";
import {
  allGates,
  datasetOf,
  type Gate,
  gateTag,
  guards,
} from "../../registry/evaluation/gate/gate.ts";
import { stringifyJson } from "../../registry/json.ts";
import type { Prompt } from "../../registry/types.ts";
import { type AliasMove, readAliasHistory } from "../../registry/versions/alias-history.ts";
import type { Call } from "../../session/call.ts";
import type { Session } from "../../session/session.ts";

/** A move of an alias that gates may guard. */
export interface GuardedMove {
  readonly alias: string;
  /** Undefined for a version that is about to be registered: nothing was measured with it. */
  readonly version: number | undefined;
  readonly previous: number | undefined;
  /** The alias left the version less than a day ago. */
  readonly departure: AliasMove | undefined;
}

/** What the gates of an alias say of a move. */
export interface GateCheck {
  /** Why the move is refused, a sentence for each reason. */
  readonly refusals: readonly string[];
  /** What to do instead, in sentences. */
  readonly instead?: string;
  readonly verdicts: readonly GateVerdict[];
  /** Why no evidence was needed, in a sentence. */
  readonly waived?: string;
}

/**
 * Checks a move against the gates of the prompt and of the operator: all must hold. Undefined where no
 * gate guards the alias.
 */
export async function checkGates(
  session: Session,
  prompt: Pick<Prompt, "name" | "tags" | "aliasHistory">,
  move: GuardedMove,
  call: Call,
): Promise<GateCheck | undefined> {
  const { alias, departure } = move;
  const { gates: all, problem: wrong } = allGates(prompt, session);
  const gates = all.filter((gate) => guards(gate, alias));
  if (gates.length === 0 && wrong === undefined) return undefined;
  const { version } = move;
  if (departure !== undefined && version !== undefined) {
    const waived = `No evidence was needed: ${prompt.name}@${alias} pointed at this version until ${departure.at}, less than a day ago.`;
    return { refusals: [], verdicts: [], waived };
  }
  if (wrong !== undefined) return unreadable(prompt.name, wrong);
  if (version === undefined) return unmeasured(prompt.name, alias, gates);
  return judge(session, prompt, gates, { ...move, version }, call);
}

/** Checks a move to a version that exists against gates of the alias, whatever the prompt's own are. */
export async function judge(
  session: Session,
  prompt: Pick<Prompt, "name" | "aliasHistory">,
  gates: readonly Gate[],
  move: GuardedMove & { readonly version: number },
  call: Call,
): Promise<GateCheck> {
  const { alias, version } = move;
  const previous = await comparedVersion(session, prompt, move, call);
  const promotion = {
    ...{ prompt: prompt.name, version, alias },
    ...(previous === undefined ? {} : { previous }),
  };
  const verdicts: GateVerdict[] = [];
  for (const gate of gates) verdicts.push(await checkGate(session, gate, promotion, call));
  const failed = verdicts.filter(({ passed }) => !passed);
  return {
    verdicts,
    refusals: failed.map((verdict) => describeFailure(alias, version, verdict)),
    ...(failed.length === 0
      ? {}
      : { instead: failed.map((verdict) => adviceFor(promotion, verdict)).join(" ") }),
  };
}

/** Whether the gates of the prompt or of the operator guard an alias, or one that nobody can read may. */
export function isGuarded(
  policy: Pick<Session, "promotionGates">,
  prompt: Pick<Prompt, "tags">,
  alias: string,
): boolean {
  const { gates, problem } = allGates(prompt, policy);
  return problem !== undefined || gates.some((gate) => guards(gate, alias));
}

/**
 * The version that the alias points at; for an alias that was deleted, the one that it pointed at, so
 * that deleting it evades no comparison.
 */
async function comparedVersion(
  { registry }: Session,
  prompt: Pick<Prompt, "name" | "aliasHistory">,
  { alias, version, previous }: GuardedMove,
  call: Call,
): Promise<number | undefined> {
  if (previous !== undefined) return previous;
  const last = readAliasHistory(prompt).find((move) => move.alias === alias);
  const left = last?.to_version === undefined ? last?.from_version : undefined;
  if (left === undefined || left === version) return undefined;
  const found = await registry.getVersions([{ name: prompt.name, version: left }], call);
  return found[0]?.version;
}

function unreadable(prompt: string, problem: string): GateCheck {
  return {
    verdicts: [],
    refusals: [`The gate of ${quote(prompt)} (its tag ${gateTag}) cannot be read: ${problem}.`],
    instead: `Nobody knows what it wants, so no alias of the prompt moves. Set a correct one with update_prompt and gate.`,
  };
}

function unmeasured(prompt: string, alias: string, gates: readonly Gate[]): GateCheck {
  const datasets = gates.flatMap((gate) => datasetOf(gate, prompt) ?? []).map(quote);
  const needsApprovals = gates.some(({ approvals }) => approvals !== undefined);
  const lacks = [
    ...(datasets.length > 0 ? [`measured yet on ${[...new Set(datasets)].join(" and ")}`] : []),
    ...(needsApprovals ? ["approved yet"] : []),
  ];
  const steps = [
    "Register it without alias",
    ...(datasets.length > 0 ? ["evaluate it with evaluate_prompt"] : []),
    ...(needsApprovals ? ["have it approved in the view or with review_prompt"] : []),
  ];
  return {
    verdicts: [],
    refusals: [
      `The alias ${quote(alias)} has a gate, and a new version was not ${lacks.join(" and not ")}.`,
    ],
    instead: `${steps.join(", ")}, and then move the alias with set_prompt_alias.`,
  };
}

function describeFailure(
  alias: string,
  version: number,
  { unmet, met, runId }: GateVerdict,
): string {
  const reasons = unmet.join("; ");
  const evidence = runId === undefined ? "" : ` (run ${runId})`;
  const good = met.length === 0 ? "" : ` What holds: ${met.join("; ")}.`;
  return `The alias ${quote(alias)} has a gate, and version ${version} does not pass it${evidence}: ${reasons}.${good}`;
}

interface Promoted {
  readonly prompt: string;
  readonly version: number;
  readonly previous?: number;
}

/** What to do about all that a gate lacks. */
function adviceFor(promoted: Promoted, verdict: GateVerdict): string {
  const { unmet, lacksEvidence, missingApprovals } = verdict;
  const isMeasuredBad = unmet.length > (missingApprovals > 0 ? 1 : 0);
  return [
    ...(lacksEvidence ? [evidenceFor(promoted, verdict)] : []),
    ...(isMeasuredBad && !lacksEvidence
      ? ["Improve the prompt, evaluate the new version, and move the alias to that."]
      : []),
    ...(missingApprovals > 0 ? [approvalFor(promoted, missingApprovals)] : []),
  ].join(" ");
}

function approvalFor({ prompt, version }: Promoted, missing: number): string {
  const who = missing === 1 ? "One more person" : `${missing} more people`;
  return `${who}, other than the author, must approve version ${version} in their own name: in the view, or with review_prompt ${stringifyJson({ name: prompt, version, action: "approve" })}.`;
}

/** The exact call that makes the evidence. */
function evidenceFor(
  { prompt, version, previous }: Promoted,
  { gate, dataset }: GateVerdict,
): string {
  const compared = previous !== undefined && isCompared(gate) ? [previous] : [];
  const { judge_model, min_rows } = gate;
  const args = {
    name: prompt,
    versions: [...compared, version],
    ...(dataset === undefined ? {} : { dataset }),
    scorers: scorersOf(gate),
    ...(judge_model === undefined ? {} : { judge_model }),
    ...(min_rows === undefined ? {} : { max_rows: min_rows }),
  };
  return `This call makes the evidence: evaluate_prompt ${stringifyJson(args)}.`;
}

/** Cost and latency are known of any evaluation, which needs a scorer. */
function scorersOf(gate: Gate) {
  const given = givenScorers(gate);
  return given.length > 0 ? given : ["latency"];
}
