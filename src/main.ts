import { fileURLToPath } from "node:url";
import { parseCommandLine } from "./cli/command-line.ts";
import { failProcess } from "./cli/exit.ts";
import { runStdio } from "./cli/stdio.ts";

/**
 * Runs the command that the arguments name. Resolves when it is done or has started to serve. All
 * commands but stdio are imported when they are needed: a client waits for stdio to start.
 */
async function main(): Promise<void> {
  const commandLine = parseCommandLine(process.argv.slice(2));
  switch (commandLine.command) {
    case "help":
      return (await import("./cli/help.ts")).printHelp();
    case "version":
      return (await import("./cli/version.ts")).printVersion();
    case "stdio":
      return await runStdio(commandLine, process.env);
    case "http": {
      const { runHttp } = await import("./cli/http.ts");
      return await runHttp(commandLine, process.env, fileURLToPath(import.meta.url));
    }
    case "webhooks": {
      const { runWebhooks } = await import("./cli/webhooks.ts");
      return await runWebhooks(commandLine, process.env);
    }
  }
}

main().catch(failProcess);
