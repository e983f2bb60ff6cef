import type { Command } from "./command.ts";
import { transferFields } from "./transfer-report.ts";

/** The commands that carry whole registries. */
export const transferCommands: readonly Command[] = [
  {
    name: "migrate",
    arguments: [],
    options: [
      {
        flag: "from",
        placeholder: "REGISTRY",
        help: "the source, written as MLFLOW_TRACKING_URI (?workspace=NAME may follow), or langfuse:FILE for a Langfuse export",
      },
      { flag: "to", placeholder: "REGISTRY", help: "the target, written as MLFLOW_TRACKING_URI" },
      { flag: "from-workspace", placeholder: "NAME", help: "the workspace of the source" },
      { flag: "to-workspace", placeholder: "NAME", help: "the workspace of the target" },
      { flag: "dry-run", help: "show what would be written, and write nothing" },
    ],
    summary: "carry all prompts of a registry over to another, with their history",
    example: ["migrate --from sqlite:///registry.db --to sqlite:///copy.db"],
    settings: "stdio",
    json: transferFields,
    load: () => import("./commands/migrate.ts"),
  },
  {
    name: "backup",
    arguments: [{ name: "FILE", help: "the file to write, which its owner alone can read" }],
    options: [{ flag: "force", help: "replace a file that exists" }],
    summary: "write all prompts of the registry to one file",
    example: ["backup prompts.backup"],
    settings: "stdio",
    json: ["file", "prompts", "versions", "problems"],
    load: () => import("./commands/backup.ts"),
  },
  {
    name: "restore",
    arguments: [{ name: "FILE", help: "what backup wrote" }],
    options: [{ flag: "dry-run", help: "show what would be written, and write nothing" }],
    summary: "carry the prompts of a backup over to the registry",
    example: ["restore prompts.backup"],
    settings: "stdio",
    json: transferFields,
    load: () => import("./commands/restore.ts"),
  },
];
