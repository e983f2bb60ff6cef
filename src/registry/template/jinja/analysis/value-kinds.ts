/**
 * What is known of a value without running the template: a text; a text or missing; a list; or
 * anything at all that can be printed and compared, a missing value included.
 */
export type Kind = "text" | "maybe" | "list" | "any";

/** What a value is that is the one or the other; undefined when finding one of them may fail. */
export function either(one: Kind | undefined, other: Kind | undefined): Kind | undefined {
  if (one === undefined || other === undefined) return undefined;
  if (one === other) return one;
  const areTexts = [one, other].every((kind) => kind === "text" || kind === "maybe");
  return areTexts ? "maybe" : "any";
}

/** Printing a number that is too large fails. */
export function literalKind(value: unknown): Kind | undefined {
  if (typeof value === "string") return "text";
  return typeof value === "number" && !Number.isFinite(value) ? undefined : "any";
}

/** What a filter makes of a value with its arguments; undefined when it may fail. */
export function filtered(name: string, value: Kind, args: readonly Kind[]): Kind | undefined {
  return filters.get(name)?.(value, args);
}

/** Whether a test can be put to any value. */
export function isTotalTest(name: string): boolean {
  return totalTests.has(name);
}

/** Whether `loop` always has this, as something that can be printed. */
export function isLoopFact(name: unknown): boolean {
  return typeof name === "string" && loopFacts.has(name);
}

type Filtered = (value: Kind, args: readonly Kind[]) => Kind | undefined;

const toText: Filtered = (_, args) => (args.length === 0 ? "text" : undefined);
const toLength: Filtered = (value, args) =>
  args.length === 0 && value !== "any" ? "any" : undefined;
const toFallback: Filtered = (value, [fallback = "text"]) =>
  either(value === "maybe" ? "text" : value, fallback);

const filters: ReadonlyMap<string, Filtered> = new Map<string, Filtered>([
  ...words("string safe upper lower capitalize title trim escape e").map(
    (name): [string, Filtered] => [name, toText],
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

const loopFacts: ReadonlySet<string> = new Set(
  words("index index0 revindex revindex0 first last length"),
);

function words(text: string): readonly string[] {
  return text.split(" ");
}
