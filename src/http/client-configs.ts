/** Configurations of this server for MCP clients, over HTTP and over stdio. */
export function clientConfigs(url: string, program: string): string {
  const server = "mlflow-prompts";
  const http = { url };
  const stdio = { command: "node", args: [program, "stdio"] };
  return `Claude Code
  HTTP:   claude mcp add --transport http ${server} ${url}
  stdio:  claude mcp add ${server} -- node ${shellWord(program)} stdio

Cursor (.cursor/mcp.json)
  HTTP:   ${JSON.stringify({ mcpServers: { [server]: http } })}
  stdio:  ${JSON.stringify({ mcpServers: { [server]: stdio } })}

VS Code (.vscode/mcp.json)
  HTTP:   ${JSON.stringify({ servers: { [server]: { type: "http", ...http } } })}
  stdio:  ${JSON.stringify({ servers: { [server]: { type: "stdio", ...stdio } } })}
`;
}

function shellWord(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
