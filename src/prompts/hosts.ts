import { plainRendering, type Rendering } from "./messages.ts";

/** Options that are set override what the client's host needs. */
export type RenderingOptions = Partial<Rendering>;

/**
 * Syntax in a prompt that a host executes. `shell`: a command in back quotes after an exclamation
 * mark. `braces`: a command after `!{`, or a file to insert after `@{`.
 */
export type Executed = "shell" | "braces";

/**
 * Hosts that need prompts in a special form, by the prefix of `clientInfo.name`, ignoring case. Names
 * and behaviour are from their source code in 2026.
 *
 * - Gemini CLI and Qwen Code: `packages/core/src/tools/mcp-client.ts` has the name (some releases
 *   append this server's name in their settings). `packages/cli/src/services/McpPromptLoader.ts`
 *   passes only the first message to the model, and refuses a prompt whose first message is not
 *   text. Their own commands execute `braces`.
 * - opencode, and its fork Kilo: `packages/opencode/src/session/prompt.ts` runs `shell` in prompts of
 *   MCP servers, after it has replaced `$1` and `$ARGUMENTS`.
 * - Claude Code: its own commands and skills execute `shell`.
 */
const hosts: readonly {
  readonly clientName: string;
  readonly rendering?: RenderingOptions;
  readonly executes: Executed;
}[] = [
  {
    clientName: "gemini-cli-mcp-client",
    rendering: { singleMessage: true },
    executes: "braces",
  },
  { clientName: "qwen-cli-mcp-client", rendering: { singleMessage: true }, executes: "braces" },
  { clientName: "qwen-code-mcp-client", rendering: { singleMessage: true }, executes: "braces" },
  { clientName: "opencode", executes: "shell" },
  { clientName: "kilo", executes: "shell" },
  { clientName: "claude-code", executes: "shell" },
];

/**
 * Chooses the rendering for a client: options first, then what its host needs, then the default.
 * @param clientName `clientInfo.name`, if known
 */
export function renderingFor(
  clientName: string | undefined,
  options: RenderingOptions = {},
): Rendering {
  const rendering = hostOf(clientName)?.rendering ?? {};
  const { systemRole, singleMessage } = options;
  return {
    systemRole: systemRole ?? rendering.systemRole ?? plainRendering.systemRole,
    singleMessage: singleMessage ?? rendering.singleMessage ?? plainRendering.singleMessage,
  };
}

/** Returns undefined for a host that is not known to execute anything. */
export function executedBy(clientName: string | undefined): Executed | undefined {
  return hostOf(clientName)?.executes;
}

function hostOf(clientName: string | undefined) {
  const name = clientName?.toLowerCase();
  return hosts.find((it) => name?.startsWith(it.clientName));
}
