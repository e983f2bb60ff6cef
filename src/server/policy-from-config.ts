import type { Config } from "../config/config.ts";
import { ConfigError } from "../config/errors.ts";
import type { Gate } from "../registry/evaluation/gate/gate.ts";
import type { Policy } from "../session/policy.ts";

/**
 * The policy of a configuration.
 * @throws ConfigError for an unknown tool, and a wrong gate
 */
export async function policyFromConfig(config: Config): Promise<Policy> {
  const { serve, readOnly, protectedAliases, writableAliases, strictContent, skills } = config;
  const { systemRole, messages, promotionGate } = config;
  if (config.tools.length > 0) await checkTools(config.tools);
  const promotionGates = promotionGate === undefined ? [] : await parseGates(promotionGate);
  const singleMessage = messages === "auto" ? {} : { singleMessage: messages === "one" };
  return {
    ...{ serve, readOnly, tools: config.tools, protectedAliases, writableAliases, strictContent },
    ...{ skills, promotionGates, view: config.ui !== false },
    rendering: { systemRole, ...singleMessage },
  };
}

async function parseGates(text: string): Promise<readonly Gate[]> {
  const { readGates } = await import("../registry/evaluation/gate/gate.ts");
  const read = readGates(text);
  if ("gates" in read) return read.gates;
  throw new ConfigError(
    `--promotion-gate is no gate as docs/gate.md shows one, as JSON: ${read.problem}.`,
  );
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
