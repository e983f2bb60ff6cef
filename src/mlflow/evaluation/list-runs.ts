import { RegistryError } from "../../registry/errors.ts";
import { runMarks, runTag } from "../../registry/evaluation/run-tags.ts";
import type { EvaluationRun, RunSearch, RunStatus } from "../../registry/evaluation/runs.ts";
import {
  isOfPrompt,
  positionOf,
  type RunPosition,
  runPosition,
} from "../../registry/evaluation/stored-runs.ts";
import { pythonJson } from "../../registry/json.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import { decodeCursor, encodeCursor } from "../../registry/search/cursor.ts";
import type { Page } from "../../registry/types.ts";
import type { MlflowApi } from "../api.ts";
import { valueOrThrow } from "../errors/refusal.ts";
import { tagHas, tagIs } from "../reads/filter.ts";
import { isEvaluation, toRun } from "./read-run.ts";
import { runPage } from "./wire.ts";

/** Runs that are looked at for one page: MLflow's filter matches a few more than are meant. */
const maxLookedAt = 5_000;

const statusConditions: Readonly<Record<RunStatus, readonly string[]>> = {
  running: ["!= 'FINISHED'", "!= 'FAILED'", "!= 'KILLED'"],
  finished: ["= 'FINISHED'"],
  failed: ["!= 'FINISHED'", "!= 'RUNNING'", "!= 'SCHEDULED'"],
};

/**
 * Evaluations of the experiment. There is no "or" in MLflow's filters, so each mark of an evaluation is a
 * search of its own: see `runMarks`.
 */
export async function listRuns(
  api: MlflowApi,
  experimentId: string,
  search: RunSearch,
  options?: CallOptions,
): Promise<Page<EvaluationRun>> {
  const { prompt, version, plan, status, limit, cursor } = search;
  const identity = ["runs", experimentId, prompt, version, plan, status];
  const listing = { identity, after: runPosition };
  const after = decodeCursor(listing, cursor);
  const found = await Promise.all(
    runMarks.map(({ key, value }) => {
      const filter = [tagIs(key, value).text, ...conditions(search, after)].join(" AND ");
      return firstRuns(api, { experimentId, filter, search, after }, options);
    }),
  );
  const runs = [...new Map(found.flat().map((run) => [run.id, run])).values()].sort((one, other) =>
    isAfter(one, positionOf(other)) ? 1 : -1,
  );
  const items = runs.slice(0, limit);
  const last = items.at(-1);
  if (runs.length <= limit || last === undefined) return { items };
  return { items, nextCursor: encodeCursor(listing, positionOf(last)) };
}

/** The first runs that match: one more than the page has, if there are so many. */
async function firstRuns(
  api: MlflowApi,
  of: {
    readonly experimentId: string;
    readonly filter: string;
    readonly search: RunSearch;
    readonly after: RunPosition | undefined;
  },
  options?: CallOptions,
): Promise<readonly EvaluationRun[]> {
  const { experimentId, filter, search, after } = of;
  const found: EvaluationRun[] = [];
  let token: string | null | undefined;
  for (let lookedAt = 0; lookedAt < maxLookedAt; ) {
    const body = {
      experiment_ids: [experimentId],
      filter,
      max_results: search.limit + 1,
      order_by: ["attributes.start_time DESC", "attributes.run_id ASC"],
      ...(token ? { page_token: token } : {}),
    };
    const page = valueOrThrow(await api.search("/runs/search", body, runPage, options));
    const runs = page.runs.filter(isEvaluation).map(toRun);
    found.push(...runs.filter((run) => matches(run, search) && isAfter(run, after)));
    token = page.next_page_token;
    if (!token || found.length > search.limit) return found;
    lookedAt += page.runs.length;
  }
  throw new RegistryError(
    "unavailable",
    `Among the ${maxLookedAt} newest evaluation runs that resemble the search, fewer than ${search.limit} match it. Search with fewer conditions, or for fewer runs.`,
  );
}

function conditions(search: RunSearch, after: RunPosition | undefined): readonly string[] {
  const { prompt, version, plan, status } = search;
  const link = { name: prompt, version: version === undefined ? undefined : String(version) };
  return [
    ...(prompt === undefined
      ? []
      : [tagHas(runTag.linkedPrompts, pythonJson(link).slice(1, -1)).text]),
    ...(plan === undefined ? [] : [tagIs(runTag.plan, plan).text]),
    ...(status === undefined
      ? []
      : statusConditions[status].map((condition) => `attributes.status ${condition}`)),
    ...(after === undefined ? [] : [`attributes.start_time <= ${after.at}`]),
  ];
}

function matches(run: EvaluationRun, search: RunSearch): boolean {
  const { plan, status } = search;
  return (
    isOfPrompt(run, search) &&
    (plan === undefined || run.plan === plan) &&
    (status === undefined || run.status === status)
  );
}

function isAfter({ startedAt, id }: EvaluationRun, position: RunPosition | undefined): boolean {
  if (position === undefined) return true;
  return startedAt < position.at || (startedAt === position.at && id > position.id);
}
