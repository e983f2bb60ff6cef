import { renderingProblem } from "../problem.ts";
import { BoundArguments } from "../values/arguments.ts";
import { equals, order } from "../values/compare.ts";
import { generate, iterate } from "../values/iterate.ts";
import { operate } from "../values/operators.ts";
import { pythonText } from "../values/text.ts";
import {
  type CallArguments,
  Dict,
  DictView,
  Generator,
  Group,
  isKey,
  Range,
  textOf,
  tupleOf,
  typeName,
  type Value,
} from "../values/values.ts";
import { folded, memberAt } from "./attribute.ts";
import { type Filters, keepMark } from "./filter.ts";

/** Jinja2's filters for lists and dicts. */
export const listFilters: Filters = {
  first(value, args) {
    if (!(value instanceof Generator)) return iterate(value, args.budget)[0];
    const { done, value: item } = value.items.next();
    return done ? undefined : item;
  },
  last: (value, args) => reversible(value, "last", args).at(-1),
  random(value, args) {
    const items = iterate(value, args.budget);
    const isIndexed = textOf(value) !== undefined || Array.isArray(value) || value instanceof Range;
    if (!isIndexed && items.length > 0) {
      throw renderingProblem(`the filter "random" takes a list, not a ${typeName(value)}`);
    }
    return items[Math.floor(Math.random() * items.length)];
  },
  list: (value, args) => [...iterate(value, args.budget)],
  items(value, args) {
    new BoundArguments(args, []);
    if (value !== undefined && !(value instanceof Dict)) {
      throw renderingProblem('the filter "items" takes a dict');
    }
    return generate(function* () {
      if (value) yield* new DictView("items", value);
    });
  },
  join(value, args) {
    const bound = new BoundArguments(args, ["d", "attribute"]);
    const separator = bound.printed("d");
    const memberOf = memberAt(bound.value("attribute"), args);
    const texts = iterate(value, args.budget).map((it) => pythonText(memberOf(it), args.budget));
    args.budget.text(texts.reduce((sum, text) => sum + text.length + separator.length, 0));
    return texts.join(separator);
  },
  reverse(value, args) {
    const items = [...iterate(value, args.budget)].reverse();
    if (textOf(value) !== undefined) return keepMark(value, items.map((it) => textOf(it)).join(""));
    // A generator cannot be reversed: Jinja2 reads it into a list first.
    return value instanceof Generator ? items : generate(() => items.values());
  },
  sort(value, args) {
    const bound = new BoundArguments(args, ["reverse", "case_sensitive", "attribute"]);
    const path = bound.value("attribute");
    const paths = textOf(path)?.split(",") ?? [path];
    const getters = paths.map((one) => memberAt(one, args));
    const isCaseSensitive = bound.flag("case_sensitive");
    return sorted(
      iterate(value, args.budget),
      (it) => getters.map((memberOf) => folded(memberOf(it), isCaseSensitive, args)),
      bound.flag("reverse"),
      args,
    );
  },
  dictsort(value, args) {
    const bound = new BoundArguments(args, ["case_sensitive", "by", "reverse"]);
    const by = bound.text("by", "key");
    if (by !== "key" && by !== "value") {
      throw renderingProblem('the filter "dictsort" sorts by "key" or "value"');
    }
    if (!(value instanceof Dict)) throw renderingProblem('the filter "dictsort" takes a dict');
    args.budget.step(value.size);
    const isCaseSensitive = bound.flag("case_sensitive");
    const pairs = [...value].map((pair) => tupleOf(pair));
    const keyOf = (pair: Value) =>
      folded(Array.isArray(pair) ? pair[by === "key" ? 0 : 1] : pair, isCaseSensitive, args);
    return sorted(pairs, keyOf, bound.flag("reverse"), args);
  },
  unique(value, args) {
    const bound = new BoundArguments(args, ["case_sensitive", "attribute"]);
    const memberOf = memberAt(bound.value("attribute"), args);
    const isCaseSensitive = bound.flag("case_sensitive");
    return generate(function* () {
      const seen = new Dict();
      for (const item of iterate(value, args.budget)) {
        const key = folded(memberOf(item), isCaseSensitive, args);
        if (!isKey(key))
          throw renderingProblem(`a ${typeName(key)} cannot be compared by "unique"`);
        if (seen.has(key)) continue;
        seen.set(key, null);
        yield item;
      }
    });
  },
  min: (value, args) => extreme(value, args, -1),
  max: (value, args) => extreme(value, args, 1),
  sum(value, args) {
    const bound = new BoundArguments(args, ["attribute", "start"]);
    const memberOf = memberAt(bound.value("attribute"), args);
    const start = bound.has("start") ? bound.value("start") : 0n;
    if (textOf(start) !== undefined) throw renderingProblem('the filter "sum" takes no texts');
    return iterate(value, args.budget).reduce<Value>(
      (sum, it) => operate("+", sum, memberOf(it), args.budget),
      start,
    );
  },
  groupby(value, args) {
    const names = ["attribute", "default", "case_sensitive"];
    const bound = new BoundArguments(args, names, 1);
    const memberOf = memberAt(
      bound.value("attribute"),
      args,
      bound.has("default") ? bound.value("default") : null,
    );
    const isCaseSensitive = bound.flag("case_sensitive");
    const keyOf = (it: Value) => folded(memberOf(it), isCaseSensitive, args);
    const groups: { key: Value; items: Value[] }[] = [];
    for (const item of sorted(iterate(value, args.budget), keyOf, false, args)) {
      const [key, last] = [keyOf(item), groups.at(-1)];
      if (last && equals(last.key, key, args.budget)) last.items.push(item);
      else groups.push({ key, items: [item] });
    }
    return groups.map(({ key, items }) => {
      const group = new Group();
      group.push(isCaseSensitive ? key : memberOf(items[0]), items);
      return group;
    });
  },
  batch(value, args) {
    const bound = new BoundArguments(args, ["linecount", "fill_with"], 1);
    const [size, filler] = [bound.integer("linecount"), bound.value("fill_with")];
    const items = iterate(value, args.budget);
    return generate(function* () {
      if (size < 1) throw renderingProblem('the filter "batch" needs a size of at least 1');
      for (let start = 0; start < items.length; start += size) {
        const batch = items.slice(start, start + size);
        const missing = bound.isGiven("fill_with") ? size - batch.length : 0;
        args.budget.step(missing);
        yield [...batch, ...Array.from({ length: missing }, () => filler)];
      }
    });
  },
  slice(value, args) {
    const bound = new BoundArguments(args, ["slices", "fill_with"], 1);
    const [count, filler] = [bound.integer("slices"), bound.value("fill_with")];
    const items = iterate(value, args.budget);
    args.budget.step(Math.max(0, count));
    return generate(function* () {
      if (count === 0) throw renderingProblem('the filter "slice" needs at least 1 slice');
      const [size, longer] = [Math.floor(items.length / count), items.length % count];
      let start = 0;
      for (let index = 0; index < count; index += 1) {
        const end = start + size + (index < longer ? 1 : 0);
        const isFilled = bound.isGiven("fill_with") && index >= longer;
        yield [...items.slice(start, end), ...(isFilled ? [filler] : [])];
        start = end;
      }
    });
  },
};

/** Sorts as Python does: equal items keep their order, in reverse as well. */
function sorted(
  items: readonly Value[],
  keyOf: (item: Value) => Value,
  isReverse: boolean,
  { budget }: CallArguments,
): Value[] {
  const sign = isReverse ? -1 : 1;
  return items
    .map((item) => ({ item, key: keyOf(item) }))
    .sort((one, other) => sign * order(one.key, other.key, budget))
    .map(({ item }) => item);
}

function reversible(value: Value, filter: string, args: CallArguments): readonly Value[] {
  if (!(value instanceof Generator)) return iterate(value, args.budget);
  throw renderingProblem(`the filter "${filter}" does not take a generator: add "list" before it`);
}

function extreme(value: Value, args: CallArguments, sign: 1 | -1): Value {
  const bound = new BoundArguments(args, ["case_sensitive", "attribute"]);
  const memberOf = memberAt(bound.value("attribute"), args);
  const isCaseSensitive = bound.flag("case_sensitive");
  const keyOf = (item: Value) => folded(memberOf(item), isCaseSensitive, args);
  const [first, ...rest] = iterate(value, args.budget);
  let best = { item: first, key: first === undefined ? first : keyOf(first) };
  for (const item of rest) {
    const key = keyOf(item);
    if (order(key, best.key, args.budget) * sign > 0) best = { item, key };
  }
  return best.item;
}
