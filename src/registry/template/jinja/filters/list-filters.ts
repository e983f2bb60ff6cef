import { renderingProblem } from "../problem.ts";
import { member } from "../values/member.ts";
import { equals, iterate, operate, order } from "../values/operators.ts";
import { pythonText } from "../values/text.ts";
import { type CallArguments, Dict, Group, isTrue, type Value } from "../values/values.ts";
import { applyTest } from "./tests.ts";

/** Applies `value | name(args)` for any filter. */
export type ApplyFilter = (name: string, value: Value, args: CallArguments) => Value;

/** Filters by name. `map` applies another filter to each item. */
export type Filters = Readonly<
  Record<string, (value: Value, args: CallArguments, applyFilter: ApplyFilter) => Value>
>;

/** Jinja2's filters for lists and dicts. */
export const listFilters: Filters = {
  first: (value, args) => iterate(value, args.budget)[0],
  last: (value, args) => iterate(value, args.budget).at(-1),
  list: (value, args) => [...iterate(value, args.budget)],
  items: (value, args) => pairs(value, args),
  join(value, args) {
    const separator = args.text(0, "d", "");
    const texts = selected(value, args, 1).map((it) => pythonText(it, args.budget));
    args.budget.text(texts.reduce((sum, text) => sum + text.length + separator.length, 0));
    return texts.join(separator);
  },
  reverse(value, args) {
    const items = [...iterate(value, args.budget)].reverse();
    return typeof value === "string" ? items.join("") : items;
  },
  sort(value, args) {
    const sign = args.flag(0, "reverse") ? -1 : 1;
    const compare = comparator(args, args.flag(1, "case_sensitive"), 2);
    return [...iterate(value, args.budget)].sort((one, other) => sign * compare(one, other));
  },
  dictsort(value, args) {
    const by = args.text(1, "by", "key") === "value" ? 1 : 0;
    const key = caseFolder(args.flag(0, "case_sensitive"), args);
    const sign = args.flag(2, "reverse") ? -1 : 1;
    return pairs(value, args).sort(
      (one, other) => sign * order(key(one[by]), key(other[by]), args.budget),
    );
  },
  unique(value, args) {
    const key = keyOf(args, args.flag(0, "case_sensitive"), 1);
    const seen: Value[] = [];
    return iterate(value, args.budget).filter((it) => {
      const own = key(it);
      if (seen.some((other) => equals(other, own, args.budget))) return false;
      seen.push(own);
      return true;
    });
  },
  min: (value, args) => extreme(value, args, -1),
  max: (value, args) => extreme(value, args, 1),
  sum: (value, args) =>
    selected(value, args, 0).reduce(
      (sum, it) => operate("+", sum, it, args.budget),
      args.value(1, "start") ?? 0,
    ),
  groupby: grouped,
  batch(value, args) {
    const size = args.integer(0, "linecount");
    if (size < 1) throw renderingProblem('the filter "batch" needs a size of at least 1');
    const items = iterate(value, args.budget);
    const starts = Array.from({ length: Math.ceil(items.length / size) }, (_, it) => it * size);
    return starts.map((start) => items.slice(start, start + size));
  },
  map(value, args, applyFilter) {
    const path = args.named.get("attribute");
    const items = iterate(value, args.budget);
    if (path === undefined) {
      const name = args.text(0, "filter");
      return items.map((it) => applyFilter(name, it, args.after(1)));
    }
    const memberOf = memberAt(path, args);
    return items.map((it) => memberOf(it) ?? args.named.get("default"));
  },
  select: (value, args) => chosen(value, args, true),
  reject: (value, args) => chosen(value, args, false),
  selectattr: (value, args) => chosen(value, args.after(1), true, args.text(0, "attr")),
  rejectattr: (value, args) => chosen(value, args.after(1), false, args.text(0, "attr")),
};

function pairs(value: Value, args: CallArguments): Value[][] {
  if (value === undefined) return [];
  if (!(value instanceof Dict)) throw renderingProblem(`${args.callee} takes a dict`);
  args.budget.step(value.size);
  return [...value].map(([key, it]) => [key, it]);
}

/** Returns a function that reads the member `a.b.0` of an item, or the item itself without a path. */
function memberAt(path: Value, { budget }: CallArguments): (item: Value) => Value {
  if (path === undefined) return (item) => item;
  const keys = pythonText(path, budget)
    .split(".")
    .map((name) => (/^\d+$/.test(name) ? Number(name) : name));
  return (item) => {
    budget.step(keys.length);
    return keys.reduce<Value>((found, key) => {
      if (found === undefined) throw renderingProblem("'the item' is undefined");
      return member(found, key, false, budget);
    }, item);
  };
}

/** Returns the items, or each item's member named by the argument `attribute`. */
function selected(value: Value, args: CallArguments, index: number): readonly Value[] {
  const memberOf = memberAt(args.value(index, "attribute"), args);
  return iterate(value, args.budget).map(memberOf);
}

/** Returns a function that folds case, unless the comparison is case-sensitive. */
function caseFolder(caseSensitive: boolean, { budget }: CallArguments): (value: Value) => Value {
  return (value) => {
    if (typeof value !== "string" || caseSensitive) return value;
    budget.text(value.length);
    return value.toLowerCase();
  };
}

/** Returns a function for an item's sort key: the item, or its member named by `attribute`. */
function keyOf(args: CallArguments, caseSensitive: boolean, index: number) {
  const memberOf = memberAt(args.value(index, "attribute"), args);
  const fold = caseFolder(caseSensitive, args);
  return (item: Value) => fold(memberOf(item));
}

function comparator(args: CallArguments, caseSensitive: boolean, index: number) {
  const key = keyOf(args, caseSensitive, index);
  return (one: Value, other: Value) => order(key(one), key(other), args.budget);
}

function extreme(value: Value, args: CallArguments, sign: 1 | -1): Value {
  const compare = comparator(args, args.flag(0, "case_sensitive"), 1);
  const items = iterate(value, args.budget);
  return items.slice(1).reduce((best, it) => (compare(it, best) * sign > 0 ? it : best), items[0]);
}

function grouped(value: Value, args: CallArguments): Value {
  const key = keyOf(args, args.flag(2, "case_sensitive"), 0);
  const sorted = [...iterate(value, args.budget)].sort((one, other) =>
    order(key(one), key(other), args.budget),
  );
  const groups: { key: Value; items: Value[] }[] = [];
  for (const item of sorted) {
    const last = groups.at(-1);
    if (last && equals(last.key, key(item), args.budget)) last.items.push(item);
    else groups.push({ key: key(item), items: [item] });
  }
  return groups.map(({ items }) => Group.of(selected([items[0]], args, 0)[0], items));
}

/** Returns the items for which a test of the item or its member has the wanted result. */
function chosen(value: Value, args: CallArguments, wanted: boolean, path?: string): Value {
  const [test] = args.positional;
  const memberOf = memberAt(path, args);
  return iterate(value, args.budget).filter((it) => {
    const subject = memberOf(it);
    const outcome =
      test === undefined
        ? isTrue(subject)
        : applyTest(pythonText(test, args.budget), subject, args.after(1));
    return outcome === wanted;
  });
}
