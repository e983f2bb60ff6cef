import { plainRendering, type Rendering } from "./messages.ts";

/** What is asked for, by configuration for instance; what is not, the host decides. */
export type RenderingOptions = Partial<Rendering>;

/**
 * Text of a prompt that a host executes: `shell` is a command in back quotes behind an exclamation
 * mark, `braces` a command behind `!{` or a file behind `@{`.
 */
export type Executed = "shell" | "braces";

/**
 * Hosts that need a prompt in another form than the rest, by how the name begins that they give as
 * `clientInfo.name`; upper and lower case are alike. Names and behaviour are those of their source
 * in 2026.
 *
 * - Gemini CLI and Qwen Code: `packages/core/src/tools/mcp-client.ts` has the name (some releases
 *   append the name this server has in their settings), `packages/cli/src/services/
 *   McpPromptLoader.ts` passes the model the first message alone, and refuses a prompt where that is
 *   no text. Their own commands execute `braces`.
 * - opencode, and Kilo that is made of it: `packages/opencode/src/session/prompt.ts` runs `shell` in
 *   prompts of MCP servers, when `$1` and `$ARGUMENTS` have been filled in.
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
 * How prompts are rendered for a client: as asked for, else as its host needs it, else plainly.
 * @param clientName `clientInfo.name`, where the client has told it
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

/** What the client's host executes of a prompt; undefined when it is not known to. */
export function executedBy(clientName: string | undefined): Executed | undefined {
  return hostOf(clientName)?.executes;
}

function hostOf(clientName: string | undefined) {
  const name = clientName?.toLowerCase();
  return hosts.find((it) => name?.startsWith(it.clientName));
}
