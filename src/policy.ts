import { ConfigError } from "./config/errors.ts";
import type { Config } from "./config.ts";
import type { Policy } from "./session.ts";
import { tools } from "./tools/catalogue.ts";

/**
 * The policy that the configuration asks for.
 * @throws ConfigError for a tool that there is not
 */
export function policyOf(config: Config): Policy {
  const { serve, readOnly, protectedAliases, writableAliases, systemRole, messages } = config;
  for (const name of config.tools) {
    if (tools.some((tool) => tool.name === name)) continue;
    throw new ConfigError(
      `--tools names "${name}" and there is no such tool. There are ${tools.map((tool) => tool.name).join(", ")}.`,
    );
  }
  const singleMessage = messages === "auto" ? {} : { singleMessage: messages === "one" };
  return {
    ...{ serve, readOnly, tools: config.tools, protectedAliases, writableAliases },
    rendering: { systemRole, ...singleMessage },
  };
}
