import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { built } from "./built.ts";

/** An address in front of MLflow that can become as silent as that of a machine that is gone. */
export interface VanishingHost {
  readonly url: string;
  /** Resolves when connections are neither accepted nor refused any more. */
  vanish(): Promise<void>;
  /** It answers again from now on. */
  comeBack(): void;
  close(): Promise<void>;
}

/** A connection to this machine that is not open after this time is unanswered. Milliseconds. */
const silentAfterMs = 200;

/** More than wait for a process whose queue has one place. */
const mostWaiting = 8;

export async function startVanishingHost(target: string): Promise<VanishingHost> {
  const child = spawn(process.execPath, [built.relay, new URL(target).port], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const [said] = await once(child.stdout, "data");
  const port = Number(String(said));
  let waiting: Socket[] = [];

  return {
    url: `http://127.0.0.1:${port}`,
    async vanish() {
      child.kill("SIGSTOP");
      for (let count = 0; count < mostWaiting; count++) {
        const socket = connect(port, "127.0.0.1");
        waiting.push(socket);
        const taken = once(socket, "connect").then(() => true);
        if (!(await Promise.race([taken, pause(silentAfterMs, false)]))) return;
      }
      throw new Error("A stopped process still accepts connections. Run this on Linux.");
    },
    comeBack() {
      child.kill("SIGCONT");
      for (const socket of waiting) socket.destroy();
      waiting = [];
    },
    async close() {
      process.off("exit", kill);
      kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
  };
}
