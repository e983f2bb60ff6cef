import { describe, expect, it } from "vitest";
import { clientFile } from "../../src/connect/client-file.ts";
import { mcpClients } from "../../src/connect/clients.ts";
import { machineOf } from "../../src/connect/machine.ts";

/** The file of a client on a machine where no file is. */
function fileOf(
  id: string,
  variables: Readonly<Record<string, string>>,
  platform: NodeJS.Platform = "linux",
) {
  const client = mcpClients.find((one) => one.id === id);
  const machine = machineOf({ HOME: "/nobody", ...variables }, platform);
  return client && clientFile(client, machine, undefined);
}

const code = "Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json";

describe("the file of a client", () => {
  it.each([
    ["opencode", "opencode/opencode.jsonc"],
    ["zed", "zed/settings.json"],
    ["goose", "goose/config.yaml"],
    ["vscode", "Code/User/mcp.json"],
    ["claude-desktop", "Claude/claude_desktop_config.json"],
    ["cline", code],
  ])("%s is in XDG_CONFIG_HOME, unless that is no absolute path", (id, file) => {
    expect(fileOf(id, { XDG_CONFIG_HOME: "/etc/me" })).toBe(`/etc/me/${file}`);
    for (const XDG_CONFIG_HOME of ["", "me"]) {
      expect(fileOf(id, { XDG_CONFIG_HOME })).toBe(`/nobody/.config/${file}`);
    }
  });

  it.each([
    ["opencode", "/etc/me/opencode/opencode.jsonc"],
    ["goose", "/etc/me/goose/config.yaml"],
    ["zed", "/nobody/.config/zed/settings.json"],
    ["vscode", "/nobody/Library/Application Support/Code/User/mcp.json"],
  ])("%s is on macOS where it looks there", (id, file) => {
    expect(fileOf(id, { XDG_CONFIG_HOME: "/etc/me" }, "darwin")).toBe(file);
  });

  it.each([
    ["claude-code", "CLAUDE_CONFIG_DIR", "/nobody/.claude.json", "/own/.claude.json"],
    ["copilot-cli", "COPILOT_HOME", "/nobody/.copilot/mcp-config.json", "/own/mcp-config.json"],
    ["codex", "CODEX_HOME", "/nobody/.codex/config.toml", "/own/config.toml"],
    [
      "gemini-cli",
      "GEMINI_CLI_HOME",
      "/nobody/.gemini/settings.json",
      "/own/.gemini/settings.json",
    ],
    ["qwen-code", "QWEN_HOME", "/nobody/.qwen/settings.json", "/own/settings.json"],
    ["goose", "GOOSE_PATH_ROOT", "/nobody/.config/goose/config.yaml", "/own/config/config.yaml"],
    ["continue", "CONTINUE_GLOBAL_DIR", "/nobody/.continue/config.yaml", "/own/config.yaml"],
  ])("%s is in the folder that %s names", (id, variable, usual, own) => {
    expect(fileOf(id, {})).toBe(usual);
    expect(fileOf(id, { [variable]: "/own" })).toBe(own);
  });
});
