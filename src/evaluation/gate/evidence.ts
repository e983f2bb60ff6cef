import { quote, RegistryError } from "../../registry/errors.ts";
import { type Dataset, maxDatasetRows } from "../../registry/evaluation/datasets.ts";
import type { EvaluationStore } from "../../registry/evaluation/evaluation-store.ts";
import { datasetOf, type Gate } from "../../registry/evaluation/gate/gate.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { Session } from "../../session/session.ts";
import { rowOf } from "../measured.ts";
import { checkApprovals } from "./approvals.ts";
import { checkCriteria } from "./criteria.ts";
import { type Evidence, findEvidence } from "./find-evidence.ts";
import { type GateScorers, gateScorers } from "./gate-scorers.ts";

/** A version that an alias is to point at. */
export interface Promotion {
  readonly prompt: string;
  readonly version: number;
  readonly alias: string;
  /** The version to compare with: that the alias points at. Absent: the alias is new. */
  readonly previous?: number;
}

/** What one gate says of a promotion. Sentences have no period. */
export interface GateVerdict {
  readonly gate: Gate;
  /** Name or ID; absent where the gate measures nothing. */
  readonly dataset?: string;
  readonly passed: boolean;
  /** The run of the version, and that of the version it is compared with. */
  readonly runId?: string;
  readonly baselineRunId?: string;
  readonly met: readonly string[];
  /** Criteria that do not hold, or what there is no evidence for. */
  readonly unmet: readonly string[];
  readonly notes: readonly string[];
  /** Whether new results could make the version pass: it is then said how to get them. */
  readonly lacksEvidence: boolean;
  /** How many people must still approve the version. */
  readonly missingApprovals: number;
}

type MeasuredVerdict = Omit<GateVerdict, "missingApprovals">;

/**
 * Checks whether a version was measured and approved as a gate wants it.
 * @throws RegistryError when the store or the registry cannot be read
 */
export async function checkGate(
  session: Session,
  gate: Gate,
  promotion: Promotion,
  options: CallOptions,
): Promise<GateVerdict> {
  const approved = await checkApprovals(session.registry, gate, promotion, options);
  const measured = await checkMeasured(session, gate, promotion, options);
  return {
    ...measured,
    met: [...measured.met, ...approved.met],
    unmet: [...measured.unmet, ...approved.unmet],
    notes: [...measured.notes, ...approved.notes],
    passed: measured.passed && approved.missing === 0,
    missingApprovals: approved.missing,
  };
}

/**
 * Checks measurements against the dataset, the runs and the traces as they are stored now. Nothing else
 * counts: no tag and no metric.
 */
async function checkMeasured(
  session: Session,
  gate: Gate,
  promotion: Promotion,
  options: CallOptions,
): Promise<MeasuredVerdict> {
  const dataset = datasetOf(gate, promotion.prompt);
  if (dataset === undefined) {
    return { gate, passed: true, met: [], unmet: [], notes: [], lacksEvidence: false };
  }
  const lacking = (problem: string): MeasuredVerdict => ({
    ...{ gate, dataset, passed: false, met: [], unmet: [problem], notes: [], lacksEvidence: true },
  });
  const store = session.evaluations;
  if (store === undefined) return lacking("this registry keeps no evaluations");
  const scorers = await orProblem(gateScorers(store, gate, options), "invalid");
  if (isProblem(scorers)) return lacking(`the gate cannot be read: ${scorers.problem}`);
  const found = await orProblem(store.getDataset(dataset, options), "not_found", "conflict");
  if (isProblem(found)) {
    return lacking(`the dataset ${quote(dataset)} cannot be used: ${found.problem}`);
  }
  const measured = await collect(store, { gate, promotion, dataset: found, scorers }, options);
  if (isProblem(measured)) return lacking(measured.problem);
  const { candidate, baseline } = measured;
  const { met, unmet } = await checkCriteria(
    session.templates,
    gate,
    {
      candidate: candidate.results,
      ...(baseline ? { baseline: baseline.results } : {}),
      ...(promotion.previous === undefined ? {} : { baselineVersion: promotion.previous }),
    },
    scorers.directions,
  );
  return {
    ...{ gate, dataset, met, unmet, passed: unmet.length === 0, lacksEvidence: false },
    runId: candidate.run.id,
    ...(baseline ? { baselineRunId: baseline.run.id } : {}),
    notes: notesOf(gate, promotion, measured),
  };
}

/** Whether the version is compared with another one. */
export function isCompared(gate: Gate): boolean {
  const { scorers = {}, max_cost_ratio, max_latency_ratio } = gate;
  return (
    max_cost_ratio !== undefined ||
    max_latency_ratio !== undefined ||
    Object.values(scorers).some(({ not_worse_by }) => not_worse_by !== undefined)
  );
}

interface Wanted {
  readonly gate: Gate;
  readonly promotion: Promotion;
  readonly dataset: Dataset;
  readonly scorers: GateScorers;
}

interface Collected {
  readonly candidate: Evidence;
  readonly baseline?: Evidence;
}

async function collect(
  store: EvaluationStore,
  { gate, promotion, dataset, scorers }: Wanted,
  options: CallOptions,
): Promise<Collected | Problem> {
  const stored = await store.readRows(dataset, maxDatasetRows, options);
  const rows = new Set(stored.map(({ inputs }) => rowOf(inputs)));
  if (rows.size === 0) return { problem: `the dataset ${quote(dataset.name)} has no rows` };
  const { prompt, version, previous } = promotion;
  const wanted = {
    ...{ prompt, dataset, rows, digests: scorers.digests },
    minRows: Math.min(gate.min_rows ?? rows.size, rows.size),
    notBefore: gate.max_age_days === undefined ? 0 : Date.now() - gate.max_age_days * dayMs,
  };
  const candidate = await findEvidence(store, { ...wanted, version }, options);
  if (isProblem(candidate)) return candidate;
  if (previous === undefined || !isCompared(gate)) return { candidate };
  // Both runs have the same judge, so that what differs is the version.
  const digests = () => scorers.digests(candidate.run.params.judge_model);
  const compared = { ...wanted, version: previous, digests };
  const baseline = await findEvidence(store, compared, options);
  return isProblem(baseline) ? baseline : { candidate, baseline };
}

function notesOf(gate: Gate, { alias, previous }: Promotion, { candidate, baseline }: Collected) {
  const notes: string[] = [];
  if (previous === undefined && isCompared(gate)) {
    notes.push(
      `the alias ${quote(alias)} is new, so there is no version to compare with: only at_least was checked`,
    );
  }
  const models = [candidate, baseline].map((one) => one?.run.params.model);
  if (baseline && models[0] !== models[1]) {
    notes.push(
      `the runs asked different models: ${quote(models[0] ?? "unknown")} and, before, ${quote(models[1] ?? "unknown")}`,
    );
  }
  return notes;
}

const dayMs = 24 * 60 * 60 * 1_000;

interface Problem {
  readonly problem: string;
}

function isProblem(value: object): value is Problem {
  return "problem" in value;
}

/** The message of an error of one of these kinds; any other is thrown. */
async function orProblem<Result>(
  running: Promise<Result>,
  ...kinds: readonly RegistryError["kind"][]
): Promise<Result | Problem> {
  try {
    return await running;
  } catch (error) {
    if (!(error instanceof RegistryError) || !kinds.includes(error.kind)) throw error;
    return { problem: error.message.replace(/\.$/, "") };
  }
}
