import { type Model, Refused, type Version } from "./fake-store.ts";

/** A row that a filter of MLflow's search looks at. */
interface Row {
  readonly name: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly number?: number;
}

type Test = (row: Row) => boolean;

/** The conditions this server sends, each as MLflow understands it. */
const forms: readonly [RegExp, (parts: readonly string[]) => Test][] = [
  [
    /^tags\.`([^`]+)` = '(.*)'$/,
    ([key = "", value]) =>
      (row) =>
        row.tags.get(key) === value,
  ],
  [
    /^name = '(.*)'$/,
    ([name]) =>
      (row) =>
        row.name === name,
  ],
  [
    /^name IN \((.*)\)$/,
    ([list = ""]) => {
      const names = new Set([...list.matchAll(/'([^']*)'/g)].map(([, name]) => name ?? ""));
      return (row) => names.has(row.name);
    },
  ],
  [
    /^name ILIKE '%(.*)%'$/,
    ([part = ""]) =>
      (row) =>
        row.name.toLowerCase().includes(part.toLowerCase()),
  ],
  [
    /^version_number = (\d+)$/,
    ([number]) =>
      (row) =>
        row.number === Number(number),
  ],
  [
    /^version_number < (\d+)$/,
    ([number]) =>
      (row) =>
        (row.number ?? 0) < Number(number),
  ],
  [
    /^version_number > (\d+)$/,
    ([number]) =>
      (row) =>
        (row.number ?? 0) > Number(number),
  ],
];

/** @throws Refused for a condition that no request of this server has */
export function parseFilter(filter: string): Test {
  const tests = filter.split(" AND ").map((condition) => {
    for (const [pattern, test] of forms) {
      const found = pattern.exec(condition);
      if (found) return test(found.slice(1));
    }
    throw new Refused(400, "INVALID_PARAMETER_VALUE", `The fake knows no filter ${condition}`);
  });
  return (row) => tests.every((test) => test(row));
}

/** One page of the models, and the token of the next. */
export function searchModels(models: Iterable<Model>, query: URLSearchParams) {
  const test = parseFilter(query.get("filter") ?? "");
  const order = query.get("order_by") ?? "name ASC";
  const sign = order.endsWith("DESC") ? -1 : 1;
  const byTime = order.startsWith("last_updated_timestamp");
  const found = [...models].filter(test).toSorted((a, b) => {
    const time = sign * (a.last_updated_timestamp - b.last_updated_timestamp);
    return (byTime && time) || (a.name < b.name ? -1 : 1);
  });
  return pageOf(found, query);
}

export function searchVersions(models: Iterable<Model>, query: URLSearchParams) {
  const test = parseFilter(query.get("filter") ?? "");
  const versions = [...models].flatMap((model) => model.versions);
  const descending = query.get("order_by") === "version_number DESC";
  const found = versions.filter(test).toSorted((a, b) => compare(a, b, descending));
  return pageOf(found, query);
}

function compare(a: Version, b: Version, descending: boolean): number {
  if (descending) return b.number - a.number;
  return a.name < b.name ? -1 : 1;
}

/** MLflow's tokens are base64 of an offset. */
function pageOf<Item>(found: readonly Item[], query: URLSearchParams) {
  const token = query.get("page_token");
  const decoded = token ? Buffer.from(token, "base64").toString("utf8") : '{"offset":0}';
  const from = Number(/\d+/.exec(decoded)?.[0]);
  const to = from + Number(query.get("max_results") ?? 100);
  const next = to < found.length ? Buffer.from(`{"offset": ${to}}`).toString("base64") : undefined;
  return { items: found.slice(from, to), next };
}
