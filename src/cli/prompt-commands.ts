import type { Command, CommandArgument, CommandOption } from "./command.ts";

const reference: CommandArgument = {
  name: "REF",
  help: "name, name@alias or name/3",
};

const valueWords: CommandArgument = {
  name: "NAME=VALUE",
  help: "a value for each variable",
  optional: true,
  many: true,
};

const valuesFile: CommandOption = {
  flag: "arguments",
  placeholder: "FILE",
  help: "a JSON object of values by name; - is standard input",
};

const moveOptions: readonly CommandOption[] = [
  { flag: "reason", placeholder: "TEXT", help: "why the alias moves, for its history" },
  { flag: "allow-breaking", help: "move although callers of the alias break" },
  { flag: "override-gate", help: "move without the evidence that a gate wants; needs --reason" },
  { flag: "dry-run", help: "say what the real call would do, and write nothing" },
];

const expectedVersion: CommandOption = {
  flag: "expected-version",
  placeholder: "NUMBER",
  help: "the version that the alias points at now; 0: there is no such alias",
};

const movedFields = [
  ...["name", "alias", "version", "moved", "previous_version", "served", "left_at"],
  ...["contract_change", "gate", "problem", "planned", "warnings", "rollback"],
];

/** The commands that do what the tools of the same purpose do. */
export const promptCommands: readonly Command[] = [
  {
    name: "list",
    arguments: [{ name: "QUERY", help: "words that the prompt is about", optional: true }],
    options: [
      { flag: "name", placeholder: "TEXT", help: "part of the name" },
      { flag: "tag", placeholder: "KEY=VALUE", help: "a tag that the prompt has", many: true },
      { flag: "alias", placeholder: "ALIAS", help: "an alias that the prompt has" },
      { flag: "variable", placeholder: "NAME", help: "a variable of the latest version" },
      { flag: "author", placeholder: "NAME", help: "who registered the latest version" },
      { flag: "not-live", help: "only prompts whose latest version is not the live one" },
      { flag: "never-evaluated", help: "only prompts whose latest version was never evaluated" },
      { flag: "details", help: "with since when aliases point where, and what was evaluated" },
      { flag: "changed-since", placeholder: "TIME", help: "such as yesterday, 7 days, 2026-01-31" },
      { flag: "order", placeholder: "ORDER", help: "name, relevance or changed" },
      { flag: "limit", placeholder: "COUNT", help: "at most so many; default: 100" },
    ],
    summary: "list prompts, or those that match a search",
    example: ["list", "list refund --alias production --json name,aliases"],
    settings: "stdio",
    json: [
      ...["name", "title", "description", "latest_version", "latest_created_at", "latest_author"],
      ...["latest_commit_message", "aliases", "tags", "variables", "updated_at", "alias_since"],
      ...["not_live", "evaluated", "alias_moves", "problem", "matched", "missing"],
    ],
    load: () => import("./commands/list.ts"),
  },
  {
    name: "show",
    arguments: [reference],
    options: [{ flag: "raw", help: "only the text, or the messages as JSON, as they are stored" }],
    summary: "show a version of a prompt; without alias or number the latest",
    example: ["show summarize@production", "show summarize --raw"],
    settings: "stdio",
    json: [
      ...["name", "version", "uri", "template", "messages", "arguments", "commit_message"],
      ...["aliases", "tags", "llm_config", "response_format", "created_at", "first_created_at"],
      ...[
        "author",
        "problem",
        "hints",
        "title",
        "description",
        "prompt_aliases",
        "gates",
        "comments",
        "reviews",
      ],
    ],
    load: () => import("./commands/show.ts"),
  },
  {
    name: "render",
    arguments: [reference, valueWords],
    options: [valuesFile],
    summary: "fill in a prompt; without alias or number the version that is served",
    example: ["render summarize 'text=A long article.'"],
    settings: "stdio",
    json: ["name", "version", "uri", "text", "messages", "notes"],
    load: () => import("./commands/render.ts"),
  },
  {
    name: "run",
    arguments: [reference, valueWords],
    options: [
      valuesFile,
      { flag: "model", placeholder: "NAME", help: "the model to ask; default: the version's" },
      { flag: "route", placeholder: "HOW", help: "auto: the tier of models that fits" },
    ],
    summary: "fill in a prompt and ask a model, which costs money",
    example: ["run summarize 'text=A long article.' --models small"],
    settings: "stdio",
    json: [
      ...["name", "version", "uri", "model", "route", "served_model", "failed_models", "text"],
      ...["format", "refusal", "tool_calls", "finish_reason", "usage", "cost_usd", "latency_ms"],
      ...["trace_id", "trace_url", "notes"],
    ],
    load: () => import("./commands/run.ts"),
  },
  {
    name: "diff",
    arguments: [
      reference,
      { name: "OTHER", help: "a newer version: a reference, number or alias" },
    ],
    options: [],
    summary: "show what changed between two versions, and what it means for callers",
    example: ["diff review-code/1 review-code@staging"],
    settings: "stdio",
    json: [
      ...["name", "from_version", "to_version", "older", "newer", "contract_change", "diff"],
      ...["added_variables", "removed_variables", "other_changes"],
    ],
    load: () => import("./commands/diff.ts"),
  },
  {
    name: "history",
    arguments: [{ name: "NAME", help: "the prompt" }],
    options: [{ flag: "limit", placeholder: "COUNT", help: "at most so many; default: 100" }],
    summary: "list the versions of a prompt, newest first",
    example: ["history review-code"],
    settings: "stdio",
    json: [
      ...["version", "commit_message", "aliases", "tags", "variables", "created_at"],
      ...["first_created_at", "author", "reviews", "problem"],
    ],
    load: () => import("./commands/history.ts"),
  },
  {
    name: "register",
    arguments: [
      { name: "NAME", help: "the prompt" },
      { name: "FILE", help: "a text, or messages in a .json file; - is standard input" },
    ],
    options: [
      { flag: "message", placeholder: "TEXT", help: "what changed and why" },
      { flag: "base-version", placeholder: "NUMBER", help: "the version that you changed" },
      { flag: "tag", placeholder: "KEY=VALUE", help: "a tag of the version", many: true },
      { flag: "chat", help: "the input is JSON messages, whatever the file is called" },
      { flag: "alias", placeholder: "ALIAS", help: "an alias to point at the new version" },
      { flag: "force", help: "register even if nothing changed" },
      ...moveOptions,
    ],
    summary: "register a prompt or its next version",
    example: ["register greeting greeting.txt --message 'First version'"],
    settings: "stdio",
    json: [
      ...["name", "version", "uri", "arguments", "commit_message", "problem", "hints"],
      ...["registered", "served", "refusal", "created_prompt", "kept", "contract_change", "diff"],
      ...["alias_move", "overtaken", "warnings", "refused_by"],
    ],
    load: () => import("./commands/register.ts"),
  },
  {
    name: "promote",
    arguments: [reference, { name: "ALIAS", help: "the alias to point at the version" }],
    options: [...moveOptions, expectedVersion],
    summary: "point an alias at a version; the exit code is 3 if a gate is not passed",
    example: [
      "promote review-code/1 staging --reason 'Fewer findings'",
      "promote summarize production --dry-run",
    ],
    settings: "stdio",
    json: movedFields,
    load: () => import("./commands/promote.ts"),
  },
  {
    name: "rollback",
    arguments: [
      { name: "NAME", help: "the prompt" },
      { name: "ALIAS", help: "the alias to move back" },
    ],
    options: [...moveOptions, expectedVersion],
    summary: "point an alias at the version that it had before its last move",
    example: ["rollback review-code staging"],
    settings: "stdio",
    json: movedFields,
    load: () => import("./commands/rollback.ts"),
  },
];
