import { mcpClients } from "../connect/clients.ts";
import type { Command, CommandEntry } from "./command.ts";
import { shells } from "./completion.ts";
import { evaluateOptions } from "./evaluate-request.ts";
import { promptCommands } from "./prompt-commands.ts";
import { transferCommands } from "./transfer-commands.ts";

/** The commands that serve, which `parseCommandLine` reads. */
export const servingCommands: readonly CommandEntry[] = [
  {
    name: "stdio",
    arguments: [],
    options: [],
    summary: "serve one client over standard input and output (the default)",
    example: ["stdio --read-only"],
    settings: "stdio",
  },
  {
    name: "http",
    arguments: [],
    options: [],
    summary: "serve over Streamable HTTP at /mcp and /mcp/{workspace}",
    example: ["http --port 9000"],
    settings: "http",
  },
];

/** All other commands, in the order of the help. What one does is in the file of its name in commands/. */
export const commands: readonly Command[] = [
  ...promptCommands,
  {
    name: "evaluate",
    arguments: [
      {
        name: "REF",
        help: "a version, such as qa@production or qa/3; the first is the baseline",
        many: true,
      },
    ],
    options: evaluateOptions,
    summary: "measure versions of a prompt on a dataset, the first as the baseline",
    example: [
      "evaluate qa@production qa --dataset questions --scorers exact_match",
      "evaluate qa@production qa --dataset questions --gate",
    ],
    settings: "stdio",
    json: [
      ...["name", "dataset", "judge_model", "repeats", "complete", "versions", "changed_rows"],
      ...["failures", "notes", "gates"],
    ],
    missing: "evaluate needs at least one version, such as qa@production or qa/3.",
    load: () => import("./commands/evaluate.ts"),
  },
  {
    name: "add-to-dataset",
    arguments: [
      { name: "NAME", help: "name or ID of the dataset" },
      { name: "FILE", help: "a JSON list, JSON Lines, or .csv" },
    ],
    options: [
      { flag: "prompt", placeholder: "PROMPT", help: "the prompt that a new dataset is for" },
    ],
    summary: "add the rows of a file to a dataset, which is made if there is none",
    example: ["add-to-dataset questions questions.jsonl --prompt qa"],
    settings: "stdio",
    json: ["dataset", "created", "inserted", "merged", "warnings"],
    missing:
      "add-to-dataset needs the name of a dataset and a file: mlflow-prompts-mcp add-to-dataset NAME FILE.",
    load: () => import("./commands/add-to-dataset.ts"),
  },
  ...transferCommands,
  {
    name: "push",
    arguments: [
      { name: "FOLDER", help: "a folder of prompt files; default: this one", optional: true },
    ],
    options: [
      { flag: "check", help: "write nothing; exit code 3 when a change would break callers" },
      { flag: "dry-run", help: "write nothing, and show what would be written" },
      { flag: "message", placeholder: "TEXT", help: "commit message of the versions" },
      { flag: "allow-breaking", help: "register also what breaks callers of what is served" },
    ],
    summary: "register what differs in a folder of prompt files",
    example: ["push prompts --check", 'push prompts --message "Ask for the order number"'],
    settings: "stdio",
    json: ["name", "file", "action", "version", "verdict", "findings", "diff", "error"],
    load: () => import("./commands/push.ts"),
  },
  {
    name: "pull",
    arguments: [
      { name: "FOLDER", help: "a folder of prompt files; default: this one", optional: true },
    ],
    options: [
      {
        flag: "alias",
        placeholder: "ALIAS",
        help: "the versions of an alias, not the newest ones",
      },
      { flag: "only", placeholder: "NAME", help: "only this prompt", many: true },
      { flag: "dry-run", help: "write nothing, and show what would be written" },
      {
        flag: "force",
        help: "also write over files that were changed since they were last the same",
      },
    ],
    summary: "write the prompts of the registry into a folder of prompt files",
    example: ["pull prompts", "pull prompts --alias production"],
    settings: "stdio",
    json: ["name", "file", "action", "version", "diff", "error"],
    load: () => import("./commands/pull.ts"),
  },
  {
    name: "webhooks",
    arguments: [
      {
        name: "ACTION",
        help: "install, remove, or status: shows and tests it; exit code 0 if it works",
        values: ["install", "remove", "status"],
      },
    ],
    options: [],
    summary: "install, remove or test the webhook that notifies the http command of changes",
    example: ["webhooks status"],
    settings: "webhooks",
    json: ["name", "ok", "installed", "url", "events", "messages"],
    missing: "webhooks needs one of install, remove and status.",
    load: () => import("./commands/webhooks.ts"),
  },
  {
    name: "doctor",
    arguments: [],
    options: [],
    summary: "check the settings, the registry and this machine, and say what to do",
    example: ["doctor", "doctor --json name,status"],
    settings: "stdio",
    json: ["name", "status", "detail", "cure", "fault"],
    load: () => import("./commands/doctor.ts"),
  },
  {
    name: "dev",
    arguments: [],
    options: [
      { flag: "data", placeholder: "FOLDER", help: "keep MLflow's data there, for the next start" },
    ],
    summary:
      "start a local MLflow with sample prompts in two workspaces, and this server before it",
    example: ["dev", "dev --data my-mlflow"],
    load: () => import("./commands/dev.ts"),
  },
  {
    name: "announce",
    arguments: [{ name: "URL", help: "the address of an http command's MCP endpoint" }],
    options: [
      { flag: "dry-run", help: "say what would be done, and do nothing" },
      { flag: "remove", help: "remove the address, and the entry with its last address" },
    ],
    summary: "enter a hosted server into MLflow's registry of MCP servers (MLflow 3.15 and newer)",
    example: ["announce https://prompts.example.com/mcp --dry-run"],
    settings: "stdio",
    json: ["name", "version", "url", "remove", "dry_run", "steps"],
    load: () => import("./commands/announce.ts"),
  },
  {
    name: "connect",
    arguments: [
      {
        name: "CLIENT",
        help: "such as cursor; without one, the clients",
        optional: true,
        values: mcpClients.map(({ id }) => id),
      },
    ],
    options: [
      { flag: "project", help: "the file of the project in this folder, not that of the person" },
      { flag: "http", placeholder: "URL", help: "connect to a server, instead of starting one" },
      { flag: "authorization", help: "with --http: send a header Authorization" },
      { flag: "name", placeholder: "NAME", help: "the server's name, default mlflow-prompts" },
      { flag: "print", help: "print the configuration, and change no file" },
      { flag: "dry-run", help: "show the change, and write nothing" },
      { flag: "yes", help: "write without a question; a script must say so" },
    ],
    summary: "add this server to the configuration of a client, after showing the change",
    example: ["connect", "connect cursor --project --dry-run", "connect codex --print"],
    settings: "stdio",
    json: [
      ...["client", "title", "file", "installed", "configured", "changed", "written", "diff"],
      ...["copy", "config", "link", "placeholders"],
    ],
    load: () => import("./commands/connect.ts"),
  },
  {
    name: "completion",
    arguments: [{ name: "SHELL", help: "bash, zsh, fish or powershell", values: shells }],
    options: [],
    summary: "print a script that completes commands and flags in a shell",
    example: ["completion bash"],
    load: () => import("./commands/completion.ts"),
  },
];
