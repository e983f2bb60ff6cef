import { toOneLine } from "../../registry/text/one-line.ts";
import { columnsOf, type OutputStream } from "./stream.ts";
import { cutTo } from "./text-width.ts";

/** How far a long command is. */
export interface Progress {
  readonly show: (done: number, total: number, message: string) => void;
  /** Removes the bar, until something is shown again. */
  readonly end: () => void;
}

const barWidth = 20;

const noProgress: Progress = { show: () => {}, end: () => {} };

/** A bar on a terminal, redrawn in place; nothing elsewhere, where logs and scripts would keep it. */
export function progressOn(stream: OutputStream): Progress {
  return stream.isTTY === true ? barOn(stream) : noProgress;
}

function barOn(stream: OutputStream): Progress {
  let drawn = false;
  return {
    show(done, total, message) {
      const part = total === 0 ? 1 : Math.min(1, done / total);
      const filled = Math.round(part * barWidth);
      const bar = "█".repeat(filled) + "░".repeat(barWidth - filled);
      const line = `${bar} ${done} of ${total} ${toOneLine(message)}`;
      stream.write(`\r\u001b[2K${cutTo(line, columnsOf(stream) - 1)}`);
      drawn = true;
    },
    end() {
      if (drawn) stream.write("\r\u001b[2K");
      drawn = false;
    },
  };
}
