import type { ComponentChildren } from "preact";
import type { Loaded } from "../app/use-answer.ts";
import { common } from "../texts/common.ts";
import { Failure } from "./failure.tsx";

/** Shows what was read, or that it is being read, and above it why it could not be read again. */
export function Loading<Value>({
  of: { value, failure, isLoading, reload },
  children,
}: {
  readonly of: Loaded<Value>;
  readonly children: (value: Value) => ComponentChildren;
}) {
  if (failure === undefined && value === undefined) return <p role="status">{common().loading}</p>;
  return (
    <div aria-busy={isLoading}>
      {failure && <Failure failure={failure} retry={reload} />}
      {value !== undefined && children(value)}
    </div>
  );
}
