import { join } from "node:path";
import type { Machine, McpClient } from "./client.ts";
import { continueEntry, gooseEntry, opencodeEntry, plainEntry } from "./entries.ts";

const inHome =
  (...parts: readonly string[]) =>
  ({ home }: Machine) => [join(home, ...parts)];

const inApplications =
  (...parts: readonly string[]) =>
  ({ applications }: Machine) => [join(applications, ...parts)];

/** A folder that a variable can name. */
const inFolder =
  (variable: string, folder: string, file: string) =>
  ({ home, environment }: Machine) => [join(environment[variable] || join(home, folder), file)];

function gooseFolder({ platform, applications, configHome, environment }: Machine): string {
  if (environment.GOOSE_PATH_ROOT) return join(environment.GOOSE_PATH_ROOT, "config");
  if (platform === "win32") return join(applications, "Block", "goose", "config");
  return join(configHome, "goose");
}

/** On macOS it asks for no variable. */
function zedFolder({ platform, home, applications, configHome }: Machine): string {
  if (platform === "win32") return join(applications, "Zed");
  return join(platform === "darwin" ? join(home, ".config") : configHome, "zed");
}

const typed = plainEntry({ stdio: { type: "stdio" }, http: { type: "http" } });
const untyped = plainEntry({ http: {} });
const withHttpUrl = plainEntry({ http: {}, url: "httpUrl" });

/** The clients that `connect` knows, in the order of the list. */
export const mcpClients: readonly McpClient[] = [
  {
    id: "claude-code",
    title: "Claude Code",
    format: "json",
    userFiles: inFolder("CLAUDE_CONFIG_DIR", "", ".claude.json"),
    projectFile: ".mcp.json",
    section: "mcpServers",
    entry: typed,
  },
  {
    id: "claude-desktop",
    title: "Claude Desktop",
    format: "json",
    userFiles: inApplications("Claude", "claude_desktop_config.json"),
    section: "mcpServers",
    entry: plainEntry({}),
  },
  {
    id: "cursor",
    title: "Cursor",
    format: "json",
    userFiles: inHome(".cursor", "mcp.json"),
    projectFile: join(".cursor", "mcp.json"),
    section: "mcpServers",
    entry: untyped,
  },
  {
    id: "vscode",
    title: "VS Code",
    format: "json",
    userFiles: inApplications("Code", "User", "mcp.json"),
    projectFile: join(".vscode", "mcp.json"),
    section: "servers",
    entry: typed,
    asksForSecrets: true,
  },
  {
    id: "mcp-json",
    title: "any client that reads .mcp.json",
    format: "json",
    projectFile: ".mcp.json",
    section: "mcpServers",
    entry: typed,
  },
  {
    id: "copilot-cli",
    title: "Copilot CLI",
    format: "json",
    userFiles: inFolder("COPILOT_HOME", ".copilot", "mcp-config.json"),
    projectFile: ".mcp.json",
    section: "mcpServers",
    entry: plainEntry({
      stdio: { type: "stdio", tools: ["*"] },
      http: { type: "http", tools: ["*"] },
    }),
  },
  {
    id: "codex",
    title: "Codex",
    format: "toml",
    userFiles: inFolder("CODEX_HOME", ".codex", "config.toml"),
    projectFile: join(".codex", "config.toml"),
    section: "mcp_servers",
    entry: plainEntry({ http: {}, headers: "http_headers" }),
  },
  {
    id: "gemini-cli",
    title: "Gemini CLI",
    format: "json",
    userFiles: inFolder("GEMINI_CLI_HOME", "", join(".gemini", "settings.json")),
    projectFile: join(".gemini", "settings.json"),
    section: "mcpServers",
    entry: withHttpUrl,
  },
  {
    id: "qwen-code",
    title: "Qwen Code",
    format: "json",
    userFiles: inFolder("QWEN_HOME", ".qwen", "settings.json"),
    projectFile: join(".qwen", "settings.json"),
    section: "mcpServers",
    entry: withHttpUrl,
  },
  {
    id: "opencode",
    title: "opencode",
    format: "json",
    userFiles: ({ configHome }) =>
      ["opencode.jsonc", "opencode.json"].map((file) => join(configHome, "opencode", file)),
    projectFile: "opencode.json",
    section: "mcp",
    entry: opencodeEntry,
  },
  {
    id: "goose",
    title: "Goose",
    format: "yaml",
    userFiles: (machine) => [join(gooseFolder(machine), "config.yaml")],
    section: "extensions",
    entry: gooseEntry,
  },
  {
    id: "windsurf",
    title: "Windsurf",
    format: "json",
    userFiles: inHome(".codeium", "windsurf", "mcp_config.json"),
    section: "mcpServers",
    entry: plainEntry({ http: {}, url: "serverUrl" }),
  },
  {
    id: "zed",
    title: "Zed",
    format: "json",
    userFiles: (machine) => [join(zedFolder(machine), "settings.json")],
    projectFile: join(".zed", "settings.json"),
    section: "context_servers",
    entry: plainEntry({
      stdio: { source: "custom" },
      http: { source: "custom", type: "http" },
    }),
  },
  {
    id: "cline",
    title: "Cline",
    format: "json",
    userFiles: inApplications(
      ...["Code", "User", "globalStorage", "saoudrizwan.claude-dev", "settings"],
      "cline_mcp_settings.json",
    ),
    section: "mcpServers",
    entry: plainEntry({ stdio: { disabled: false }, http: { type: "streamableHttp" } }),
  },
  {
    id: "kiro",
    title: "Kiro",
    format: "json",
    userFiles: inHome(".kiro", "settings", "mcp.json"),
    projectFile: join(".kiro", "settings", "mcp.json"),
    section: "mcpServers",
    entry: untyped,
  },
  {
    id: "continue",
    title: "Continue",
    format: "yaml",
    userFiles: inFolder("CONTINUE_GLOBAL_DIR", ".continue", "config.yaml"),
    section: "mcpServers",
    isList: true,
    entry: continueEntry,
  },
];
