import * as z from "zod";
import { httpSettings } from "./http-settings.ts";
import { oauthSettings } from "./oauth-settings.ts";
import { type SettingSource, setting, sourceOf } from "./setting.ts";
import { booleanText, listText } from "./texts.ts";

/** The environment as the process has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The settings of both commands. */
const commonSettings = {
  serve: setting(
    listText(
      /^[\p{L}\p{N}_-]+$/u,
      'it must be a list of aliases separated by commas, such as "production,latest"',
    ),
    {
      flag: "serve",
      variable: "MLFLOW_PROMPTS_SERVE",
      placeholder: "ALIAS,...",
      fallback: "production,latest",
      help: "which version of a prompt is served: the first alias that it has; latest is the newest",
    },
  ),
  readOnly: setting(booleanText, {
    flag: "read-only",
    variable: "MLFLOW_PROMPTS_READ_ONLY",
    fallback: "false",
    help: "leave out every tool that writes",
  }),
  tools: setting(
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
    },
  ),
};

/**
 * Every setting of this program's own, in the order in which they are documented. MLflow's
 * variables are elsewhere.
 */
export const settings = z.object({ ...commonSettings, ...httpSettings, ...oauthSettings });

export type SettingName = keyof typeof settings.shape;
export type SettingValues = z.output<typeof settings>;

/** The settings with where they come from. */
export const settingSources: readonly (SettingSource & { readonly name: SettingName })[] = settings
  .keyof()
  .options.map((name) => ({ name, ...sourceOf(settings.shape[name]) }));

/** Where one setting comes from. */
export function settingSource(name: SettingName): SettingSource {
  return sourceOf(settings.shape[name]);
}
