import { memoize } from "../template/memoize.ts";
import { variablesOf } from "../template/mlflow.ts";
import type { TemplateReading } from "../template/reading.ts";
import type { Template } from "../types.ts";

/**
 * What engines have read, by template. A caching registry returns the same objects while nothing has
 * changed. Entries are garbage-collected with their templates. It holds finished results only: no
 * caller waits for a job of another caller's engine.
 */
export class TemplateMemo {
  readonly variables = memoize(variablesOf);
  readonly readings = {
    jinja2: new WeakMap<Template, TemplateReading>(),
    mustache: new WeakMap<Template, TemplateReading>(),
  } as const;
}
