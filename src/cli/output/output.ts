import type { Environment } from "../../config/settings.ts";
import { stringifyJson } from "../../registry/json.ts";
import { toPlainLines } from "../../registry/text/one-line.ts";
import { type Paint, paintFor } from "./color.ts";
import { type JsonRequest, pickFields } from "./fields.ts";
import { type Progress, progressOn } from "./progress.ts";
import { columnsOf, type OutputStream } from "./stream.ts";
import { formatTable, type Table } from "./table.ts";

export interface OutputStreams {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

/** Where a command prints: data to standard output, everything else to standard error. */
export class Output {
  /** Whether a person reads the data. */
  readonly isTerminal: boolean;
  /** Colours data. */
  readonly paint: Paint;
  readonly #streams: OutputStreams;
  readonly #json: JsonRequest;
  #progress: Progress | undefined;

  constructor(streams: OutputStreams, environment: Environment, json: JsonRequest) {
    this.#streams = streams;
    this.#json = json;
    this.isTerminal = streams.stdout.isTTY === true;
    this.paint = paintFor(this.isTerminal, environment);
  }

  /** Whether JSON is asked for. */
  get wantsJson(): boolean {
    return this.#json !== undefined;
  }

  /**
   * Prints a result as the JSON that is asked for, and otherwise in the other way.
   * @param value an object, or a list of objects
   */
  print(value: object, otherwise: () => void): void {
    if (this.#json === undefined) otherwise();
    else this.write(`${stringifyJson(pickFields(value, this.#json), 2)}\n`);
  }

  /** Writes data as it is. */
  write(data: string): void {
    this.#progress?.end();
    this.#streams.stdout.write(data);
  }

  /**
   * Writes text that others wrote: exactly, but on a terminal, which would obey them, with control
   * characters escaped and ending its line.
   */
  text(text: string): void {
    this.write(this.isTerminal && !text.endsWith("\n") ? `${this.safe(text)}\n` : this.safe(text));
  }

  /** Text that others wrote, as `text` writes it, without a line end of its own. */
  safe(text: string): string {
    return this.isTerminal ? toPlainLines(text) : text;
  }

  /** Aligned on a terminal, separated by tabs without a head elsewhere. */
  table(table: Table): void {
    const width = this.isTerminal ? columnsOf(this.#streams.stdout) : undefined;
    this.write(formatTable(table, this.paint, width));
  }

  /** Tells a person something that is no data. */
  note(text: string): void {
    this.#progress?.end();
    this.#streams.stderr.write(`${toPlainLines(text)}\n`);
  }

  /** For what is written as it comes, such as the log. */
  get errors(): OutputStream {
    return this.#streams.stderr;
  }

  /** How far a long command is, on standard error. What is printed meanwhile takes its place. */
  progress(): Progress {
    this.#progress = progressOn(this.#streams.stderr);
    return this.#progress;
  }
}
