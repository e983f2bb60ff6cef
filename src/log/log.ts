/**
 * Writes structured lines, one JSON object each, to stderr. Of a text 2,000 characters are written:
 * much of what is logged, others have chosen.
 */
export interface Log {
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  error(message: string, details?: Readonly<Record<string, unknown>>): void;
}

export function createLog(stream: NodeJS.WritableStream): Log {
  const write =
    (level: string) =>
    (message: string, details: Readonly<Record<string, unknown>> = {}) => {
      const line = { time: new Date().toISOString(), level, message, ...details };
      stream.write(`${JSON.stringify(line, shortened)}\n`);
    };
  return { info: write("info"), error: write("error") };
}

const longest = 2_000;

function shortened(_key: string, value: unknown): unknown {
  if (typeof value !== "string" || value.length <= longest) return value;
  return `${value.slice(0, longest - 1)}…`;
}
