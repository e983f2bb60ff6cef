import type { CallOptions } from "../registry/prompt-registry.ts";
import type { Session } from "../session/session.ts";
import type { Evaluated } from "./evaluate.ts";
import { metricsOf, type VersionReport } from "./report.ts";

/** MLflow's criteria for the run of a version, by the metrics of all versions; undefined for none. */
export type CriteriaOf = (
  version: number,
  metrics: ReadonlyMap<number, Readonly<Record<string, number>>>,
) => string | undefined;

/**
 * Ends the runs with their metrics and criteria. An interrupted run stays open, so that the next call
 * continues it.
 */
export async function finishRuns(
  { evaluations }: Session,
  { versions, interruption }: Evaluated,
  reports: readonly VersionReport[],
  criteriaOf: CriteriaOf,
  options: CallOptions,
): Promise<void> {
  if (interruption !== undefined) return;
  const finished = versions.flatMap(({ version, runId }, index) => {
    const summary = reports[index];
    return runId === undefined || summary === undefined
      ? []
      : [{ version, runId, metrics: metricsOf(summary) }];
  });
  const metricsByVersion = new Map(finished.map(({ version, metrics }) => [version, metrics]));
  for (const { version, runId, metrics } of finished) {
    const qualityCriteria = criteriaOf(version, metricsByVersion);
    const end = { status: "finished", metrics, endedAt: Date.now() } as const;
    const criteria = qualityCriteria === undefined ? {} : { qualityCriteria };
    await evaluations?.finishRun(runId, { ...end, ...criteria }, options);
  }
}
