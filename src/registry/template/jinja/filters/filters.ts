import { renderingProblem } from "../problem.ts";
import type { CallArguments, Value } from "../values/values.ts";
import type { Filters } from "./filter.ts";
import { htmlFilters } from "./html-filters.ts";
import { listFilters } from "./list-filters.ts";
import { numberFilters } from "./number-filters.ts";
import { selectionFilters } from "./selection-filters.ts";
import { textFilters } from "./text-filters.ts";

const all: readonly Filters[] = [
  textFilters,
  htmlFilters,
  numberFilters,
  listFilters,
  selectionFilters,
];

export function hasFilter(name: string): boolean {
  return all.some((filters) => Object.hasOwn(filters, name));
}

/** Applies `value | name(args)`. @throws JinjaProblem for an unknown filter */
export function applyFilter(name: string, value: Value, args: CallArguments): Value {
  const filters = all.find((those) => Object.hasOwn(those, name));
  const filter = filters?.[name];
  if (filter) return filter(value, args, applyFilter);
  throw renderingProblem(`there is no filter named "${name}"`);
}
