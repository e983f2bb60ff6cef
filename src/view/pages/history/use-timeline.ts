import { useEffect, useRef, useState } from "preact/hooks";
import { callTool } from "../../app/server.ts";
import { toFailure } from "../../app/use-answer.ts";
import type { CallFailure } from "../../connection/connection.ts";
import { mergeTimeline, type TimelineEntry, type TimelinePages } from "../../text/timeline.ts";

/** Entries that are read at once, of each list. */
const pageSize = 30;

interface State extends TimelinePages {
  readonly isLoading: boolean;
  readonly failure?: CallFailure;
  /** Why no evaluations are shown. */
  readonly withoutRuns?: CallFailure;
}

/** The time line of a prompt, as far as it was read. */
export function useTimeline(name: string): {
  readonly entries: readonly TimelineEntry[];
  readonly isLoading: boolean;
  readonly failure?: CallFailure;
  readonly withoutRuns?: CallFailure;
  /** Reads on, or again after a failure; absent at the end. */
  readonly more?: () => Promise<void>;
} {
  const [state, setState] = useState<State>({ versions: [], runs: [], isLoading: true });
  const isShown = useRef(true);
  const { entries, next } = mergeTimeline(name, state);
  const read = async (work: () => Promise<Partial<State>>) => {
    const { failure: _, ...rest } = state;
    setState({ ...rest, isLoading: true });
    try {
      const found = await work();
      if (isShown.current) setState((last) => ({ ...last, ...found, isLoading: false }));
    } catch (error) {
      const failure = toFailure(error);
      if (isShown.current) setState((last) => ({ ...last, failure, isLoading: false }));
    }
  };
  const begin = () => read(() => readFirst(name));
  useEffect(() => {
    void begin();
    return () => {
      isShown.current = false;
    };
  }, []);
  const more = () =>
    read(async () => {
      const { versions, runs } = state;
      if (next === undefined) return {};
      const args = { name, limit: pageSize, cursor: next.cursor };
      return next.of === "versions"
        ? { versions: [...versions, await callTool("list_prompt_versions", args)] }
        : { runs: [...runs, await callTool("compare_evaluations", args)] };
    });
  const { isLoading, failure, withoutRuns } = state;
  return {
    ...{ entries, isLoading },
    ...(failure ? { failure } : {}),
    ...(withoutRuns ? { withoutRuns } : {}),
    ...(next ? { more } : state.versions.length === 0 && failure ? { more: begin } : {}),
  };
}

/** A server without a model has no evaluations to compare: that hides no version. */
async function readFirst(name: string): Promise<Partial<State>> {
  const args = { name, limit: pageSize };
  const [versions, runs] = await Promise.allSettled([
    callTool("list_prompt_versions", args),
    callTool("compare_evaluations", args),
  ]);
  if (versions.status === "rejected") throw versions.reason;
  return {
    versions: [versions.value],
    ...(runs.status === "fulfilled"
      ? { runs: [runs.value] }
      : { withoutRuns: toFailure(runs.reason) }),
  };
}
