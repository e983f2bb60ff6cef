import { useEffect, useState } from "preact/hooks";
import { callTool } from "../../app/server.ts";
import { toFailure } from "../../app/use-answer.ts";
import type { CallFailure } from "../../connection/connection.ts";
import type { Answer } from "../../connection/tools.ts";
import type { Registration } from "./registration.ts";

/** What a registration would do, as the server says it. */
export interface Verdict {
  readonly answer?: Answer<"register_prompt">;
  readonly failure?: CallFailure;
  /** The variables of the last text that the server could read. */
  readonly variables: Answer<"register_prompt">["arguments"];
  readonly isChecking: boolean;
}

/** How long nobody types before the server is asked. */
const pause = 400;

/**
 * Asks the server what a registration would do, by a dry run, which writes nothing and runs no model. A
 * newer question stops the former. While it is asked again, the former answer stays.
 * @param registration undefined to ask nothing
 */
export function useVerdict(registration: Registration | undefined): Verdict {
  const [verdict, setVerdict] = useState<Verdict>({ variables: [], isChecking: false });
  const key = registration && JSON.stringify(registration);
  // `key` stands for `registration`.
  useEffect(() => {
    if (registration === undefined) {
      setVerdict(({ variables }) => ({ variables, isChecking: false }));
      return;
    }
    const overtaken = new AbortController();
    const { signal } = overtaken;
    setVerdict((last) => ({ ...last, isChecking: true }));
    const timer = setTimeout(() => {
      callTool("register_prompt", { ...registration, dry_run: true }, { signal }).then(
        (answer) =>
          signal.aborted || setVerdict({ answer, variables: answer.arguments, isChecking: false }),
        (error: unknown) =>
          signal.aborted ||
          setVerdict(({ variables }) => ({
            failure: toFailure(error),
            variables,
            isChecking: false,
          })),
      );
    }, pause);
    return () => {
      clearTimeout(timer);
      overtaken.abort();
    };
  }, [key]);
  return verdict;
}

/** The version that somebody registered since the base version, when a failure says so. */
export function overtakenBy(failure: CallFailure | undefined): number | undefined {
  const { kind, reason, alias, version } = failure?.subject ?? {};
  return kind === "conflict" && reason === undefined && alias === undefined ? version : undefined;
}
