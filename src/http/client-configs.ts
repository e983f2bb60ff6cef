import type { StdioStart } from "../config/stdio-start.ts";

const server = "mlflow-prompts";

/** How clients connect over HTTP. */
export interface HttpConnection {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Configurations of this server for MCP clients, over HTTP and, where clients may start it
 * themselves, over stdio.
 */
export function clientConfigs(http: HttpConnection, stdio?: StdioStart): string {
  return [
    section("Claude Code", claudeHttp(http), stdio && claudeStdio(stdio)),
    section("Cursor (.cursor/mcp.json)", json("mcpServers", http), json("mcpServers", stdio)),
    section(
      "VS Code (.vscode/mcp.json)",
      json("servers", { type: "http", ...http }),
      json("servers", stdio && { type: "stdio", ...stdio }),
    ),
    ...(hasPlaceholder(http, stdio) ? ["Replace what stands in <...>.\n"] : []),
  ].join("\n");
}

function section(client: string, http: string, stdio: string | undefined): string {
  return `${client}\n  HTTP:   ${http}\n${stdio === undefined ? "" : `  stdio:  ${stdio}\n`}`;
}

function json(key: string, config: object): string;
function json(key: string, config: object | undefined): string | undefined;
function json(key: string, config: object | undefined): string | undefined {
  return config && JSON.stringify({ [key]: { [server]: config } });
}

function claudeHttp({ url, headers = {} }: HttpConnection): string {
  const options = Object.entries(headers).map(([name, value]) => ["--header", `${name}: ${value}`]);
  return shell("claude", "mcp", "add", "--transport", "http", server, url, ...options.flat());
}

function claudeStdio({ command, args, env }: StdioStart): string {
  const options = Object.entries(env).map(([name, value]) => ["--env", `${name}=${value}`]);
  return shell("claude", "mcp", "add", server, ...options.flat(), "--", command, ...args);
}

function hasPlaceholder({ headers = {} }: HttpConnection, stdio: StdioStart | undefined): boolean {
  return [...Object.values(headers), ...Object.values(stdio?.env ?? {})].some((value) =>
    /<[^<>]*>/.test(value),
  );
}

function shell(...words: readonly string[]): string {
  return words.map(shellWord).join(" ");
}

function shellWord(text: string): string {
  return /^[\w./:@,=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
