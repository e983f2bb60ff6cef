import type { Target } from "./ast.ts";

/** The names that an assignment gives a value. */
export function targetNames(target: Target): readonly string[] {
  if (target.kind === "targets") return target.items.flatMap(targetNames);
  return target.kind === "name" ? [target.name] : [];
}
