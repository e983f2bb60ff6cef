import { Readable, Writable } from "node:stream";
import { createParser, type ParsedCommand } from "../../src/cli/parser.ts";
import { runProgram } from "../../src/cli/program.ts";
import { program } from "./program.ts";

/** What a command was given and what came of it. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Given {
  /** What is on standard input. */
  readonly input?: string;
  /** Columns of the terminal that the program writes to. Absent: it writes to a pipe. */
  readonly columns?: number;
}

/** Runs a command of src/ in this process. */
export async function runCommand(
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
  { input = "", columns }: Given = {},
): Promise<Ran> {
  const [stdout, stderr] = [collecting(columns), collecting(columns)];
  const stdin = Readable.from([input]);
  const streams = { stdin, stdout: stdout.stream, stderr: stderr.stream };
  const code = await runProgram(argv, environment, streams, program);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

function collecting(columns: number | undefined) {
  let text = "";
  const write = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      done();
    },
  });
  const terminal = columns === undefined ? {} : { isTTY: true, columns };
  return { stream: Object.assign(write, terminal), text: () => text };
}

/** Parses a command and does not run it. */
export function parseCommand(argv: readonly string[]): ParsedCommand {
  let parsed: ParsedCommand | undefined;
  const parser = createParser(
    () => {},
    async (given) => {
      parsed = given;
    },
  );
  parser.parse([...argv], { from: "user" });
  if (parsed === undefined) throw new Error("Only help is asked for.");
  return parsed;
}
