import { plainRendering, type Rendering } from "./messages.ts";

/** What is asked for, by configuration for instance; what is not, the host decides. */
export type RenderingOptions = Partial<Rendering>;

/**
 * Hosts that need a prompt in another form than the rest, by how the name begins that they give as
 * `clientInfo.name`; upper and lower case are alike. Names and behaviour are those of their source
 * in 2026: `packages/core/src/tools/mcp-client.ts` has the name (some releases append the name this
 * server has in their settings), `packages/cli/src/services/McpPromptLoader.ts` passes the model
 * the first message alone, and refuses a prompt where that is no text.
 */
const hosts: readonly {
  readonly host: string;
  readonly clientName: string;
  readonly rendering: RenderingOptions;
}[] = [
  {
    host: "Gemini CLI",
    clientName: "gemini-cli-mcp-client",
    rendering: { singleMessage: true },
  },
  { host: "Qwen Code", clientName: "qwen-cli-mcp-client", rendering: { singleMessage: true } },
  {
    host: "Qwen Code, its other connection",
    clientName: "qwen-code-mcp-client",
    rendering: { singleMessage: true },
  },
];

/**
 * How prompts are rendered for a client: as asked for, else as its host needs it, else plainly.
 * @param clientName `clientInfo.name`, where the client has told it
 */
export function renderingFor(
  clientName: string | undefined,
  options: RenderingOptions = {},
): Rendering {
  const name = clientName?.toLowerCase();
  const host = hosts.find((it) => name?.startsWith(it.clientName));
  const { systemRole, singleMessage } = options;
  return {
    systemRole: systemRole ?? host?.rendering.systemRole ?? plainRendering.systemRole,
    singleMessage: singleMessage ?? host?.rendering.singleMessage ?? plainRendering.singleMessage,
  };
}
