import { fileURLToPath } from "node:url";
import { helpText, parseCommandLine } from "./cli/command-line.ts";
import { loadConfig, loadHttpConfig, loadWebhooksConfig } from "./config/config.ts";
import { ConfigError } from "./config/errors.ts";
import { version } from "./config/version.ts";
import { createLog } from "./log/log.ts";
import { serveStdio } from "./stdio/serve.ts";

/** Runs one command. Resolves when it is done or has begun to serve. */
async function main(): Promise<void> {
  const commandLine = parseCommandLine(process.argv.slice(2));
  const { command, flags } = commandLine;
  if (command === "help") return print(helpText());
  if (command === "version") return print(`${version}\n`);
  const log = createLog(process.stderr);
  if (commandLine.command === "webhooks") {
    const { runWebhooks } = await import("./cli/webhooks.ts");
    const config = loadWebhooksConfig(flags, process.env);
    const { said, ok } = await runWebhooks(commandLine.action, config, log);
    if (!ok) process.exitCode = 1;
    return print(said);
  }
  if (command === "http") {
    const config = loadHttpConfig(flags, process.env);
    const { serveHttp } = await import("./http/serve.ts");
    const serving = await serveHttp(config, log, fileURLToPath(import.meta.url));
    closeOnSignal(serving);
    return print(serving.announcement);
  }
  const config = loadConfig(flags, process.env);
  closeOnSignal(await serveStdio(config, log));
}

function closeOnSignal(serving: { close(): Promise<void> }): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      serving.close().then(() => process.exit(0), fail);
    });
  }
}

function print(text: string): void {
  process.stdout.write(text);
}

/** One sentence for a person. Exit code 2 for how the program was called, 1 for anything else. */
function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`mlflow-prompts-mcp: ${message}\n`);
  process.exitCode = error instanceof ConfigError ? 2 : 1;
}

main().catch(fail);
