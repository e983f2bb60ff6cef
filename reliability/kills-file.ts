import * as z from "zod";
import { withDatabase } from "../test/support/database.ts";
import { emptyState, type State } from "./kills-state.ts";

const deleted = "Deleted_Internal";

const found = z.object({
  integrity: z.array(z.object({ integrity_check: z.string() })),
  orphans: z.array(z.object({ n: z.int() })),
  versions: z.array(z.object({ name: z.string(), version: z.int(), current_stage: z.string() })),
  versionTags: z.array(
    z.object({ name: z.string(), version: z.int(), key: z.string(), value: z.string() }),
  ),
  tags: z.array(z.object({ name: z.string(), key: z.string(), value: z.string() })),
  aliases: z.array(z.object({ name: z.string(), alias: z.string(), version: z.int() })),
});
type Found = z.infer<typeof found>;

const one = z.object({ n: z.int() });
const nothing: Found = {
  ...{ integrity: [{ integrity_check: "ok" }], orphans: [{ n: 0 }] },
  ...{ versions: [], versionTags: [], tags: [], aliases: [] },
};

/** The state of each prompt in the file, read as another program would, and the file's problems. */
export interface FileContents {
  readonly problem: string | undefined;
  readonly of: (name: string) => State;
}

const orphans = `SELECT
  (SELECT count(*) FROM model_version_tags AS t LEFT JOIN model_versions AS v
     ON v.name = t.name AND v.version = t.version WHERE v.name IS NULL)
  + (SELECT count(*) FROM registered_model_tags AS t LEFT JOIN registered_models AS m
     ON m.name = t.name WHERE m.name IS NULL)
  + (SELECT count(*) FROM model_versions AS v LEFT JOIN registered_models AS m
     ON m.name = v.name WHERE m.name IS NULL)
  + (SELECT count(*) FROM registered_model_aliases AS a LEFT JOIN model_versions AS v
     ON v.name = a.name AND v.version = a.version AND v.current_stage <> '${deleted}'
     WHERE v.name IS NULL) AS n`;

/** What `contentsOf` reads. */
export function readRows(path: string): unknown {
  return withDatabase(path, (db) => {
    const { n } = one.parse(db.prepare("SELECT count(*) AS n FROM sqlite_master").get());
    // Killed before it was made: the file is made in one transaction.
    if (n === 0) return nothing;
    return {
      integrity: db.prepare("PRAGMA integrity_check").all(),
      orphans: db.prepare(orphans).all(),
      versions: db
        .prepare("SELECT name, version, current_stage FROM model_versions ORDER BY version")
        .all(),
      versionTags: db.prepare("SELECT name, version, key, value FROM model_version_tags").all(),
      tags: db.prepare("SELECT name, key, value FROM registered_model_tags").all(),
      aliases: db.prepare("SELECT name, alias, version FROM registered_model_aliases").all(),
    };
  });
}

export function contentsOf(rows: unknown): FileContents {
  const read = found.parse(rows);
  return { problem: schemaProblem(read), of: (name) => stateOf(read, name) };
}

function schemaProblem({ integrity, orphans, versions, versionTags }: Found): string | undefined {
  if (integrity[0]?.integrity_check !== "ok") return JSON.stringify(integrity);
  if (orphans[0]?.n !== 0) return `${orphans[0]?.n} rows belong to nothing`;
  const keys = new Set(versionTags.map(({ name, version, key }) => `${name}/${version}/${key}`));
  const half = versions
    .filter(({ current_stage }) => current_stage !== deleted)
    .filter(({ name, version }) => !isWhole(keys, `${name}/${version}`));
  return half.length > 0 ? `half a version: ${JSON.stringify(half)}` : undefined;
}

function isWhole(keys: ReadonlySet<string>, version: string): boolean {
  return ["mlflow.prompt.is_prompt", "mlflow.prompt.text", "_mlflow_prompt_type"].every((key) =>
    keys.has(`${version}/${key}`),
  );
}

function stateOf({ versions, versionTags, tags, aliases }: Found, name: string): State {
  const rows = versions.filter((row) => row.name === name);
  const last = rows.at(-1);
  if (last === undefined) return emptyState;
  const tagOf = (version: number, key: string) =>
    versionTags.find((row) => row.name === name && row.version === version && row.key === key)
      ?.value;
  const live = rows.filter(({ current_stage }) => current_stage !== deleted);
  const mark = tags.find((row) => row.name === name && row.key === "mark")?.value;
  return {
    next: last.version + 1,
    versions: Object.fromEntries(
      live.map(({ version }) => {
        const tag = tagOf(version, "mark");
        const text = tagOf(version, "mlflow.prompt.text") ?? "";
        return [version, { text, ...(tag === undefined ? {} : { tag }) }];
      }),
    ),
    aliases: Object.fromEntries(
      aliases.filter((row) => row.name === name).map(({ alias, version }) => [alias, version]),
    ),
    ...(mark === undefined ? {} : { tag: mark }),
  };
}
