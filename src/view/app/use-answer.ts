import { useCallback, useEffect, useState } from "preact/hooks";
import { CallFailure } from "../connection/connection.ts";
import type { Answer, Arguments, ToolName } from "../connection/tools.ts";
import { callTool } from "./server.ts";

/** The state of what a page reads. While it is read again, the former answer stays. */
export interface Loaded<Value> {
  readonly value?: Value;
  readonly failure?: CallFailure;
  readonly isLoading: boolean;
  /** Reads it again. */
  readonly reload: () => void;
}

/**
 * Calls a tool that reads when the component is shown, and again when the arguments change. An answer
 * that is overtaken is dropped.
 * @param args undefined to call nothing yet
 */
export function useAnswer<Name extends ToolName>(
  tool: Name,
  args: Arguments<Name> | undefined,
): Loaded<Answer<Name>> {
  const [state, setState] = useState<Omit<Loaded<Answer<Name>>, "reload">>({ isLoading: true });
  const [turn, setTurn] = useState(0);
  const key = JSON.stringify(args);
  const reload = useCallback(() => setTurn((last) => last + 1), []);
  // `key` stands for `args`, and `turn` asks again.
  useEffect(() => {
    if (args === undefined) return;
    const overtaken = new AbortController();
    const { signal } = overtaken;
    setState((last) => ({ ...last, isLoading: true }));
    callTool(tool, args, { signal }).then(
      (value) => signal.aborted || setState({ value, isLoading: false }),
      (error: unknown) =>
        signal.aborted || setState({ failure: toFailure(error), isLoading: false }),
    );
    return () => overtaken.abort();
  }, [tool, key, turn]);
  return { ...state, reload };
}

/** Every failure of a call; anything else is a defect of the view, and is shown as one. */
export function toFailure(error: unknown): CallFailure {
  return error instanceof CallFailure ? error : new CallFailure(String(error));
}
