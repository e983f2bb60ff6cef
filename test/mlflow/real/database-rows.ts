import * as z from "zod";
import { plainJsonOrUndefined } from "../../../src/registry/json.ts";
import { withDatabase } from "../../support/database.ts";

const row = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));
type Row = z.infer<typeof row>;
type Select = (sql: string) => Row[];

/** A row: what kind it is of, such as "trace_tags[mlflow.traceName]", and its values by their paths. */
interface StoredRow {
  readonly kind: string;
  readonly values: ReadonlyMap<string, string>;
}

/** The rows of a file by what they are of. */
export type StoredRows = ReadonlyMap<string, StoredRow>;

/** The columns that tell one row of a table from another. IDs in them have names. */
const identities: Readonly<Record<string, readonly string[]>> = {
  ...{ assessments: ["trace_id", "name"], datasets: ["name"], spans: ["span_id"] },
  ...{ entity_associations: ["source_id", "destination_type"], trace_info: ["request_id"] },
  ...{ evaluation_dataset_records: ["input_hash"], span_metrics: ["span_id", "key"] },
  ...{ trace_tags: ["request_id", "key"], trace_request_metadata: ["request_id", "key"] },
  ...{ trace_metrics: ["request_id", "key"], tags: ["key"], params: ["key"], metrics: ["key"] },
  ...{ latest_metrics: ["key"], evaluation_dataset_tags: ["key"], model_version_tags: ["key"] },
  registered_model_tags: ["key"],
};

const times = /(_time|_timestamp|_ms|_nano|_ns|^timestamp)$/;

/** Every row of a file, without IDs, times and hashes. */
export function readRows(path: string): StoredRows {
  return withDatabase(path, (db) => {
    const select: Select = (sql) => z.array(row).parse(db.prepare(sql).all());
    const names = namesOf(select);
    const rows = new Map<string, StoredRow>();
    const tables = select("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
    for (const table of tables.map(({ name }) => String(name))) {
      if (table === "alembic_version" || table.startsWith("sqlite_")) continue;
      const identity = identities[table] ?? [];
      const kindColumn = identity.find(
        (column) => column === "key" || column === "destination_type",
      );
      for (const stored of select(`SELECT * FROM ${table}`)) {
        const parts = identity.map((column) => named(String(stored[column]), names));
        const kind = kindColumn === undefined ? table : `${table}[${stored[kindColumn]}]`;
        const values = Object.entries(stored).flatMap(([column, value]) =>
          leaves(column, value, names),
        );
        rows.set(`${table} ${parts.join(" ")}`, { kind, values: new Map(values) });
      }
    }
    return rows;
  });
}

/** Where two files differ, by kind of row and path, with an example of both. */
export function differences(theirs: StoredRows, ours: StoredRows): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const place of new Set([...theirs.keys(), ...ours.keys()])) {
    const [one, other] = [theirs.get(place), ours.get(place)];
    if (one === undefined || other === undefined) {
      found.set(`${one ? "MLflow" : "we"} alone: ${(one ?? other)?.kind}`, place);
      continue;
    }
    for (const path of new Set([...one.values.keys(), ...other.values.keys()])) {
      const [wrote, written] = [one.values.get(path), other.values.get(path)];
      if (wrote !== written) found.set(`${one.kind}.${path}`, `${wrote} | ${written}`);
    }
  }
  return found;
}

/** Names for the IDs of a file, by what they are of. */
function namesOf(select: Select): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const name = (id: unknown, of: string) => names.set(String(id), of);
  for (const { run_uuid } of select("SELECT run_uuid FROM runs")) name(run_uuid, "run");
  for (const { dataset_id } of select("SELECT dataset_id FROM evaluation_datasets")) {
    name(dataset_id, "dataset");
  }
  for (const { dataset_uuid } of select("SELECT dataset_uuid FROM datasets")) {
    name(dataset_uuid, "input");
  }
  const rootsFirst = "SELECT * FROM spans ORDER BY parent_span_id IS NOT NULL";
  for (const { trace_id, span_id, name: span, content } of select(rootsFirst)) {
    const question = /question[\\": ]+([^\\"]+)/.exec(String(content))?.[1]?.slice(0, 2);
    const trace = names.get(String(trace_id)) ?? `${span} ${question}`;
    const ofSpan = `${trace}/${span}`;
    name(trace_id, trace).set(base64(String(trace_id).slice("tr-".length)), trace);
    name(span_id, ofSpan).set(base64(String(span_id)), ofSpan);
  }
  return names;
}

function base64(hex: string): string {
  return Buffer.from(hex, "hex").toString("base64");
}

/** The scalars and lists of a value, by their paths. JSON texts are read. */
function leaves(
  path: string,
  value: unknown,
  names: ReadonlyMap<string, string>,
): (readonly [string, string])[] {
  const last = path.split(".").at(-1) ?? "";
  if (value !== null && times.test(last)) return [[path, "a time"]];
  const isJson = typeof value === "string" && /^[[{"]/.test(value) && !last.endsWith("_preview");
  const json = isJson ? plainJsonOrUndefined(value) : undefined;
  if (json !== undefined) return leaves(path, json, names);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([key, member]) =>
      leaves(`${path}.${key}`, member, names),
    );
  }
  return [[path, named(typeof value === "string" ? value : JSON.stringify(value), names)]];
}

/** Names for IDs that are referred to, and the form of others. */
function named(text: string, names: ReadonlyMap<string, string>): string {
  const whole = names.get(text);
  if (whole !== undefined) return whole;
  return text
    .replace(/\b(tr-|d-)?[0-9a-f]{32}\b/g, (id) => names.get(id) ?? "an ID")
    .replace(/^[0-9a-f]{8}$/, "a digest");
}
