import { isPrintable } from "../python/numbers.ts";

/**
 * What static analysis knows about a value: `text`; `maybe`, a text or a missing value; `list`;
 * `items`, a list, a text or a missing value; `any`, any value that can be printed and compared,
 * including a missing one.
 */
export type Kind = "text" | "maybe" | "list" | "items" | "any";

/** Returns the kind of a value of one of two kinds; undefined when evaluating one may fail. */
export function unite(one: Kind | undefined, other: Kind | undefined): Kind | undefined {
  if (one === undefined || other === undefined) return undefined;
  if (one === other) return one;
  if (one === "any" || other === "any") return "any";
  const areTexts = [one, other].every((kind) => kind === "text" || kind === "maybe");
  return areTexts ? "maybe" : "items";
}

/** Returns undefined for a number that is too large to print. */
export function literalKind(value: unknown): Kind | undefined {
  if (typeof value === "string") return "text";
  return typeof value === "bigint" && !isPrintable(value) ? undefined : "any";
}

/** Returns the kind of a filter's result; undefined when the filter may fail. */
export function kindAfterFilter(
  name: string,
  value: Kind,
  args: readonly Kind[],
): Kind | undefined {
  return filters.get(name)?.(value, args);
}

/** Whether a test accepts any value. */
export function isTotalTest(name: string): boolean {
  return totalTests.has(name);
}

/** Whether `loop` always has this member with a printable value. */
export function isLoopMember(name: unknown): boolean {
  return typeof name === "string" && loopMembers.has(name);
}

type FilterKind = (value: Kind, args: readonly Kind[]) => Kind | undefined;

const toText: FilterKind = (_, args) => (args.length === 0 ? "text" : undefined);
const toLength: FilterKind = (value, args) =>
  args.length === 0 && value !== "any" ? "any" : undefined;
const toFallback: FilterKind = (value, [fallback = "text"]) =>
  unite(value === "maybe" ? "text" : value, fallback);

const filters: ReadonlyMap<string, FilterKind> = new Map<string, FilterKind>([
  ...words("string safe upper lower capitalize title trim escape e").map(
    (name): [string, FilterKind] => [name, toText],
  ),
  ["replace", (_, args) => (args.join() === "text,text" ? "text" : undefined)],
  ["join", (value, args) => (value !== "any" && args.join() === "text" ? "text" : undefined)],
  ["tojson", (value, args) => (value === "text" ? toText(value, args) : undefined)],
  ["length", toLength],
  ["count", toLength],
  ["default", toFallback],
  ["d", toFallback],
]);

const totalTests: ReadonlySet<string> = new Set(
  words(
    "defined undefined none boolean true false number integer float string mapping iterable " +
      "sequence callable lower upper",
  ),
);

const loopMembers: ReadonlySet<string> = new Set(
  words("index index0 revindex revindex0 first last length"),
);

function words(text: string): readonly string[] {
  return text.split(" ");
}
