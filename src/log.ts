/** Writes structured lines, one JSON object each, to stderr. */
export interface Log {
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  error(message: string, details?: Readonly<Record<string, unknown>>): void;
}

export function createLog(stream: NodeJS.WritableStream): Log {
  const write =
    (level: string) =>
    (message: string, details: Readonly<Record<string, unknown>> = {}) => {
      const line = { time: new Date().toISOString(), level, message, ...details };
      stream.write(`${JSON.stringify(line)}\n`);
    };
  return { info: write("info"), error: write("error") };
}
