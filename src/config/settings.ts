import * as z from "zod";
import { httpSettings } from "./http-settings.ts";
import { oauthSettings } from "./oauth-settings.ts";
import {
  type Setting,
  type SettingCommand,
  type SettingSource,
  serving,
  setting,
} from "./setting.ts";
import { booleanText, countText, listText, numberText, optional } from "./texts.ts";
import { webhookSettings } from "./webhook-settings.ts";

/** The environment as the process has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

const commands = serving;

function aliases() {
  return listText(
    /^[\p{L}\p{N}_-]+$/u,
    'it must be a list of aliases separated by commas, such as "production,latest"',
  );
}

/** The settings of both commands that serve. */
const commonSettings = {
  serve: setting(aliases, {
    flag: "serve",
    variable: "MLFLOW_PROMPTS_SERVE",
    placeholder: "ALIAS,...",
    fallback: "production,latest",
    help: "which version of a prompt is served: the first alias that it has; latest is the newest",
    commands,
  }),
  readOnly: setting(booleanText, {
    flag: "read-only",
    variable: "MLFLOW_PROMPTS_READ_ONLY",
    fallback: "false",
    help: "leave out every tool that writes",
    commands,
  }),
  protectedAliases: setting(aliases, {
    flag: "protected-aliases",
    variable: "MLFLOW_PROMPTS_PROTECTED_ALIASES",
    placeholder: "ALIAS,...",
    fallback: "production",
    help: "aliases that are not moved to what breaks their callers unless that is asked for expressly",
    commands,
  }),
  writableAliases: setting(aliases, {
    flag: "writable-aliases",
    variable: "MLFLOW_PROMPTS_WRITABLE_ALIASES",
    placeholder: "ALIAS,...",
    fallback: "",
    help: "the aliases that may be set and deleted; empty means all",
    commands,
  }),
  strictContent: setting(booleanText, {
    flag: "strict-content",
    variable: "MLFLOW_PROMPTS_STRICT_CONTENT",
    fallback: "false",
    help: "refuse to register and promote invisible characters, look-alikes of protected aliases, and text that hosts execute",
    commands,
  }),
  systemRole: setting(
    () => z.enum(["fold", "label", "assistant"], "it must be fold, label or assistant"),
    {
      flag: "system-role",
      variable: "MLFLOW_PROMPTS_SYSTEM_ROLE",
      placeholder: "HOW",
      fallback: "fold",
      help: "system messages, which MCP has none of: fold into the user's, label as [system], or as the assistant's",
      commands,
    },
  ),
  messages: setting(() => z.enum(["auto", "all", "one"], "it must be auto, all or one"), {
    flag: "messages",
    variable: "MLFLOW_PROMPTS_MESSAGES",
    placeholder: "HOW",
    fallback: "auto",
    help: "chat prompts as all their messages, as one, or auto: as one for hosts that read only the first",
    commands,
  }),
  auditLog: setting(() => optional(z.string()), {
    flag: "audit-log",
    variable: "MLFLOW_PROMPTS_AUDIT_LOG",
    placeholder: "FILE",
    fallback: "",
    help: "append a line to this file for each write, done or refused; else they go to standard error",
    commands: ["stdio", "http", "webhooks"],
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
      help: "the tools that are offered; empty means all",
      commands,
    },
  ),
};

/** How long answers are remembered, and how changes made elsewhere are noticed. */
const cacheSettings = {
  cacheTtl: setting(
    () => numberText(z.number().min(0).max(3_600), "it must be a number of seconds from 0 to 3600"),
    {
      flag: "cache-ttl",
      variable: "MLFLOW_PROMPTS_CACHE_TTL",
      placeholder: "SECONDS",
      fallback: "5",
      help: "an answer is never older than this while the registry answers; 0 remembers nothing",
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
      help: "while MLflow does not answer, the last answer is given, marked with its age, up to this age",
      commands,
    },
  ),
  cacheSize: setting(() => countText(0, "bytes"), {
    flag: "cache-size",
    variable: "MLFLOW_PROMPTS_CACHE_SIZE",
    placeholder: "BYTES",
    fallback: "67108864",
    help: "how much is remembered at most",
    commands,
  }),
  pollInterval: setting(
    () => numberText(z.number().min(0).max(3_600), "it must be a number of seconds from 0 to 3600"),
    {
      flag: "poll-interval",
      variable: "MLFLOW_PROMPTS_POLL_INTERVAL",
      placeholder: "SECONDS",
      fallback: "2",
      help: "how often it is asked what others changed, while a workspace is in use; 0 never asks",
      commands,
    },
  ),
};

/**
 * Every setting of this program's own, in the order in which they are documented. MLflow's
 * variables are elsewhere.
 */
export const settings = {
  ...commonSettings,
  ...cacheSettings,
  ...httpSettings,
  ...oauthSettings,
  ...webhookSettings,
};

export type SettingName = keyof typeof settings;

/** The values of a command's own settings. */
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
