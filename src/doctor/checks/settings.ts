import { ConfigError } from "../../config/errors.ts";
import { loadHttpConfig } from "../../config/http-config.ts";
import { settingProblems } from "../../config/read-settings.ts";
import { type Environment, type SettingFlags, settingSources } from "../../config/settings.ts";
import { secretFileVariable } from "../../config/variable-text.ts";
import { listFirst } from "../../registry/errors.ts";
import { findClosestNames } from "../../registry/text/closest-names.ts";
import { type Check, ok, problem, warning } from "../finding.ts";

const prefix = "MLFLOW_PROMPTS_";

/** The variables that this program reads, those that name a file with a secret included. */
const known = settingSources.flatMap(({ flag, variable }) =>
  flag === undefined ? [variable, secretFileVariable(variable)] : [variable],
);

/** All settings of all commands, each by itself and together; then what the http command would refuse. */
export function settingsCheck(
  flags: SettingFlags,
  environment: Environment,
  home: string,
  configProblem: ConfigError | undefined,
): Check {
  return {
    name: "settings",
    async run() {
      const wrong = settingProblems(flags, environment).map(({ message }) => message);
      const said = configProblem?.message;
      const all = said === undefined || wrong.includes(said) ? wrong : [...wrong, said];
      if (all.length > 0) return problem("settings", all.join(" "));
      const http = httpProblem(flags, environment, home);
      if (http !== undefined) return warning(`The http command would not start: ${http}`);
      return ok("All settings can be used.");
    },
  };
}

function httpProblem(flags: SettingFlags, environment: Environment, home: string) {
  try {
    loadHttpConfig(flags, environment, home);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

/** Variables that nothing reads, mostly because of a typing error. Their values are not shown. */
export function variablesCheck(environment: Environment): Check {
  return {
    name: "variables",
    async run() {
      const unknown = Object.keys(environment).filter(
        (name) => name.startsWith(prefix) && !known.includes(name),
      );
      if (unknown.length === 0) return ok(`No ${prefix}* variable is unknown.`);
      return warning(
        `Nothing reads ${listFirst(unknown, ", ", 10)}.`,
        unknown.slice(0, 10).map(correctionOf).join(" "),
      );
    },
  };
}

function correctionOf(name: string): string {
  const names = known.map((variable) => variable.slice(prefix.length));
  const [closest] = findClosestNames(name.slice(prefix.length), names, 1);
  return closest === undefined
    ? `Unset ${name}: docs/settings.md has the variables.`
    : `Did you mean ${prefix}${closest} in place of ${name}?`;
}
