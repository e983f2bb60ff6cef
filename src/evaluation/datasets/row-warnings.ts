import { ownersOf } from "../../registry/contract/argument-names.ts";
import type { ReadVersion } from "../../registry/engine/prompt-arguments.ts";
import { quote } from "../../registry/errors.ts";
import type { DatasetRow } from "../../registry/evaluation/datasets.ts";
import { countOf } from "../../registry/text/count.ts";
import type { RowName } from "./row-limits.ts";

/** More names or rows are counted, and not listed. */
const maxListed = 10;

/**
 * Says which variables of a version the rows lack, and which values it does not use. Sentences for the
 * caller; none when all rows fit.
 * @param version names the version, for instance "qa version 3"
 */
export function describeMisfits(
  rows: readonly DatasetRow[],
  read: ReadVersion,
  version: string,
  nameOf: RowName,
): readonly string[] {
  const owners = ownersOf(read.arguments);
  const objects = new Set(read.objects);
  const required = read.arguments.filter((argument) => argument.required).map(({ name }) => name);
  const missing = new Map<string, number[]>();
  const unused = new Map<string, number[]>();
  for (const [index, { inputs }] of rows.entries()) {
    const names = Object.keys(inputs);
    const given = new Set(names.map((name) => owners.get(name) ?? name));
    for (const name of required) {
      const object = name.split(".", 1)[0] ?? name;
      if (!given.has(name) && !(objects.has(object) && given.has(object))) {
        note(missing, name, index);
      }
    }
    for (const name of names) {
      if (!owners.has(name) && !objects.has(name)) note(unused, name, index);
    }
  }
  return [
    ...sentences(missing, nameOf, (name) => `${version} needs ${name}, which is missing in`),
    ...sentences(unused, nameOf, (name) => `${version} does not use ${name}, which is in`),
  ];
}

function note(found: Map<string, number[]>, name: string, index: number): void {
  const rows = found.get(name);
  if (rows) rows.push(index);
  else found.set(name, [index]);
}

function sentences(
  found: ReadonlyMap<string, readonly number[]>,
  nameOf: RowName,
  opening: (name: string) => string,
): readonly string[] {
  const all = [...found].map(([name, rows]) => {
    const first = rows.slice(0, maxListed).map(nameOf).join(", ");
    const more = rows.length > maxListed ? ` and ${rows.length - maxListed} more` : "";
    return `${opening(quote(name))} ${first}${more}.`;
  });
  const left = all.length - maxListed;
  return left > 0
    ? [...all.slice(0, maxListed), `${countOf(left, "more name")} of that kind.`]
    : all;
}
