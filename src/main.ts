import { fileURLToPath } from "node:url";
import { parseCommandLine } from "./cli/command-line.ts";
import { failProcess } from "./cli/exit.ts";
import { runStdio } from "./cli/stdio.ts";

/**
 * Runs the command that the arguments name. Resolves when it is done or has started to serve. All
 * commands but stdio are imported when they are needed: a client waits for stdio to start.
 */
async function main(): Promise<void> {
  // What the log's disk or reader does not take is lost, and the program goes on.
  process.stderr.on("error", () => {});
  const program = fileURLToPath(import.meta.url);
  const commandLine = await parseCommandLine(process.argv.slice(2));
  switch (commandLine.command) {
    case "stdio":
      return await runStdio(commandLine, process.env);
    case "http": {
      const { runHttp } = await import("./cli/http.ts");
      return await runHttp(commandLine, process.env, program);
    }
    case "other": {
      const { runProgram } = await import("./cli/program.ts");
      process.exitCode = await runProgram(commandLine.argv, process.env, process, program);
    }
  }
}

main().catch(failProcess);
