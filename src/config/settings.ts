import * as z from "zod";
import { skillSelections } from "../registry/versions/prompt-tags.ts";
import { httpSettings } from "./http-settings.ts";
import { modelSettings } from "./model-settings.ts";
import { oauthSettings } from "./oauth-settings.ts";
import {
  type Setting,
  type SettingCommand,
  type SettingSource,
  servingCommands,
  setting,
} from "./setting.ts";
import { booleanText, countText, listText, numberText, optional } from "./texts.ts";
import { webhookSettings } from "./webhook-settings.ts";

/** Environment variables of the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

const commands = servingCommands;

function aliases() {
  return listText(
    /^[\p{L}\p{N}_-]+$/u,
    'it must be a list of aliases separated by commas, such as "production,latest"',
  );
}

/** The settings of both serving commands. */
const commonSettings = {
  serve: setting(aliases, {
    flag: "serve",
    variable: "MLFLOW_PROMPTS_SERVE",
    placeholder: "ALIAS,...",
    fallback: "production,latest",
    help: "aliases in order of preference: a prompt is served at the first one that it has; latest means its newest version",
    commands,
  }),
  readOnly: setting(booleanText, {
    flag: "read-only",
    variable: "MLFLOW_PROMPTS_READ_ONLY",
    fallback: "false",
    help: "offer no tool that writes to the registry",
    commands,
  }),
  protectedAliases: setting(aliases, {
    flag: "protected-aliases",
    variable: "MLFLOW_PROMPTS_PROTECTED_ALIASES",
    placeholder: "ALIAS,...",
    fallback: "production",
    help: "aliases that move to a version with an incompatible contract only on explicit request",
    commands,
  }),
  writableAliases: setting(aliases, {
    flag: "writable-aliases",
    variable: "MLFLOW_PROMPTS_WRITABLE_ALIASES",
    placeholder: "ALIAS,...",
    fallback: "",
    help: "aliases that may be set and deleted; empty means all",
    commands,
  }),
  promotionGate: setting(() => optional(z.string()), {
    flag: "promotion-gate",
    variable: "MLFLOW_PROMPTS_PROMOTION_GATE",
    placeholder: "JSON",
    fallback: "",
    help: "what a version must have been measured to be before an alias moves to it, for all prompts; a prompt's own gate (tag mcp.gate) adds to it",
    commands,
  }),
  strictContent: setting(booleanText, {
    flag: "strict-content",
    variable: "MLFLOW_PROMPTS_STRICT_CONTENT",
    fallback: "false",
    help: "refuse to register or promote invisible characters, look-alikes of protected aliases, and text that hosts execute",
    commands,
  }),
  skills: setting(() => z.enum(skillSelections, "it must be tagged, all or off"), {
    flag: "skills",
    variable: "MLFLOW_PROMPTS_SKILLS",
    placeholder: "WHICH",
    fallback: "tagged",
    help: "prompts to serve as skills, which models load by themselves: tagged (those with the tag mcp.skill = true), all, or off",
    commands,
  }),
  ui: setting(() => optional(booleanText()), {
    flag: "ui",
    variable: "MLFLOW_PROMPTS_UI",
    fallback: "",
    help: "the view for people: in chat hosts on unless --no-ui; in browsers at /ui of the http command, on for loopback addresses, elsewhere only with --ui",
    commands,
  }),
  systemRole: setting(
    () => z.enum(["fold", "label", "assistant"], "it must be fold, label or assistant"),
    {
      flag: "system-role",
      variable: "MLFLOW_PROMPTS_SYSTEM_ROLE",
      placeholder: "HOW",
      fallback: "fold",
      help: "how to send system messages, which MCP does not have: fold them into the user message, label them [system], or send them as assistant messages",
      commands,
    },
  ),
  messages: setting(() => z.enum(["auto", "all", "one"], "it must be auto, all or one"), {
    flag: "messages",
    variable: "MLFLOW_PROMPTS_MESSAGES",
    placeholder: "HOW",
    fallback: "auto",
    help: "how to send chat prompts: all messages, one message, or auto (one message for hosts that read only the first)",
    commands,
  }),
  auditLog: setting(() => optional(z.string()), {
    flag: "audit-log",
    variable: "MLFLOW_PROMPTS_AUDIT_LOG",
    placeholder: "FILE",
    fallback: "",
    help: "file to append one line to for each write, done or refused; default: standard error",
    commands: ["stdio", "http", "webhooks"],
  }),
  clientTrace: setting(() => z.enum(["parent", "link"], "it must be parent or link"), {
    flag: "client-trace",
    variable: "MLFLOW_PROMPTS_CLIENT_TRACE",
    placeholder: "HOW",
    fallback: "parent",
    help: "with OpenTelemetry: whether the span that a client names is the parent of its request's span, or a link from a trace of its own, as MLflow needs it where clients do not export to it",
    commands,
  }),
  linkTraces: setting(booleanText, {
    flag: "link-traces",
    variable: "MLFLOW_PROMPTS_LINK_TRACES",
    fallback: "false",
    help: "link the version that prompts/get or render_prompt serves to the trace that the client names",
    commands,
  }),
  tools: setting(
    () =>
      listText(
        /^[a-z_]+$/,
        'it must be a list of tools separated by commas, such as "list_prompts,load_prompt"',
      ),
    {
      flag: "tools",
      variable: "MLFLOW_PROMPTS_TOOLS",
      placeholder: "TOOL,...",
      fallback: "",
      help: "tools to offer; empty means all",
      commands,
    },
  ),
};

/** The response cache and the polling that detects changes made elsewhere. */
const cacheSettings = {
  cacheTtl: setting(
    () => numberText(z.number().min(0).max(3_600), "it must be a number of seconds from 0 to 3600"),
    {
      flag: "cache-ttl",
      variable: "MLFLOW_PROMPTS_CACHE_TTL",
      placeholder: "SECONDS",
      fallback: "5",
      help: "maximum age of a cached response while the registry is available; 0 disables the cache",
      commands,
    },
  ),
  cacheOutage: setting(
    () =>
      numberText(z.number().min(0).max(86_400), "it must be a number of seconds from 0 to 86400"),
    {
      flag: "cache-outage",
      variable: "MLFLOW_PROMPTS_CACHE_OUTAGE",
      placeholder: "SECONDS",
      fallback: "300",
      help: "maximum age of a stale response, served with its age while MLflow is unavailable",
      commands,
    },
  ),
  cacheSize: setting(() => countText(0, "bytes"), {
    flag: "cache-size",
    variable: "MLFLOW_PROMPTS_CACHE_SIZE",
    placeholder: "BYTES",
    fallback: "67108864",
    help: "maximum size of the cache",
    commands,
  }),
  pollInterval: setting(
    () => numberText(z.number().min(0).max(3_600), "it must be a number of seconds from 0 to 3600"),
    {
      flag: "poll-interval",
      variable: "MLFLOW_PROMPTS_POLL_INTERVAL",
      placeholder: "SECONDS",
      fallback: "2",
      help: "how often to poll a workspace in use for changes made elsewhere; 0 disables polling",
      commands,
    },
  ),
};

/** The program's own settings, in the order of the documentation. `registryConfig` reads MLflow's. */
export const settings = {
  ...commonSettings,
  ...cacheSettings,
  ...modelSettings,
  ...httpSettings,
  ...oauthSettings,
  ...webhookSettings,
};

export type SettingName = keyof typeof settings;

/** The texts of the settings that are given as flags. */
export type SettingFlags = Readonly<Partial<Record<SettingName, string>>>;

/** The values of a command's settings. */
export type SettingValues<Command extends SettingCommand> = {
  readonly [Name in SettingName as Command extends CommandOf<Name> ? Name : never]: ValueOf<Name>;
};

type CommandOf<Name extends SettingName> = (typeof settings)[Name]["commands"][number];

type ValueOf<Name extends SettingName> =
  (typeof settings)[Name] extends Setting<infer Value, SettingCommand> ? Value : never;

/** The settings with where they come from. */
export const settingSources: readonly (SettingSource & { readonly name: SettingName })[] =
  Object.keys(settings)
    .filter(isSettingName)
    .map((name) => ({ ...settings[name], name }));

function isSettingName(name: string): name is SettingName {
  return name in settings;
}
