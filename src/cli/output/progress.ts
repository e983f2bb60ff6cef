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

/** A bar on a terminal, redrawn in place; a line for each tenth elsewhere. */
export function progressOn(stream: OutputStream): Progress {
  return stream.isTTY === true ? barOn(stream) : linesOn(stream);
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

function linesOn(stream: OutputStream): Progress {
  let shown = -1;
  return {
    show(done, total, message) {
      const tenth = Math.floor((10 * done) / Math.max(1, total));
      if (tenth === shown) return;
      shown = tenth;
      stream.write(`${done} of ${total}: ${toOneLine(message)}\n`);
    },
    end: () => {},
  };
}
