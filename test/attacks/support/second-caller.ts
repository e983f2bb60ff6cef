import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import * as z from "zod";

const script = fileURLToPath(new URL("second-caller.mjs", import.meta.url));

const seen = z.object({ gets: z.int(), longestMs: z.number(), failures: z.array(z.string()) });
/** What the second caller has met since it began. */
export type Seen = z.infer<typeof seen>;

export interface SecondCaller {
  begin(): void;
  /** Waits for the get under way. */
  end(): Promise<Seen>;
}

export interface SecondCallerOptions {
  readonly url: string;
  /** A prompt that is there; `summarize` of the embedded registry's samples unless told. */
  readonly prompt?: { readonly name: string; readonly values: Readonly<Record<string, string>> };
  readonly headers?: Readonly<Record<string, string>>;
}

/** Starts somebody who gets a prompt every few milliseconds until the test is done. */
export async function startSecondCaller(options: SecondCallerOptions): Promise<SecondCaller> {
  const { url, headers = {} } = options;
  const { name, values } = options.prompt ?? {
    name: "summarize",
    values: { text: "Nothing has happened." },
  };
  const child = fork(script, [url, name, JSON.stringify(values), JSON.stringify(headers)], {
    execArgv: [],
  });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  });
  const caller: SecondCaller = {
    begin: () => void child.send("begin"),
    async end() {
      const answered = once(child, "message");
      child.send("end");
      const [said] = await answered;
      return seen.parse(said);
    },
  };
  // Its first gets find nothing remembered and no connection open.
  const first = await caller.end();
  await caller.end();
  if (first.failures.length > 0) throw new Error(`The second caller: ${first.failures[0]}`);
  return caller;
}
