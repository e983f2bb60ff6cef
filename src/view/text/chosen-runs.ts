/** A stored evaluation run, as `compare_evaluations` lists it. */
export interface ListedRun {
  readonly run_id: string;
  readonly status: string;
  readonly prompts: readonly { readonly name: string; readonly version: number }[];
  readonly dataset?: { readonly name: string; readonly digest: string } | undefined;
}

/** The runs that stand for two versions. Absent: the version was not evaluated. */
export interface ChosenRuns<Run extends ListedRun> {
  readonly before?: Run;
  readonly after?: Run;
  /** Both were measured on the same rows. */
  readonly sameData: boolean;
}

/**
 * The newest finished runs of two versions on the same data; where there are none, the newest of each.
 * @param runs newest first
 */
export function chooseRuns<Run extends ListedRun>(
  runs: readonly Run[],
  name: string,
  from: number,
  to: number,
): ChosenRuns<Run> {
  const of = (version: number) =>
    runs.filter(
      ({ status, prompts }) =>
        status === "finished" &&
        prompts.some((prompt) => prompt.name === name && prompt.version === version),
    );
  const [old, now] = [of(from), of(to)];
  for (const after of now) {
    const digest = after.dataset?.digest;
    const before = old.find((run) => digest !== undefined && run.dataset?.digest === digest);
    if (before) return { before, after, sameData: true };
  }
  const [before, after] = [old[0], now[0]];
  return { ...(before ? { before } : {}), ...(after ? { after } : {}), sameData: false };
}
