import { renderingProblem } from "../problem.ts";
import { generate, iterate } from "../values/iterate.ts";
import { pythonText } from "../values/text.ts";
import { type CallArguments, isTrue, type Value } from "../values/values.ts";
import { type Getter, memberAt } from "./attribute.ts";
import type { ApplyFilter, Filters } from "./filter.ts";
import { applyTest } from "./tests.ts";

/** Jinja2's filters that apply a filter or a test to each item. */
export const selectionFilters: Filters = {
  map(value, args, applyFilter) {
    return generate(function* () {
      if (!isTrue(value)) return;
      const change = changeOf(args, applyFilter);
      for (const item of iterate(value, args.budget)) yield change(item);
    });
  },
  select: (value, args) => chosen(value, args, true, false),
  reject: (value, args) => chosen(value, args, false, false),
  selectattr: (value, args) => chosen(value, args, true, true),
  rejectattr: (value, args) => chosen(value, args, false, true),
};

/** What `map` does to each item: it reads a member, or applies a filter. */
function changeOf(args: CallArguments, applyFilter: ApplyFilter): Getter {
  const { positional, named } = args;
  if (positional.length === 0 && named.has("attribute")) {
    const unknown = [...named.keys()].find((name) => !["attribute", "default"].includes(name));
    if (unknown !== undefined) {
      throw renderingProblem(`the filter "map" has no argument named "${unknown}"`);
    }
    const fallback = named.has("default") ? named.get("default") : null;
    return memberAt(named.get("attribute"), args, fallback);
  }
  if (positional.length === 0) throw renderingProblem('the filter "map" needs a filter');
  const name = pythonText(positional[0], args.budget);
  const inner = { ...args, callee: `the filter "${name}"`, positional: positional.slice(1) };
  return (item) => applyFilter(name, item, inner);
}

/** The items for which a test of the item or its member has the wanted result. */
function chosen(value: Value, args: CallArguments, wanted: boolean, ofMember: boolean): Value {
  return generate(function* () {
    if (!isTrue(value)) return;
    const isChosen = ofMember ? testOfMember(args) : testOf(args);
    for (const item of iterate(value, args.budget)) if (isChosen(item) === wanted) yield item;
  });
}

function testOfMember(args: CallArguments): (item: Value) => boolean {
  const [path, ...rest] = args.positional;
  if (args.positional.length === 0) throw renderingProblem(`${args.callee} needs a member`);
  const memberOf = memberAt(path, args);
  const isChosen = testOf({ ...args, positional: rest });
  return (item) => isChosen(memberOf(item));
}

/** Without the name of a test, an item counts by its truth. */
function testOf({ positional, named, budget }: CallArguments): (item: Value) => boolean {
  if (positional.length === 0) return isTrue;
  const [test, ...rest] = positional;
  const name = pythonText(test, budget);
  const inner = { callee: `the test "${name}"`, positional: rest, named, budget };
  return (item) => applyTest(name, item, inner);
}
