import type { ComponentChildren } from "preact";
import type { Loaded } from "../app/use-answer.ts";
import { common } from "../texts/common.ts";
import { Failure } from "./failure.tsx";

/** Shows what was read, or that it is being read, or why it could not be. */
export function Loading<Value>({
  of,
  children,
}: {
  readonly of: Loaded<Value>;
  readonly children: (value: Value) => ComponentChildren;
}) {
  if (of.failure) {
    return (
      <div aria-busy={of.isLoading}>
        <Failure failure={of.failure} retry={of.reload} />
      </div>
    );
  }
  if (of.value === undefined) return <p role="status">{common().loading}</p>;
  return <div aria-busy={of.isLoading}>{children(of.value)}</div>;
}
