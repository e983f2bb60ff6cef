/**
 * Writes structured lines, one JSON object each, to stderr. Texts are cut after 2,000 characters,
 * because clients and servers choose much of what is logged.
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
      stream.write(`${JSON.stringify(line, shortenText)}\n`);
    };
  return { info: write("info"), error: write("error") };
}

const maxTextLength = 2_000;

function shortenText(_key: string, value: unknown): unknown {
  if (typeof value !== "string" || value.length <= maxTextLength) return value;
  return `${value.slice(0, maxTextLength - 1)}…`;
}
