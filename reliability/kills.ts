import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { randomNumbers } from "../test/support/random.ts";
import { Checks } from "./checks.ts";
import { contentsOf, type FileContents, readRows } from "./kills-file.ts";
import { anyWrite, emptyState, type State, type Write } from "./kills-state.ts";
import { kill, type Program, startHttp, startStdio } from "./program.ts";

/**
 * Kills the program with SIGKILL in the middle of writes to the embedded registry, repeatedly.
 * After each kill the file must hold, for every prompt, what its last acknowledged write left, or
 * that and the one write that was in progress, whole.
 */

const { values: flags } = parseArgs({
  options: {
    times: { type: "string", default: "300" },
    seed: { type: "string" },
    /** Prints what is in this file instead: see `readApart`. */
    read: { type: "string" },
  },
});
if (flags.read !== undefined) {
  process.stdout.write(JSON.stringify(readRows(flags.read)));
  process.exit(0);
}
const times = Number(flags.times);
const seed = Number(flags.seed ?? Math.floor(Math.random() * 1e9));
const random = randomNumbers(seed);
/** Each is written to by one writer, one write after the other; all at once. */
const prompts = ["first", "second", "third", "fourth"];
/** A new file after so many kills: a long history would only make the run longer. */
const killsOfAFile = 25;

const home = mkdtempSync(join(tmpdir(), "mlflow-prompts-kills-"));
let running: Program | undefined;
process.once("exit", () => {
  running?.child.kill("SIGKILL");
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

const totals = { acknowledged: 0, underWay: 0, arrived: 0, refused: 0 };
const checks = new Checks();
let states = new Map<string, State>();

console.log(`${times} kills, seed ${seed}`);
for (let number = 0; number < times; number++) {
  if (number % killsOfAFile === 0) states = new Map(prompts.map((name) => [name, emptyState]));
  await killOnce(number);
}
console.log(
  `${times} kills: ${totals.acknowledged} writes acknowledged and found, ${totals.underWay} under way, ${totals.arrived} of which had been carried out whole and the others not at all; ${totals.refused} refused`,
);
checks.close();

async function killOnce(number: number): Promise<void> {
  const path = join(home, `registry-${Math.floor(number / killsOfAFile)}.db`);
  const environment = {
    HOME: home,
    PATH: process.env.PATH ?? "",
    MLFLOW_TRACKING_URI: `sqlite:///${path}`,
  };
  const over = number % 2 === 0 ? "stdio" : "http";
  const program =
    over === "stdio"
      ? await startStdio(environment)
      : await startHttp(environment, "--rate-limit", "0");
  running = program;
  const last = new Map<string, Write>();
  const first = totals.acknowledged;
  const writing = Promise.all(prompts.map((name) => writeOn(program, name, number, last)));
  const wanted = first + Math.floor(random() * 30);
  while (totals.acknowledged < wanted && last.size > 0) await pause(1);
  await pause(random() * 10);
  await kill(program);
  await writing;

  const contents = readApart(path);
  const what = `kill ${number} over ${over}`;
  checks.add(`${what}: the file`, contents.problem);
  for (const name of prompts) checks.add(`${what}: ${name}`, differenceOf(name, contents.of, last));
}

/**
 * In a process of its own. A connection that outlives a killed writer would hide its last commit,
 * which the next process to open the file finds in the write-ahead log.
 */
function readApart(path: string): FileContents {
  const rows = execFileSync(process.execPath, [import.meta.filename, "--read", path]);
  return contentsOf(JSON.parse(rows.toString()));
}

/** Writes until the program has ended. `last` is the write in progress. */
async function writeOn(
  program: Program,
  name: string,
  number: number,
  last: Map<string, Write>,
): Promise<void> {
  for (let count = 0; ; count++) {
    const state = states.get(name) ?? emptyState;
    const write = anyWrite(name, state, `${name} ${number}.${count}`, random);
    last.set(name, write);
    try {
      const { ok, text } = await program.call(write.tool, write.args);
      last.delete(name);
      if (!ok) {
        totals.refused += 1;
        checks.add(`kill ${number}: ${write.tool} of ${name}`, `it was refused: ${text}`);
        return;
      }
      states.set(name, write.after);
      totals.acknowledged += 1;
    } catch {
      return;
    }
  }
}

function differenceOf(
  name: string,
  actualOf: (name: string) => State,
  last: ReadonlyMap<string, Write>,
): string | undefined {
  const actual = actualOf(name);
  const acknowledged = states.get(name) ?? emptyState;
  const underWay = last.get(name);
  if (underWay) totals.underWay += 1;
  if (isDeepStrictEqual(actual, acknowledged)) return undefined;
  if (underWay && isDeepStrictEqual(actual, underWay.after)) {
    totals.arrived += 1;
    states.set(name, actual);
    return undefined;
  }
  return `the file has ${JSON.stringify(actual)}, acknowledged is ${JSON.stringify(acknowledged)}, under way was ${JSON.stringify(underWay)}`;
}
