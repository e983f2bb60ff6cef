import type { Environment } from "../config/settings.ts";
import { RegistryError } from "../registry/errors.ts";
import { toPlainLines } from "../registry/text/one-line.ts";
import type { CommandContext } from "./command.ts";
import { inCommandWords } from "./command-words.ts";
import { commands, servingCommands } from "./commands.ts";
import { messageOf } from "./exit.ts";
import { type ExitCode, exitCodeOf, exitCodes } from "./exit-codes.ts";
import { indented } from "./output/indented.ts";
import { Output } from "./output/output.ts";
import type { OutputStream } from "./output/stream.ts";
import { createParser } from "./parser.ts";
import { isHelp } from "./usage-error.ts";

/** The process, as far as a command sees it. */
export interface ProgramStreams {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

/**
 * Runs the command that the first word names, or prints help. Resolves with the exit code; the message
 * of a failure is on standard error.
 * @param program path of this program
 */
export async function runProgram(
  argv: readonly string[],
  environment: Environment,
  streams: ProgramStreams,
  program: string,
): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok;
  const outputFailure = watchWrites(streams.stdout);
  const parser = createParser(
    (text) => streams.stdout.write(text),
    async ({ command, args, options, flags, json }) => {
      const { run } = await command.load();
      const context: CommandContext = {
        ...{ environment, flags, stdin: streams.stdin, program },
        output: new Output(streams, environment, json),
        commands: [...servingCommands, ...commands],
        exitWith(code) {
          exitCode = code;
        },
      };
      await run(context, args, options);
    },
  );
  try {
    await parser.parseAsync([...argv], { from: "user" }).catch((error: unknown) => {
      if (!isHelp(error)) throw error;
    });
    const failure = await outputFailure();
    if (failure === undefined) return exitCode;
    throw new Error(`The output could not be written: ${failure.message}`);
  } catch (error) {
    streams.stderr.write(`mlflow-prompts-mcp: ${describe(error)}\n`);
    return exitCodeOf(error);
  }
}

function describe(error: unknown): string {
  const message = inCommandWords(messageOf(error));
  const diff = error instanceof RegistryError ? error.diff : undefined;
  return diff === undefined ? message : `${message}:\n${indented(toPlainLines(diff))}`;
}

/**
 * Keeps a failure to write from ending the program: the command still does its work. A reader such as
 * `head` may leave early, which is no failure.
 * @returns the first failure, known when all that was written is out
 */
function watchWrites(stream: OutputStream): () => Promise<Error | undefined> {
  let failure: Error | undefined;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") failure ??= error;
  });
  return async () => {
    await new Promise<void>((resolve) => {
      stream.write("", () => resolve());
    });
    return failure;
  };
}
