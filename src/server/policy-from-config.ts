import type { Config } from "../config/config.ts";
import { ConfigError } from "../config/errors.ts";
import type { Policy } from "../session/policy.ts";

/**
 * The policy of a configuration.
 * @throws ConfigError for an unknown tool
 */
export async function policyFromConfig(config: Config): Promise<Policy> {
  const { serve, readOnly, protectedAliases, writableAliases, strictContent, skills } = config;
  const { systemRole, messages } = config;
  if (config.tools.length > 0) await checkTools(config.tools);
  const singleMessage = messages === "auto" ? {} : { singleMessage: messages === "one" };
  return {
    ...{ serve, readOnly, tools: config.tools, protectedAliases, writableAliases, strictContent },
    skills,
    rendering: { systemRole, ...singleMessage },
  };
}

async function checkTools(names: readonly string[]): Promise<void> {
  const { tools } = await import("../tools/catalogue.ts");
  for (const name of names) {
    if (tools.some((tool) => tool.name === name)) continue;
    throw new ConfigError(
      `--tools names "${name}" and there is no such tool. There are ${tools.map((tool) => tool.name).join(", ")}.`,
    );
  }
}
