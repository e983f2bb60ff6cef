import type { Answer } from "../connection/tools.ts";

type VersionPage = Answer<"list_prompt_versions">;
type RunPage = Answer<"compare_evaluations">;

/** Something that happened to a prompt. `at` is an ISO 8601 time in UTC. */
export type TimelineEntry =
  | {
      readonly kind: "version";
      readonly at: string;
      readonly version: number;
      readonly author?: string | undefined;
      readonly message: string;
      /** The version before it; absent for the first one, and where it is not loaded yet. */
      readonly before?: number | undefined;
    }
  | {
      readonly kind: "move";
      readonly at: string;
      readonly alias: string;
      readonly from?: number | undefined;
      readonly to?: number | undefined;
      readonly author?: string | undefined;
      readonly reason?: string | undefined;
      readonly overrides: readonly ("breaking" | "gate")[];
    }
  | {
      readonly kind: "review";
      readonly at: string;
      readonly version: number;
      readonly did: "requested" | "approved" | "declined";
      readonly author?: string | undefined;
      readonly reason?: string | undefined;
      /** Who was asked; empty: anybody, and of what is not a request. */
      readonly asked: readonly string[];
    }
  | {
      readonly kind: "evaluation";
      readonly at: string;
      readonly runId: string;
      readonly url?: string | undefined;
      readonly versions: readonly number[];
      readonly dataset?: string | undefined;
      readonly status: "running" | "finished" | "failed";
      readonly means: readonly { readonly scorer: string; readonly mean: number }[];
    };

/** What was read so far: pages, newest first. */
export interface TimelinePages {
  readonly versions: readonly VersionPage[];
  readonly runs: readonly RunPage[];
}

/** The list that must be read on before older entries can be shown; absent at the end. */
export interface NextPage {
  readonly of: keyof TimelinePages;
  readonly cursor: string;
}

/**
 * One time line of versions, reviews, moves and evaluations, newest first. It ends where an entry of a list
 * that has more pages could still come between. Reviews come with their version, so later reviews of a
 * version that is not read yet are missing until then.
 */
export function mergeTimeline(
  name: string,
  { versions, runs }: TimelinePages,
): { readonly entries: readonly TimelineEntry[]; readonly next?: NextPage } {
  const listed = versions.flatMap((page) => page.versions);
  const saved = listed.map(
    (one, index): TimelineEntry => ({
      ...{ kind: "version", at: one.created_at, version: one.version, author: one.author },
      message: one.commit_message,
      before: listed[index + 1]?.version,
    }),
  );
  const reviews = listed.flatMap(toReviews);
  const moves = (versions[0]?.alias_history ?? []).map(toMove);
  const evaluations = runs.flatMap((page) => page.runs.map((run) => toEvaluation(name, run)));
  const open = [
    { of: "versions" as const, cursor: versions.at(-1)?.next_cursor, last: saved.at(-1) },
    { of: "runs" as const, cursor: runs.at(-1)?.next_cursor, last: evaluations.at(-1) },
  ].flatMap(({ of, cursor, last }) =>
    cursor === undefined ? [] : [{ of, cursor, since: last?.at ?? "" }],
  );
  // The list that ends latest hides what is older than its end.
  const [next] = open.toSorted((one, other) => other.since.localeCompare(one.since));
  const entries = [...saved, ...reviews, ...moves, ...evaluations]
    .filter(({ at }) => next === undefined || at >= next.since)
    .toSorted((one, other) => other.at.localeCompare(one.at));
  return next === undefined ? { entries } : { entries, next: { of: next.of, cursor: next.cursor } };
}

function toReviews({ version, reviews }: VersionPage["versions"][number]): TimelineEntry[] {
  if (!reviews) return [];
  const { requested, given } = reviews;
  const entry = { kind: "review", version } as const;
  return [
    ...(requested ? [{ ...entry, ...requested, did: "requested" as const }] : []),
    ...given.map(({ verdict, ...one }) => ({ ...entry, ...one, did: verdict, asked: [] })),
  ];
}

function toMove(move: NonNullable<VersionPage["alias_history"]>[number]): TimelineEntry {
  const { alias, at, by, reason, from_version: from, to_version: to } = move;
  return {
    ...{ kind: "move", at, alias, from, to, reason },
    author: by,
    overrides: [
      ...(move.allow_breaking ? (["breaking"] as const) : []),
      ...(move.override_gate ? (["gate"] as const) : []),
    ],
  };
}

function toEvaluation(name: string, run: RunPage["runs"][number]): TimelineEntry {
  return {
    ...{ kind: "evaluation", at: run.started_at, runId: run.run_id, url: run.run_url },
    versions: run.prompts.filter((one) => one.name === name).map(({ version }) => version),
    dataset: run.dataset?.name,
    status: run.status,
    means: run.metrics.flatMap(({ metric, value }) =>
      metric.endsWith("/mean") ? [{ scorer: metric.slice(0, -"/mean".length), mean: value }] : [],
    ),
  };
}

/** Entries by the day on which they happened, in the person's time zone. */
export function byDay(
  entries: readonly TimelineEntry[],
): readonly { readonly day: string; readonly entries: readonly TimelineEntry[] }[] {
  const days = new Map<string, TimelineEntry[]>();
  for (const entry of entries) {
    const day = new Date(entry.at).toDateString();
    days.set(day, [...(days.get(day) ?? []), entry]);
  }
  return [...days.values()].map((some) => ({ day: some[0]?.at ?? "", entries: some }));
}
