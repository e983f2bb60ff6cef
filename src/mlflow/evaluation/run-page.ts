import type { MlflowApi } from "../api.ts";

/**
 * The page of a run in MLflow's UI (3.8 to 3.17). Absent where callers must not learn the address, and
 * while the experiment is not known.
 */
export function runPageUrl(
  api: MlflowApi,
  experimentId: string | undefined,
  runId: string,
): string | undefined {
  if (experimentId === undefined) return undefined;
  return uiUrl(api, `experiments/${experimentId}/evaluation-runs`, { selectedRunUuid: runId });
}

/** The page of a trace, as `runPageUrl`. Releases before 3.17 read the first of the two parameters. */
export function tracePageUrl(
  api: MlflowApi,
  experimentId: string | undefined,
  traceId: string,
): string | undefined {
  if (experimentId === undefined) return undefined;
  const parameters = { selectedEvaluationId: traceId, traceId };
  return uiUrl(api, `experiments/${experimentId}/traces`, parameters);
}

/** A page of MLflow's UI. It reads the workspace from the query of its route. */
export function uiUrl(
  { server, workspace }: MlflowApi,
  route: string,
  parameters: Readonly<Record<string, string>>,
): string | undefined {
  const { location } = server.transport.name;
  if (location === undefined) return undefined;
  const query = new URLSearchParams({ ...parameters, ...(workspace ? { workspace } : {}) });
  return `${location}/#/${route}${query.size === 0 ? "" : `?${query}`}`;
}
