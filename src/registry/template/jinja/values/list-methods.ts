import { renderingProblem } from "../problem.ts";
import { BoundArguments } from "./arguments.ts";
import { equals, order } from "./compare.ts";
import { iterate } from "./iterate.ts";
import type { CallArguments, Range, Value } from "./values.ts";

type Methods<Self> = Readonly<Record<string, (self: Self, args: CallArguments) => Value>>;

/** Methods that lists and tuples share. */
export const sequenceMethods: Methods<readonly Value[] | Range> = {
  count(items, args) {
    const wanted = new BoundArguments(args, ["value"], 1).value("value");
    return BigInt([...items].filter((item) => equals(item, wanted, args.budget)).length);
  },
  index(items, args) {
    const bound = new BoundArguments(args, ["value", "start", "stop"], 1);
    const all: readonly Value[] = [...items];
    const placed = (at: number) => (at < 0 ? Math.max(0, at + all.length) : at);
    const start = placed(bound.integer("start", 0));
    const stop = placed(bound.integer("stop", all.length));
    const index = all.findIndex(
      (item, at) => at >= start && at < stop && equals(item, bound.value("value"), args.budget),
    );
    if (index === -1) throw renderingProblem("index() did not find the value in the list");
    return BigInt(index);
  },
};

export const listMethods: Methods<Value[]> = {
  append(list, args) {
    list.push(new BoundArguments(args, ["object"], 1).value("object"));
    return null;
  },
  extend(list, args) {
    const items = new BoundArguments(args, ["iterable"], 1).value("iterable");
    for (const item of iterate(items, args.budget)) list.push(item);
    return null;
  },
  insert(list, args) {
    const bound = new BoundArguments(args, ["index", "object"], 2);
    args.budget.step(list.length);
    list.splice(bound.integer("index"), 0, bound.value("object"));
    return null;
  },
  pop(list, args) {
    const index = new BoundArguments(args, ["index"]).integer("index", -1);
    args.budget.step(list.length);
    const at = index < 0 ? index + list.length : index;
    if (at < 0 || at >= list.length) throw renderingProblem("pop() found no such item in the list");
    return list.splice(at, 1)[0];
  },
  remove(list, args) {
    const wanted = new BoundArguments(args, ["value"], 1).value("value");
    const index = list.findIndex((item) => equals(item, wanted, args.budget));
    if (index === -1) throw renderingProblem("remove() did not find the value in the list");
    list.splice(index, 1);
    return null;
  },
  copy(list, args) {
    new BoundArguments(args, []);
    args.budget.step(list.length);
    return [...list];
  },
  clear(list, args) {
    new BoundArguments(args, []);
    list.length = 0;
    return null;
  },
  reverse(list, args) {
    new BoundArguments(args, []);
    args.budget.step(list.length);
    list.reverse();
    return null;
  },
  sort(list, args) {
    const bound = new BoundArguments({ ...args, positional: [] }, ["key", "reverse"]);
    if (args.positional.length > 0) throw renderingProblem("sort() takes named arguments only");
    if (bound.isGiven("key")) throw renderingProblem('sort() with "key" is not supported');
    const sign = bound.flag("reverse") ? -1 : 1;
    args.budget.step(list.length);
    // In an array, JavaScript puts undefined last without a comparison.
    const items = list.map((item) => ({ item }));
    items.sort((one, other) => sign * order(one.item, other.item, args.budget));
    for (const [index, { item }] of items.entries()) list[index] = item;
    return null;
  },
};
