import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { callTool } from "../../app/server.ts";
import { toFailure } from "../../app/use-answer.ts";
import type { CallFailure } from "../../connection/connection.ts";
import type { Answer, Arguments } from "../../connection/tools.ts";

export type FoundPage = Answer<"list_prompts">;

/** What was read of a search so far. While another search is read, the former pages stay. */
export interface Pages {
  readonly pages: readonly FoundPage[];
  readonly isLoading: boolean;
  readonly failure?: CallFailure;
  /** Whether more prompts follow. */
  readonly hasMore: boolean;
  /** Reads the next page, or what failed once more. */
  readonly readMore: () => void;
}

interface State {
  /** The search that the pages are of. */
  readonly key: string | undefined;
  readonly pages: readonly FoundPage[];
  readonly isLoading: boolean;
  readonly failure?: CallFailure;
}

/** @param search undefined to read nothing */
export function usePages(search: Arguments<"list_prompts"> | undefined): Pages {
  const [state, setState] = useState<State>({ key: undefined, pages: [], isLoading: true });
  const running = useRef<AbortController>(undefined);
  const key = search && JSON.stringify(search);

  const read = useCallback(
    async (before: readonly FoundPage[]) => {
      running.current?.abort();
      const current = new AbortController();
      running.current = current;
      const { signal } = current;
      if (search === undefined) {
        setState({ key, pages: [], isLoading: false });
        return;
      }
      setState(({ failure: _, ...last }) => ({ ...last, isLoading: true }));
      try {
        const found = await readPage(search, before.at(-1)?.next_cursor, signal);
        if (!signal.aborted) setState({ key, pages: [...before, found], isLoading: false });
      } catch (error) {
        if (signal.aborted) return;
        setState({ key, pages: before, isLoading: false, failure: toFailure(error) });
      }
    },
    // `key` stands for `search`.
    [key],
  );

  useEffect(() => {
    void read([]);
    return () => running.current?.abort();
  }, [read]);

  const { pages, isLoading, failure } = state;
  const last = pages.at(-1);
  const readMore = useCallback(() => {
    if (!isLoading) void read(state.key === key ? pages : []);
  }, [isLoading, read, pages, key, state.key]);
  return {
    pages,
    isLoading,
    ...(failure ? { failure } : {}),
    hasMore: last?.next_cursor !== undefined,
    readMore,
  };
}

/** A page with prompts, or the last one: a page of a filtered search may be empty. */
async function readPage(
  search: Arguments<"list_prompts">,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<FoundPage> {
  const page = await callTool(
    "list_prompts",
    { ...search, ...(cursor === undefined ? {} : { cursor }) },
    { signal },
  );
  const { next_cursor: next } = page;
  if (page.prompts.length > 0 || next === undefined) return page;
  return readPage(search, next, signal);
}
