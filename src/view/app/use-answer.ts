import { useCallback, useEffect, useState } from "preact/hooks";
import { CallFailure } from "../connection/connection.ts";
import type { Answer, Arguments, ToolName } from "../connection/tools.ts";
import { callTool } from "./server.ts";

/**
 * The state of what a page reads. While it is read again, the former answer stays; after a failure too, if
 * it answers the same arguments.
 */
export interface Loaded<Value> {
  readonly value?: Value;
  readonly failure?: CallFailure;
  readonly isLoading: boolean;
  /** Reads it again. */
  readonly reload: () => void;
}

/** The last answer, and what was asked last. */
interface Answered<Value> extends Pick<Loaded<Value>, "value" | "failure"> {
  readonly asked?: string;
  /** The arguments of the last call. */
  readonly key?: string;
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
  const [state, setState] = useState<Answered<Answer<Name>>>({});
  const [turn, setTurn] = useState(0);
  const key = JSON.stringify(args);
  const asked = `${turn} ${key}`;
  const reload = useCallback(() => setTurn((last) => last + 1), []);
  // `asked` stands for `args`, and for another turn.
  useEffect(() => {
    if (args === undefined) return;
    const overtaken = new AbortController();
    const { signal } = overtaken;
    callTool(tool, args, { signal }).then(
      (value) => signal.aborted || setState({ asked, key, value }),
      (error: unknown) =>
        signal.aborted ||
        setState((last) => ({
          ...(last.key === key ? last : {}),
          ...{ asked, key, failure: toFailure(error) },
        })),
    );
    return () => overtaken.abort();
  }, [tool, asked]);
  return { ...state, isLoading: state.asked !== asked, reload };
}

/** Every failure of a call; anything else is a defect of the view, and is shown as one. */
export function toFailure(error: unknown): CallFailure {
  return error instanceof CallFailure ? error : new CallFailure(String(error));
}
