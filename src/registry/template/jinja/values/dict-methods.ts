import { renderingProblem } from "../problem.ts";
import { BoundArguments } from "./arguments.ts";
import { iterate } from "./iterate.ts";
import {
  type CallArguments,
  Dict,
  type DictKey,
  DictView,
  isKey,
  tupleOf,
  typeName,
  type Value,
} from "./values.ts";

export const dictMethods: Readonly<Record<string, (dict: Dict, args: CallArguments) => Value>> = {
  items: (dict, args) => viewOf("items", dict, args),
  keys: (dict, args) => viewOf("keys", dict, args),
  values: (dict, args) => viewOf("values", dict, args),
  get(dict, args) {
    const bound = new BoundArguments(args, ["key", "default"], 1);
    const key = keyOf(bound.value("key"));
    if (dict.has(key)) return dict.get(key);
    return bound.has("default") ? bound.value("default") : null;
  },
  setdefault(dict, args) {
    const bound = new BoundArguments(args, ["key", "default"], 1);
    const key = keyOf(bound.value("key"));
    if (!dict.has(key)) dict.set(key, bound.has("default") ? bound.value("default") : null);
    return dict.get(key);
  },
  pop(dict, args) {
    const bound = new BoundArguments(args, ["key", "default"], 1);
    const key = keyOf(bound.value("key"));
    if (!dict.has(key) && !bound.has("default")) {
      throw renderingProblem("pop() found no such key in the dict");
    }
    const value = dict.has(key) ? dict.get(key) : bound.value("default");
    dict.delete(key);
    return value;
  },
  popitem(dict, args) {
    new BoundArguments(args, []);
    const last = [...dict].at(-1);
    if (!last) throw renderingProblem("popitem() found no item in the dict");
    dict.delete(last[0]);
    return tupleOf(last);
  },
  update(dict, args) {
    const [other] = args.positional;
    if (args.positional.length > 1) throw renderingProblem("update() takes one dict");
    if (other !== undefined) {
      for (const [key, value] of entriesOf(other, args)) dict.set(key, value);
    }
    for (const [key, value] of args.named) dict.set(key, value);
    return null;
  },
  copy(dict, args) {
    new BoundArguments(args, []);
    args.budget.step(dict.size);
    return new Dict(dict);
  },
  clear(dict, args) {
    new BoundArguments(args, []);
    dict.clear();
    return null;
  },
};

function viewOf(kind: DictView["kind"], dict: Dict, args: CallArguments): DictView {
  new BoundArguments(args, []);
  return new DictView(kind, dict);
}

/** @throws JinjaProblem for a value that cannot be a key */
export function keyOf(value: Value): DictKey {
  if (isKey(value)) return value;
  throw renderingProblem(`a ${typeName(value)} cannot be the key of a dict`);
}

/** Returns the members of a dict, or of a list of pairs. */
export function entriesOf(value: Value, { budget }: CallArguments): [DictKey, Value][] {
  if (value instanceof Dict) {
    budget.step(value.size);
    return [...value].map(([key, member]) => [key, member]);
  }
  if (value === undefined) throw renderingProblem("a missing value has no members");
  return iterate(value, budget).map((pair) => {
    const [key, member, ...more] = iterate(pair, budget);
    if (iterate(pair, budget).length !== 2 || more.length > 0) {
      throw renderingProblem("a dict is made of pairs");
    }
    return [keyOf(key), member];
  });
}
